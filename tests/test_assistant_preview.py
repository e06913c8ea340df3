"""What would be sent can be seen without an engine: the text, what its marks stand for, the ledger, and its map."""

import pytest

from assistant import Selection, preview
from assistant.errors import ContextTooLong, QuestionMissing
from tests.test_assistant_pack import BOOK
from ui.coverage import coverage_lines, page_map
from yarn_runtime import EstimatedTokenizer

COUNTER = EstimatedTokenizer()


def test_everything_without_a_budget_or_a_question():
    shown = preview([Selection(BOOK)], "", None, COUNTER)
    assert shown.coverage.limit == shown.coverage.prompt_tokens == COUNTER.count(shown.context.text)
    assert coverage_lines(shown.coverage.documents) == [f"book.txt: whole, {shown.coverage.prompt_tokens:,} tokens."]
    assert not shown.exact


def test_marks_and_places_as_json():
    value = preview([Selection(BOOK)], "Where is word73?", 60, COUNTER).to_json()
    assert set(value) == {"text", "spans", "coverage"}
    assert any("word73" in span["text"] for span in value["spans"])
    for span in value["spans"]:
        assert f"<{span['mark']}> {span['text']}" in value["text"]
        assert BOOK.page(span["page"]).text[span["start"] : span["end"]] == span["text"]
    (coverage,) = value["coverage"]["documents"]
    assert coverage["tokens"] > coverage["included_tokens"] > 0
    assert len(coverage["pages"]) == 9
    assert value["coverage"]["limit"] == 60


def test_the_nearest_to_what_and_all_of_what():
    with pytest.raises(QuestionMissing):
        preview([Selection(BOOK)], " ", 60, COUNTER, way="search")
    with pytest.raises(ContextTooLong):
        preview([Selection(BOOK)], "", 60, COUNTER)


def test_a_map_has_a_cell_for_every_page():
    assert page_map([1.0, 0.5, 0.0]) == ["  1 █▒·", "  █ whole  ▒ in part  · left out"]
    rows = page_map([0.0] * 250)
    assert [len(row) for row in rows[:3]] == [106, 106, 56]
    assert [row.split()[0] for row in rows[:3]] == ["1", "101", "201"]
    assert page_map([0.3]) == []
