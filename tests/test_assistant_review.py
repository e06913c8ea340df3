"""Reviews and tables: what is missing is said after all was read, and a cell is its passage's own words."""

import csv
import json
import re
from io import StringIO

import pytest

from assistant import Entry, Task, parse_entries, read_lines, table
from assistant.context import ShownSpan
from assistant.replies import Claim
from assistant.tasks.extract import values
from assistant.tasks.task import ListInvalid
from ingest import read
from tests.scripted_tasks import done, long_contract, mark_of, resolves, said
from tests.test_assistant_pack import make

CHECKLIST = (
    Entry("Notice", "a notice period of at most 30 days"),
    Entry("Fee", "a fee of at most 1,000 euros a year"),
    Entry("Liability", "liability is limited"),
)
REVIEW = Task("review", entries=CHECKLIST)
TABLE = Task("extract", entries=(Entry("Notice period"), Entry("Fee", "a year"), Entry("Court")))


def reviewer(messages, schema, call):
    """Knows two clauses; finds that the fee is not what is expected."""
    prompt = messages[1]["content"]
    properties = schema["properties"]["statements"]["items"]["properties"]
    rows = []
    for number, (text, words, says) in enumerate(
        (
            ("The notice period is 30 days.", "notice period is 30", "as expected"),
            ("The fee is 1,250 euros a year.", "fee is 1,250", "otherwise"),
        ),
        1,
    ):
        mark = mark_of(words, prompt)
        if mark is None:
            continue
        if "clause" in properties:
            rows.append((text, [mark], {"clause": number}))
        elif f"about this: {CHECKLIST[number - 1].name}?" in prompt:
            rows.append((text, [mark], {"says": says}))
    return said(*rows)


@pytest.mark.parametrize("limit", [4_000, 60_000])
def test_a_contract_against_a_checklist(tmp_path, limit):
    answer, _, requests = done(REVIEW, [long_contract(tmp_path)], reviewer, limit=limit)
    assert [(section.title, section.verdict) for section in answer.sections] == [
        ("Notice", "found"),
        ("Fee", "deviating"),
        ("Liability", "missing"),
    ]
    assert [statement.status for statement in answer.statements] == ["verified", "verified"]
    resolves(answer)
    assert "No passage was named" in answer.sections[2].note
    assert all(window.notes is not None for window in answer.coverage.windows), "missing is said after all was read"
    assert len(requests) == len(answer.coverage.windows) + 3 if limit == 4_000 else 3


def test_a_clause_that_only_a_lie_carries_is_unclear():
    book = make("lease.txt", [["The notice period is 30 days."]])
    lie = said(("The notice period is 90 days.", [1], {"says": "as expected"}))
    answer, _, _ = done(Task("review", entries=CHECKLIST[:1]), [book], lambda *_: lie)
    assert [section.verdict for section in answer.sections] == ["unclear"]
    assert "not 90 days" in answer.statements[0].findings[0] or "90" in answer.statements[0].findings[0]


def test_a_true_sentence_under_the_wrong_clause_is_not_found(tmp_path):
    book = make("lease.txt", [["The notice period is 30 days."], ["The fee is 1,250 euros a year."]])

    def misplaced(messages, schema, call):
        return said(("The fee is 1,250 euros a year.", [2], {"says": "as expected"}))

    answer, _, _ = done(Task("review", entries=CHECKLIST), [book], misplaced)
    assert [section.verdict for section in answer.sections] == ["unclear", "found", "unclear"]
    assert [statement.status for statement in answer.statements] == ["weak", "verified", "weak"]
    assert "do not speak of Notice" in answer.statements[0].findings[0]


def test_a_true_value_in_the_wrong_field_is_not_found():
    book = make("lease.txt", [["The notice period is 30 days."], ["The payment period is 14 days."]])
    entries = (Entry("Notice period"), Entry("Payment period"), Entry("Court"))
    reply = said(("14 days", [2], {"field": 1}), ("14 days", [2], {"field": 2}), ("30 days", [1], {"field": 3}))
    answer, _, _ = done(Task("extract", entries=entries), [book], lambda *_: reply)
    assert [section.verdict for section in answer.sections] == ["unclear", "found", "unclear"]
    assert [section.statements[0].status for section in answer.sections] == ["weak", "verified", "weak"]
    (row,) = csv.DictReader(StringIO(table(answer.to_json())))
    assert row["Notice period (status)"] == "weak"


