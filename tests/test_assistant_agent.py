"""The agent over models that lie, fail or ramble: played by the scripted engine over real HTTP."""

import json
import time

import pytest

from assistant import Answered, Finished, Reading, Run, Selection, Started, Turn, Writing, brief
from assistant.errors import ContextTooLong, QuestionMissing, RunStopped
from ingest import read
from yarn_runtime import RuntimeProblem, attach
from yarn_runtime.script import Broken, CutOff, Endless, Refused
from yarn_runtime.scripted import scripted_engine

TEXT = "The notice period is 30 days.\n\nThe fee is 1,250 euros a year.\n\nThe seat is in Ghent.\n"
QUESTION = "How long is the notice period?"
RIGHT = {"text": "The notice period is 30 days.", "marks": [1]}
WRONG = {"text": "The notice period is 60 days.", "marks": [1]}
GOOD = json.dumps({"good": True, "problems": []})
BAD = json.dumps({"good": False, "problems": ["The number is wrong."]})


def draft(*statements, found=True) -> str:
    return json.dumps({"found": found, "statements": statements})


@pytest.fixture
def contract(tmp_path):
    source = tmp_path / "contract.txt"
    source.write_text(TEXT + "\n" + "".join(f"Clause {number} is void.\n\n" for number in range(200)))
    return read(source)


def answered(contract, script, *, rounds=1, question=QUESTION, history=(), **engine):
    with scripted_engine(script, **engine) as scripted:
        run = Run(brief(attach(scripted.url), [Selection(contract)], question, rounds=rounds, history=history))
        steps = list(run.steps())
        assert isinstance(steps[-1], Answered)
        return steps[-1].answer, steps, scripted.requests


def test_a_right_draft_is_verified_and_not_revised(contract):
    answer, _, requests = answered(contract, [draft(RIGHT), GOOD])
    assert [statement.status for statement in answer.statements] == ["verified"]
    assert answer.text == "The notice period is 30 days. [1]"
    assert [step.kind for step in answer.steps] == ["draft", "check", "critique"]
    assert len(requests) == 2


def test_a_wrong_number_is_named_and_revised(contract):
    answer, _, requests = answered(contract, [draft(WRONG), BAD, draft(RIGHT)])
    assert [statement.status for statement in answer.statements] == ["verified"]
    assert [step.kind for step in answer.steps] == ["draft", "check", "critique", "revise", "check"]
    assert "The number 60 days is not in its passages." in requests[2]["messages"][-1]["content"]
    assert "The number is wrong." in requests[2]["messages"][-1]["content"]


def test_a_model_that_insists_is_shown_as_unsupported(contract):
    answer, _, _ = answered(contract, lambda *_: draft(WRONG), rounds=2)
    assert [statement.status for statement in answer.statements] == ["unsupported"]
    assert [step.kind for step in answer.steps].count("revise") == 2


def test_a_revision_that_is_worse_is_not_taken(contract):
    answer, _, _ = answered(contract, [draft(RIGHT), BAD, draft(WRONG)])
    assert answer.statements[0].text == RIGHT["text"]


@pytest.mark.parametrize("marks", [[999], [0], [-3], [999, 1000]])
def test_an_invented_citation_is_never_shown(contract, marks):
    answer, _, _ = answered(contract, lambda *_: draft({**RIGHT, "marks": marks}), rounds=0)
    assert answer.citations == ()
    assert answer.statements[0].status == "unsupported"


def test_every_round_begins_with_the_same_bytes(contract):
    _, _, requests = answered(contract, lambda *_: draft(WRONG), rounds=2)
    first = requests[0]["messages"]
    assert len(requests) == 5
    for request in requests[1:]:
        assert request["messages"][: len(first)] == first


def test_a_follow_up_shares_the_documents(contract):
    with scripted_engine(lambda *_: draft(RIGHT)) as scripted:
        engine = attach(scripted.url)
        one = Run(brief(engine, [Selection(contract)], QUESTION, rounds=0)).answer()
        history = [Turn(QUESTION, one.text)]
        two = Run(brief(engine, [Selection(contract)], "And the fee?", rounds=0, history=history)).answer()
    assert two.steps[0].cached_tokens >= one.coverage.parts["documents"] - engine.block_size
    assert two.coverage.parts["history"] > 0


