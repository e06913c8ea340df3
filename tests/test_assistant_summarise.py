"""Summaries: all of a document is read, what is said is checked, and an interrupted one goes on where it was."""

import json
import os
import re
import subprocess
import sys
import threading

import pytest

from assistant import Answered, Consent, Effort, Run, Selection, Task, plan_task
from assistant.errors import NothingToAsk, RunStopped
from ingest import read
from tests.conftest import ROOT
from tests.scripted_tasks import done, facts, faithful, long_contract, mark_of, resolves, said
from tests.test_assistant_pack import make
from ui.listing import ExportFailed
from ui.tasking import check_out, write_out
from yarn_runtime import attach
from yarn_runtime.scripted import scripted_engine

SUMMARY = Task("summarise")


def test_a_long_document_is_read_whole_and_its_notes_are_merged(tmp_path):
    contract = long_contract(tmp_path)
    answer, _, requests = done(SUMMARY, [contract])
    assert [item.status for item in answer.statements] == ["verified", "verified"]
    resolves(answer)
    spans = [span for page in contract.pages for span in page.spans]
    sent = "".join(request["messages"][1]["content"] for request in requests)
    assert all(span.text.strip() in sent for span in spans)
    reads = answer.coverage.windows
    assert len(reads) > 2 and reads[0].first == 1 and reads[-1].last == len(spans)
    assert all(document.whole for document in answer.coverage.documents)
    assert [step.kind for step in answer.steps] == ["read"] * len(reads) + ["merge"]
    assert sum(read.notes for read in reads) == 2
    assert all(request["max_completion_tokens"] > 100 for request in requests)
    assert answer.task == "summarise" and answer.question == "Summarise contract.txt"


def test_a_short_document_is_summarised_in_one_call():
    book = make("book.txt", [["The notice period is 30 days."], ["The fee is 1,250 euros a year."]])
    answer, _, requests = done(Task("summarise", audience="a lawyer", language="German", length="short"), [book])
    assert len(requests) == 1
    asked = requests[0]["messages"][1]["content"]
    assert "for a lawyer" in asked and "in German" in asked and "at most 3" in asked
    assert requests[0]["response_format"]["json_schema"]["schema"]["properties"]["statements"]["maxItems"] == 3
    assert len(answer.statements) == 2


def test_section_by_section(tmp_path):
    source = tmp_path / "book.md"
    more = "What follows from this is settled in the annexes, which both parties have signed and hold. " * 8
    notice, money = (f"{fact} {more}" for fact in ("The notice period is 30 days.", "The fee is 1,250 euros a year."))
    source.write_text(f"# Notice\n\n{notice}\n\n# Money\n\n{money}\n")
    answer, _, requests = done(Task("summarise", by_sections=True), [read(source)])
    assert [section.title for section in answer.sections] == ["Notice", "Money"]
    assert [len(section.statements) for section in answer.sections] == [1, 1]
    assert len(requests) == 2
    resolves(answer)
    assert "Notice\nThe notice period is 30 days. [1]" in answer.text


def test_what_the_check_refutes_is_written_anew(tmp_path):
    book = make("book.txt", [["The notice period is 30 days."]])
    wrong = said(("The notice period is 60 days.", [1]))

    def script(messages, schema, call):
        return wrong if len(messages) == 2 else facts(messages[1]["content"])

    answer, _, requests = done(SUMMARY, [book], script)
    assert [item.status for item in answer.statements] == ["verified"]
    assert "60 days" in requests[1]["messages"][3]["content"]
    unbettered, _, requests = done(SUMMARY, [book], lambda *_: wrong)
    assert [item.status for item in unbettered.statements] == ["unsupported"]
    assert len(requests) == 2 and "could not be verified" in unbettered.remarks[0]
    bounded, _, requests = done(SUMMARY, [book], lambda *_: wrong, effort=Effort(tokens=10))
    assert len(requests) == 1 and "tokens for it were used up" in bounded.remarks[-1]


def test_a_false_note_never_reaches_the_summary(tmp_path):
    def script(messages, schema, call):
        prompt = messages[-1]["content"]
        if "These notes were taken" in prompt:
            assert "60 days" not in prompt
            return facts(prompt)
        mark = mark_of("notice period is 30", messages[1]["content"])
        return said(("The notice period is 60 days.", [mark])) if mark else facts(messages[1]["content"])

    answer, _, _ = done(SUMMARY, [long_contract(tmp_path)], script)
    assert [item.text for item in answer.statements] == ["The fee is 1,250 euros a year."]