def test_a_heading_may_name_the_clause(tmp_path):
    path = tmp_path / "terms.md"
    path.write_text("# Terms\n\n## Notice\n\nEither side may leave after 30 days.\n\n## Fee\n\nNone.\n", "utf-8")
    reply = said(("Either side may leave after 30 days.", [1], {"says": "as expected"}))
    answer, _, _ = done(Task("review", entries=CHECKLIST[:1]), [read(path)], lambda *_: reply)
    assert [section.verdict for section in answer.sections] == ["found"]


def test_lists_of_items(tmp_path):
    assert parse_entries(["# Head", "", "- Notice: at most 30 days", "2) Fee", "fee: again"]) == (
        Entry("Notice", "at most 30 days"),
        Entry("Fee"),
    )
    assert len(parse_entries(read_lines("contract"))) > 10
    for lines in ([], ["# only a head"]):
        with pytest.raises(ListInvalid):
            parse_entries(lines)
    with pytest.raises(ListInvalid, match="cannot be read"):
        read_lines(str(tmp_path / "none.txt"))


def filler(messages, schema, call):
    prompt = messages[1]["content"]
    rows = [
        (text, [mark], {"field": number})
        for number, text, words in ((1, "30 days", "notice period is 30"), (2, "1,250 euros", "fee is 1,250"))
        if (mark := mark_of(words, prompt)) is not None
    ]
    return said(*rows)


@pytest.mark.parametrize("limit", [4_000, 60_000])
def test_a_table_over_documents(tmp_path, limit):
    other = make("other.txt", [["The notice period is 30 days."]])
    answer, _, _ = done(TABLE, [long_contract(tmp_path), other], filler, limit=limit)
    cells = {(section.of, section.title): section for section in answer.sections}
    assert cells["contract.txt", "Fee"].statements[0].text == "1,250 euros"
    assert cells["contract.txt", "Fee"].statements[0].status == "verified"
    assert cells["other.txt", "Fee"].verdict == cells["contract.txt", "Court"].verdict == "missing"
    resolves(answer)
    rows = list(csv.DictReader(StringIO(table(answer.to_json()))))
    assert [row["document"] for row in rows] == ["contract.txt", "other.txt"]
    assert rows[0]["Notice period"] == "30 days" and "contract.txt, lines" in rows[0]["Notice period (place)"]
    assert rows[1]["Fee"] == "" and rows[1]["Fee (status)"] == "missing"


def test_more_fields_than_one_reply_takes_and_other_values_are_told():
    book = make("lease.txt", [["The fee is 5 euros."], ["The fee is 7 euros."]])
    items = tuple(Entry(f"Field {number}") for number in range(8))

    def script(messages, schema, call):
        if "Field 0" in messages[1]["content"]:
            return said(("5 euros", [1], {"field": 1}), ("7 euros", [2], {"field": 1}), ("9 euros", [2], {"field": 2}))
        return said()

    answer, _, requests = done(Task("extract", entries=items), [book], script, rounds=0)
    assert len(requests) == 2
    first, second = answer.sections[:2]
    assert first.statements[0].text == "5 euros" and "7 euros (lines 1-1)" in first.note
    assert second.verdict == "unclear" and second.statements[0].status == "unsupported"


@pytest.mark.parametrize(
    ("passage", "value", "status"),
    [
        ("The landlord is Alpha Ltd.", "Alpha Ltd", "verified"),
        ("The fee is 1,250.00 euros.", "1250 euros", "verified"),
        ("The fee is 1,250 euros.", "1,350 euros", "unsupported"),
        ("The landlord is Alpha Ltd.", "Beta", "weak"),
        ("Signed on 3 May 2024.", "2024-05-03", "verified"),
        ("The fee is 30 euros.", "30 days", "unsupported"),
    ],
)
def test_the_check_of_cells(passage, value, status):
    (statement,) = values([Claim(value, (1,))], {1: _shown(passage)})
    assert statement.status == status, statement.findings


def test_cells_are_no_formulas():
    book = make("lease.txt", [["=HYPERLINK(1) is what it says.", "-1 degrees"]])
    reply = said(("=HYPERLINK(1)", [1], {"field": 1}), ("-1 degrees", [2], {"field": 2}))
    answer, _, _ = done(Task("extract", entries=(Entry("A"), Entry("B"))), [book], lambda *_: reply)
    (row,) = csv.DictReader(StringIO(table(answer.to_json())))
    assert row["A"] == "'=HYPERLINK(1)"
    assert row["B"] == "-1 degrees"
    assert not re.search(r"(?m)^[=+@]|,[=+@]", table(answer.to_json()))
    assert json.loads(json.dumps(answer.to_json()))["task"] == "extract"


def _shown(passage: str) -> ShownSpan:
    book = make("lease.txt", [[passage]])
    return ShownSpan(1, book, book.page(1), book.page(1).spans[0])
