"""A briefing sends no more of the documents than is wanted, and says what it leaves out."""

import pytest

from assistant import Selection, brief, needed
from assistant.errors import ContextTooLong
from ingest import read
from yarn_runtime import attach
from yarn_runtime.scripted import scripted_engine


@pytest.fixture
def contract(tmp_path):
    file = tmp_path / "contract.txt"
    file.write_text("\n\n".join(f"Clause {n} is about stone {n} and nothing else, as all agree." for n in range(200)))
    return read(file)


@pytest.mark.parametrize("most", [300, 1_000])
def test_no_more_than_wanted_is_sent(contract, most):
    with scripted_engine(lambda *_: "") as scripted:
        engine = attach(scripted.url)
        made = brief(engine, [Selection(contract)], "What is said of stone 77?", most=most)
        all_of_it = brief(engine, [Selection(contract)], "What is said of stone 77?")
    (sent,) = made.coverage.documents
    assert 0 < sent.included_tokens <= most < sent.tokens
    assert sent.omitted
    assert "stone 77 " in made.context.text
    assert all_of_it.coverage.documents[0].whole


def test_whole_and_less_exclude_each_other(contract):
    with scripted_engine(lambda *_: "") as scripted, pytest.raises(ContextTooLong):
        brief(attach(scripted.url), [Selection(contract)], "What?", way="whole", most=100)


def test_what_a_run_needs_follows_what_is_wanted(contract):
    with scripted_engine(lambda *_: "") as scripted:
        engine = attach(scripted.url)
        selections, question = [Selection(contract)], "What is said of stone 77?"
        everything = needed(selections, question, 1, engine.tokenizer)
        less = needed(selections, question, 1, engine.tokenizer, most=400)
        made = brief(engine, selections, question, most=400)
        whole = brief(engine, selections, question)
    for told, briefing in ((less, made), (everything, whole)):
        used = briefing.coverage.prompt_tokens + briefing.coverage.reserve_tokens
        assert used <= told <= used + 250  # passages are whole: the room is never quite filled