def test_more_notes_than_fit_are_merged_group_by_group(tmp_path):
    def script(messages, schema, call):
        found = re.findall(r"<(\d+)> Clause (\d+)", messages[1]["content"])[:6]
        return said(
            *((f"Clause {number} of this contract is void {'and void ' * 25}", [int(mark)]) for mark, number in found)
        )

    answer, _, _ = done(SUMMARY, [long_contract(tmp_path, 300)], script, limit=2_000, rounds=0)
    assert sum(step.kind == "merge" for step in answer.steps) > 1
    assert 1 <= len(answer.statements) <= 6
    resolves(answer)


@pytest.mark.parametrize(
    "reply", ["", "no JSON", '{"statements": [', '{"statements": []}', '{"statements": [{"text": 3}]}']
)
def test_a_model_that_says_nothing_is_told_as_such(reply):
    answer, _, _ = done(SUMMARY, [make("book.txt", [["Words."]])], lambda *_: reply)
    assert answer.statements == () and not answer.said
    assert "found nothing" in answer.text


def test_consent_stop_and_nothing_to_do(tmp_path):
    contract = long_contract(tmp_path)
    with scripted_engine(faithful, limit=4_000) as scripted:
        work = plan_task(SUMMARY, attach(scripted.url), [Selection(contract)])
        run = Run(work, effort=Effort(consent_tokens=100))
        with pytest.raises(RunStopped):
            for step in run.steps():
                if isinstance(step, Consent):
                    run.agree(False)
        assert scripted.requests == []
        with pytest.raises(NothingToAsk):
            plan_task(SUMMARY, attach(scripted.url), [Selection(make("empty.txt", [[]]))])


def test_a_stopped_task_goes_on_and_pays_for_no_window_again(tmp_path, library):
    contract = long_contract(tmp_path)
    library.add(contract)
    hold, reached = threading.Event(), threading.Event()

    def script(messages, schema, call):
        if call == 3:
            reached.set()
            hold.wait(30)
        return faithful(messages, schema, call)

    with scripted_engine(script, limit=4_000) as scripted:
        work = plan_task(SUMMARY, attach(scripted.url), [Selection(contract)], replies=library.journal)
        run = Run(work)
        assert reached.wait(30)
        run.stop()
        hold.set()
        steps = list(Run(work, lambda answer: library.add_answer(library.start_conversation("s"), answer, "m")).steps())
        assert isinstance(steps[-1], Answered)
        asked = [json.dumps(request["messages"]) for request in scripted.requests]
        assert len(asked) == len(set(asked)) + 1, "only the call that was cut off is made again"
    (conversation,) = library.conversations()
    (kept,) = library.answers(conversation.id)
    assert kept["task"] == "summarise" and kept["sections"][0]["statements"] == [0, 1]
    assert library.store.db.execute("SELECT count(*) FROM replies").fetchone() == (0,), "what is over is forgotten"


def test_on_the_command_line_and_as_a_file(tmp_path):
    source = tmp_path / "book.txt"
    source.write_text("The notice period is 30 days.\n\nThe fee is 1,250 euros a year.\n")
    with scripted_engine(faithful) as scripted:
        result = subprocess.run(
            [sys.executable, "-m", "ui", "summarise", str(source), "--engine-url", scripted.url]
            + ["--out", str(tmp_path / "summary.md"), "--json"],
            cwd=ROOT,
            env={**os.environ, "UNSPOOL_DATA": str(tmp_path / "data")},
            capture_output=True,
            text=True,
            timeout=120,
        )
        assert result.returncode == 0, result.stderr
        assert json.loads(result.stdout)["task"] == "summarise"
        answer = Run(plan_task(SUMMARY, attach(scripted.url), [Selection(read(source))])).answer()
    assert "- The notice period is 30 days. \\[1\\] (verified)" in (tmp_path / "summary.md").read_text()
    written = {}
    for suffix in (".html", ".json", ".csv", ".txt"):
        write_out(tmp_path / f"out{suffix}", answer, "scripted")
        written[suffix] = (tmp_path / f"out{suffix}").read_text()
    assert "<h1>Summarise book.txt</h1>" in written[".html"]
    assert json.loads(written[".json"])["model"] == "scripted"
    assert "book.txt, lines 1-" in written[".csv"]
    assert written[".txt"].startswith("The notice period is 30 days. [1]")
    for out, words in ((tmp_path / "x.docx", "unknown ending"), (tmp_path / "no" / "x.md", "no folder")):
        with pytest.raises(ExportFailed, match=words):
            check_out(out)