def test_nothing_found_is_an_answer(contract):
    answer, _, _ = answered(contract, lambda *_: draft(found=False), rounds=0)
    assert answer.text.startswith("The documents do not say. Read whole: contract.txt (")
    assert not answer.said


@pytest.mark.parametrize(
    "reply",
    ["", "I cannot help with that.", "{", "[1, 2]", '{"statements": 7}', Endless("na "), CutOff('{"found": tr')],
)
def test_replies_without_a_statement_are_told_plainly(contract, reply):
    answer, _, _ = answered(contract, lambda *_: reply, rounds=0)
    assert answer.statements == ()
    assert answer.text == "The model gave no statement that could be read."


def test_a_reply_that_is_cut_off_keeps_its_whole_statements(contract):
    answer, _, _ = answered(contract, [CutOff(draft(RIGHT, WRONG)[:-30])], rounds=0)
    assert answer.statements[0].status == "verified"
    assert "cut off" in answer.steps[0].note


@pytest.mark.parametrize("reply", [Refused("the engine core died", 500), Broken(draft(RIGHT)[:20])])
def test_an_engine_that_fails_is_an_error_and_not_an_answer(contract, reply):
    with scripted_engine([reply]) as scripted:
        run = Run(brief(attach(scripted.url), [Selection(contract)], QUESTION))
        with pytest.raises(RuntimeProblem) as failed:
            list(run.steps())
        assert failed.value.hint


def test_the_steps_are_told_as_they_happen(contract):
    _, steps, _ = answered(contract, [draft(RIGHT), GOOD], tokens_per_second=400, prefill_tokens_per_second=1_000)
    kinds = [type(step) for step in steps]
    assert kinds.index(Started) < kinds.index(Reading) < kinds.index(Writing) < kinds.index(Finished)
    readings = [step.done for step in steps if isinstance(step, Reading)]
    assert readings == sorted(readings)
    texts = [step.text for step in steps if isinstance(step, Writing) and step.kind == "draft"]
    assert texts[-1] == RIGHT["text"]
    assert any(RIGHT["text"].startswith(text) and text != RIGHT["text"] for text in texts)


@pytest.mark.parametrize("speeds", [{"prefill_tokens_per_second": 50}, {"tokens_per_second": 2}])
def test_a_stopped_run_frees_the_engine(contract, speeds):
    with scripted_engine(lambda *_: draft(RIGHT), **speeds) as scripted:
        engine = attach(scripted.url)
        run = Run(brief(engine, [Selection(contract)], QUESTION))
        deadline = time.monotonic() + 10
        while not engine.running():
            assert time.monotonic() < deadline
        time.sleep(0.3)
        run.stop()
        deadline = time.monotonic() + 10
        while engine.running():
            assert time.monotonic() < deadline
        with pytest.raises(RunStopped):
            list(run.steps())
        run.stop()


def test_what_is_too_long_is_refused_before_it_is_sent(contract):
    with scripted_engine([draft(RIGHT)], limit=1_200) as scripted:
        engine = attach(scripted.url)
        with pytest.raises(ContextTooLong):
            brief(engine, [Selection(contract)], QUESTION, rounds=0, way="whole")
        with pytest.raises(ContextTooLong, match="Question and conversation"):
            brief(engine, [Selection(contract)], "stone " * 3_000, rounds=0)
        with pytest.raises(QuestionMissing):
            brief(engine, [Selection(contract)], "  ")
        assert scripted.requests == []


def test_an_overlong_document_is_packed_and_the_ledger_says_what_was_left_out(contract):
    with scripted_engine(lambda *_: draft(RIGHT), limit=1_200) as scripted:
        briefing = brief(attach(scripted.url), [Selection(contract)], QUESTION, rounds=0)
        answer = Run(briefing).answer()
    ledger = answer.coverage
    assert ledger.prompt_tokens <= ledger.limit - ledger.reserve_tokens
    assert ledger.prompt_tokens == answer.steps[0].prompt_tokens == sum(ledger.parts.values())
    assert ledger.documents[0].omitted
    assert ledger.documents[0].included_tokens < ledger.documents[0].tokens
