"""A run that is killed in the middle goes on where it was and does not pay for its finished rounds again."""

import json
import subprocess
import sys
import threading
import time

import pytest

from assistant import Answered, Consent, Effort, Finished, Run, Selection, brief
from assistant.errors import LibraryDamaged, RunStopped
from ingest import read
from tests.conftest import ROOT
from yarn_runtime import attach
from yarn_runtime.scripted import scripted_engine

QUESTION = "How long is the notice period?"
RIGHT = json.dumps({"found": True, "statements": [{"text": "The notice period is 30 days.", "marks": [1]}]})
WRONG = RIGHT.replace("30", "60")
BAD = json.dumps({"good": False, "problems": ["The number is wrong."]})
GOOD = json.dumps({"good": True, "problems": []})
SECRET = "The notice period is 30 days."

CHILD = """
import sys
from pathlib import Path
from assistant import Run, Selection, brief
from ingest import read
from yarn_runtime import attach
url, source, folder = sys.argv[1:]
briefing = brief(attach(url), [Selection(read(source))], "How long is the notice period?")
Run(briefing, folder=Path(folder)).answer()
print("done", flush=True)
"""


@pytest.fixture
def contract(tmp_path):
    source = tmp_path / "contract.txt"
    source.write_text(SECRET + "\n\nThe fee is 1,250 euros a year.\n")
    return source


def killed(scripted, contract, folder, call: int) -> None:
    """Ask in a process of its own and kill it while call number `call` is being answered."""
    child = subprocess.Popen([sys.executable, "-c", CHILD, scripted.url, contract, folder], cwd=ROOT)
    try:
        deadline = time.monotonic() + 60
        while len(scripted.requests) < call:
            assert time.monotonic() < deadline
            assert child.poll() is None
            time.sleep(0.01)
    finally:
        child.kill()
        child.wait()


@pytest.mark.parametrize(("call", "kept"), [(1, []), (2, ["draft", "check"]), (3, ["draft", "check", "critique"])])
def test_a_killed_run_goes_on_and_pays_for_no_finished_round_again(contract, tmp_path, call, kept):
    replies = {"draft": WRONG, "critique": BAD, "revise": RIGHT}
    hold = threading.Event()

    def script(messages, schema, number):
        if number == call:
            hold.wait(30)
        kind = "critique" if "good" in json.dumps(schema) else "draft" if len(messages) == 2 else "revise"
        return replies[kind]

    with scripted_engine(script) as scripted:
        killed(scripted, contract, tmp_path, call)
        hold.set()
        steps = list(Run(brief(attach(scripted.url), [Selection(read(contract))], QUESTION), folder=tmp_path).steps())
        assert isinstance(steps[-1], Answered)
        answer = steps[-1].answer
        assert [step.kind for step in answer.steps] == ["draft", "check", "critique", "revise", "check"]
        assert [item.status for item in answer.statements] == ["verified"]
        told = [step.step for step in steps if isinstance(step, Finished)]
        assert [step.kind for step in told if "interrupted" in step.note] == kept
        paid = [request["messages"] for request in scripted.requests]
        assert len(paid) == 4, "three rounds, and the one that was cut short once more"
        again = Run(brief(attach(scripted.url), [Selection(read(contract))], QUESTION), folder=tmp_path).answer()
        assert len(scripted.requests) == 7, "what is answered is forgotten and asked anew"
        assert again.text == answer.text


def test_no_text_of_a_document_is_kept_and_nothing_of_a_run_that_is_over(contract, tmp_path):
    seen = []
    with scripted_engine(lambda *_: GOOD if seen else WRONG) as scripted:
        folder = tmp_path / "library"
        folder.mkdir()
        run = Run(brief(attach(scripted.url), [Selection(read(contract))], QUESTION), folder=folder)
        for step in run.steps():
            if isinstance(step, Finished) and step.step.kind == "check":
                seen.append(b"".join(file.read_bytes() for file in folder.glob("runs.db*")))
        assert b"60 days" in seen[0]
        assert SECRET.encode() not in seen[0]
    assert b"60 days" not in (folder / "runs.db").read_bytes()


def test_another_question_does_not_go_on_with_a_killed_one(contract, tmp_path):
    with scripted_engine(lambda *_: RIGHT, tokens_per_second=50) as scripted:
        killed(scripted, contract, tmp_path, 2)
        Run(
            brief(attach(scripted.url), [Selection(read(contract))], "And the fee?", rounds=0), folder=tmp_path
        ).answer()
        assert len(scripted.requests) == 3


def test_a_file_that_holds_no_rounds_is_said_to_be_none(contract, tmp_path):
    (tmp_path / "runs.db").write_bytes(b"This is not a database at all." * 100)
    with scripted_engine([RIGHT, GOOD]) as scripted:
        run = Run(brief(attach(scripted.url), [Selection(read(contract))], QUESTION), folder=tmp_path)
        with pytest.raises(LibraryDamaged, match="not a database"):
            list(run.steps())


@pytest.mark.parametrize("yes", [True, False])
def test_a_long_prompt_waits_for_consent(contract, tmp_path, yes):
    with scripted_engine([RIGHT, GOOD]) as scripted:
        briefing = brief(attach(scripted.url), [Selection(read(contract))], QUESTION)
        run = Run(briefing, effort=Effort(consent_tokens=20), folder=tmp_path)
        steps = run.steps()
        asked = next(step for step in steps if isinstance(step, Consent))
        assert asked.tokens == briefing.coverage.prompt_tokens
        assert scripted.requests == []
        run.agree(yes)
        if yes:
            assert isinstance(list(steps)[-1], Answered)
        else:
            with pytest.raises(RunStopped, match="not sent"):
                list(steps)
            assert scripted.requests == []


@pytest.mark.parametrize("effort", [Effort(seconds=0.0), Effort(tokens=1)])
def test_a_budget_ends_the_rounds_and_the_answer_says_so(contract, effort):
    with scripted_engine(lambda *_: WRONG) as scripted:
        answer = Run(
            brief(attach(scripted.url), [Selection(read(contract))], QUESTION, rounds=3), effort=effort
        ).answer()
    assert [step.kind for step in answer.steps] == ["draft", "check"]
    assert answer.remarks[0] == "1 of 1 statements could not be verified; each says why."
    assert answer.remarks[1].startswith("No further round:")


def test_what_the_critique_still_says_is_part_of_the_answer(contract):
    with scripted_engine([RIGHT, BAD, WRONG]) as scripted:
        answer = Run(brief(attach(scripted.url), [Selection(read(contract))], QUESTION)).answer()
    assert answer.statements[0].status == "verified"
    assert answer.remarks == ("The critique still says: The number is wrong.",)


def test_the_critique_sees_the_cited_passages_again(contract):
    with scripted_engine([RIGHT, GOOD]) as scripted:
        Run(brief(attach(scripted.url), [Selection(read(contract))], QUESTION)).answer()
        assert "<1> says: The notice period is 30 days." in scripted.requests[1]["messages"][-1]["content"]


def test_a_run_whose_answer_was_taken_is_no_interrupted_one(contract, tmp_path):
    """Whoever has the answer stops following at once."""
    with scripted_engine(lambda *_: RIGHT) as scripted:
        for asked in (1, 2, 3):
            run = Run(brief(attach(scripted.url), [Selection(read(contract))], QUESTION, rounds=0), folder=tmp_path)
            next(step for step in run.steps() if isinstance(step, Answered))
            run.stop()
            assert len(scripted.requests) == asked
