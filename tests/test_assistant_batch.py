"""Jobs: whatever happens, each item ends done exactly once, one bad file stops nothing, the pool is never overfull."""

import json
import os
import subprocess
import sys
import threading
import time

import pytest

from assistant import Effort, Item, Jobs, Order, Runner, Task, results
from assistant.errors import AssistantError
from assistant.jobs.jobs import JobBusy, JobDiffers
from ingest import read
from tests.conftest import ROOT
from tests.scripted_tasks import faithful, said
from ui.batch_sources import NoSources, sources
from yarn_runtime import EngineUnreachable, attach
from yarn_runtime.scripted import scripted_engine

SUMMARY = Order("job", Task("summarise", length="short"), rounds=0)
ASK = Order("questions", None, ("How long is the notice period?", "What is the fee?"), rounds=0)


def texts(folder, number, words=8):
    """Short documents of growing length."""
    folder.mkdir(exist_ok=True)
    for index in range(number):
        text = f"Document {index}. The notice period is 30 days.\n\n" + f"The number {index} is said here. " * words * (
            index + 1
        )
        (folder / f"{index:02}.txt").write_text(text)
    return [str(path) for path in sorted(folder.iterdir())]


class Bench:
    """A job on a library, with what was told of it."""

    def __init__(self, library, order, named):
        self.order, self.told, self.lock = order, [], threading.Lock()
        self.library, self.jobs, self.named = library, Jobs(library), named

    def run(self, engine, *, last=True, then=lambda runner, told: None):
        with self.jobs.held(self.order) as conversation:
            self.jobs.add(self.order.name, [Item(s, q) for s in self.named for q in self.order.questions])
            runner = Runner(
                self.order, self.jobs, conversation, self.read, lambda told: self.take(runner, told, then), Effort()
            )
            queued = [item for item in self.jobs.items(self.order.name) if item.state == "queued"]
            return runner.work(engine, queued, last=last)

    def read(self, source):
        document = read(source)
        self.library.add(document)
        return document

    def take(self, runner, told, then):
        if told.item is None:
            return
        with self.lock:
            self.told.append(told)
        then(runner, told)

    def states(self):
        return [item.state for item in self.jobs.items(self.order.name)]


def test_every_item_is_done_short_before_long(library, tmp_path):
    named = texts(tmp_path / "in", 6)
    bench = Bench(library, SUMMARY, list(reversed(named)))
    with scripted_engine(faithful, limit=8_000) as scripted:
        assert bench.run(attach(scripted.url)) == []
        calls = len(scripted.requests)
        bench.run(attach(scripted.url))
        assert len(scripted.requests) == calls, "nothing is done twice"
    assert bench.states() == ["done"] * 6
    states = {item.source: [] for item in bench.jobs.items("job")}
    for told in bench.told:
        if told.item.state not in states[told.item.source][-1:]:
            states[told.item.source].append(told.item.state)
    assert all(seen[:5] == ["reading", "queued", "running", "checked", "done"] for seen in states.values())
    files = results(SUMMARY, bench.jobs)
    rows = [json.loads(line) for line in files["results.jsonl"].splitlines()]
    assert [row["source"] for row in rows] == list(reversed(named))
    assert rows[0]["answer"]["statements"][0]["status"] == "verified"
    assert "file://" in files["report.html"] and "6 done." in files["report.md"]
    assert files["results.csv"].count("The notice period is 30 days.") == 6


def test_no_more_runs_at_once_than_the_pool_holds(library, tmp_path):
    named = texts(tmp_path / "in", 8)
    running, most, lock = set(), [], threading.Lock()

    def watch(runner, told):
        with lock:
            (running.add if told.item.state == "running" else running.discard)(told.item.source)
            most.append(len(running))

    with scripted_engine(faithful, limit=8_000, prefill_tokens_per_second=1_000) as scripted:
        engine = attach(scripted.url)
        assert engine.kv_tokens() == 32_000
        Bench(library, SUMMARY, named).run(engine, then=watch)
    assert 2 <= max(most) <= 7, "each may hold 4,000 tokens and its own, and the pool holds 32,000"


def test_one_bad_file_stops_nothing_and_is_tried_again(library, tmp_path):
    named = texts(tmp_path / "in", 2)
    broken, binary, gone = tmp_path / "broken.pdf", tmp_path / "x.bin", tmp_path / "gone.txt"
    broken.write_bytes(b"%PDF-1.4 nothing")
    binary.write_bytes(bytes(range(256)) * 20)
    bench = Bench(library, SUMMARY, [str(broken), named[0], str(binary), named[1], str(gone)])
    with scripted_engine(faithful, limit=8_000) as scripted:
        engine = attach(scripted.url)
        bench.run(engine)
        assert bench.states() == ["failed", "done", "skipped", "done", "failed"]
        assert all(item.reason for item in bench.jobs.items("job") if item.state in ("failed", "skipped"))
        assert "broken.pdf: failed: " in results(SUMMARY, bench.jobs)["report.md"].replace("\\", "")
        gone.write_text("The notice period is 30 days.")
        bench.run(engine)
        assert bench.states()[-1] == "failed"
        bench.jobs.queue_failed("job")
        bench.run(engine)
        assert bench.states() == ["failed", "done", "skipped", "done", "done"]


def test_what_the_model_or_a_bug_breaks_fails_alone(library, tmp_path):
    named = texts(tmp_path / "in", 3)
    bench = Bench(library, SUMMARY, named)
    bench_read = bench.read

    def read_or_break(source):
        if source == named[1]:
            raise ZeroDivisionError("a bug")
        return bench_read(source)

    bench.read = read_or_break
    with scripted_engine(faithful, limit=8_000) as scripted:
        bench.run(attach(scripted.url))
    assert bench.states() == ["done", "failed", "done"]
    assert "ZeroDivisionError" in bench.jobs.items("job")[1].reason


def test_questions_about_one_document_follow_each_other(library, tmp_path):
    bench = Bench(library, ASK, texts(tmp_path / "in", 3))
    with scripted_engine(lambda *_: said(("The notice period is 30 days.", [1])), limit=3_000) as scripted:
        bench.run(attach(scripted.url))
        asked = [request["messages"][1]["content"].rpartition("Question: ")[0] for request in scripted.requests]
    assert bench.states() == ["done"] * 6
    assert len({*asked}) == 3


def test_what_is_too_long_is_left_to_another_profile(library, tmp_path):
    named = [*texts(tmp_path / "in", 1), str(tmp_path / "long.txt")]
    (tmp_path / "long.txt").write_text("The fee is 1,250 euros a year, whatever happens.\n\n" * 400)
    bench = Bench(library, ASK, named)
    reply = said(("The notice period is 30 days.", [1]))
    with scripted_engine(lambda *_: reply, limit=3_000) as short:
        later = bench.run(attach(short.url), last=False)
        assert {item.source for item in later} == {named[1]}
        assert len(short.requests) == 2
    with scripted_engine(lambda *_: reply, limit=30_000) as long:
        bench.run(attach(long.url))
        assert len(long.requests) == 2
    assert bench.states() == ["done"] * 4


def test_the_same_content_is_done_once(library, tmp_path):
    (tmp_path / "a.txt").write_text("The notice period is 30 days.")
    (tmp_path / "b.txt").write_text("The notice period is 30 days.")
    named = [str(tmp_path / "a.txt"), str(tmp_path / "b.txt")]
    with scripted_engine(faithful, limit=8_000) as scripted:
        bench = Bench(library, SUMMARY, named)
        bench.run(attach(scripted.url))
        again = Bench(library, Order("other", SUMMARY.task, rounds=0), named)
        again.run(attach(scripted.url))
        assert len(scripted.requests) == 1
    assert bench.states() == again.states() == ["done", "done"]
    assert len({item.answer_id for item in again.jobs.items("other")}) == 1


def test_translations_are_files_of_their_own(library, tmp_path):
    for folder in ("a", "b"):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "guide.md").write_text(f"# Guide {folder}\n\nHello there.\n")
    order = Order("german", Task("translate", language="German"), rounds=0)
    bench = Bench(library, order, [str(tmp_path / folder / "guide.md") for folder in ("a", "b")])

    def script(messages, schema, call):
        letter = "a" if "Guide a" in messages[1]["content"] else "b"
        return json.dumps({"passages": [{"mark": 1, "text": f"# Handbuch {letter}\n\nHallo."}], "terms": []})

    with scripted_engine(script, limit=8_000) as scripted:
        bench.run(attach(scripted.url))
    files = results(order, bench.jobs)
    assert files["translations/guide.md"] == "# Handbuch a\n\nHallo.\n"
    assert files["translations/guide-2.md"] == "# Handbuch b\n\nHallo.\n"


def test_a_stop_hands_back_what_runs(library, tmp_path):
    bench = Bench(library, SUMMARY, texts(tmp_path / "in", 5, words=30))

    def stop(runner, told):
        if told.item.state == "done":
            threading.Thread(target=runner.stop).start()

    with scripted_engine(faithful, limit=8_000, prefill_tokens_per_second=300) as scripted:
        bench.run(attach(scripted.url), then=stop)
    states = bench.states()
    assert set(states) == {"done", "queued"}
    with scripted_engine(faithful, limit=8_000) as scripted:
        bench.run(attach(scripted.url))
    assert bench.states() == ["done"] * 5
    assert len({item.answer_id for item in bench.jobs.items("job")}) == 5


def test_an_engine_that_ends_leaves_the_items_queued(library, tmp_path):
    bench = Bench(library, SUMMARY, texts(tmp_path / "in", 3))
    with scripted_engine(faithful, limit=8_000) as scripted:
        engine = attach(scripted.url)
    with pytest.raises(EngineUnreachable):
        bench.run(engine)
    assert set(bench.states()) == {"queued"}


def test_a_job_is_one_process_own_and_does_one_thing(library, tmp_path):
    jobs = Jobs(library)
    with jobs.held(SUMMARY), pytest.raises(JobBusy), jobs.held(SUMMARY):
        pass
    with pytest.raises(JobDiffers), jobs.held(Order("job", Task("translate", language="German"))):
        pass
    with jobs.held(SUMMARY):
        pass


def test_a_document_that_is_removed_takes_its_answer_and_is_done_again(library, tmp_path):
    bench = Bench(library, SUMMARY, texts(tmp_path / "in", 1))
    with scripted_engine(faithful, limit=8_000) as scripted:
        bench.run(attach(scripted.url))
        library.remove("00.txt")
        assert library.store.faults() == []
        bench.run(attach(scripted.url))
        assert len(scripted.requests) == 2
    assert bench.states() == ["done"]


def test_sources(tmp_path):
    texts(tmp_path / "in", 2)
    (tmp_path / "in" / ".hidden").write_text("x")
    (tmp_path / "in" / "sub").mkdir()
    (tmp_path / "in" / "sub" / "z.md").write_text("x")
    every = [str(tmp_path / "in" / name) for name in ("00.txt", "01.txt", "sub/z.md")]
    assert sources([str(tmp_path / "in")]) == every
    assert sources([str(tmp_path / "in" / "*.txt"), every[0]]) == every[:2]
    (tmp_path / "list").write_text(f"# these\n{every[2]}\n\n{every[0]}\n")
    assert sources([f"@{tmp_path / 'list'}"]) == [every[2], every[0]]
    (tmp_path / "in" / ".git").mkdir()
    assert sources([str(tmp_path / "in")]) == [str(tmp_path / "in")]
    for nothing in (str(tmp_path / "*.none"), f"@{tmp_path / 'none'}"):
        with pytest.raises(NoSources):
            sources([nothing])


def test_killed_at_random_moments_each_item_is_done_exactly_once(tmp_path):
    """As many kills as fit into half a minute; `make bench-batch` does two hundred."""
    texts(tmp_path / "sources", 4)
    with scripted_engine(faithful, limit=8_000, prefill_tokens_per_second=8_000) as scripted:
        done = subprocess.run(
            [sys.executable, "-m", "tests.batch_killed", scripted.url, str(tmp_path), "25", "200"],
            cwd=ROOT,
            capture_output=True,
            text=True,
            timeout=200,
        )
    assert done.returncode == 0, done.stderr
    report = json.loads(done.stdout)
    assert report["faults"] == []
    assert report["kills"] > 5


def test_on_the_command_line(tmp_path):
    named = texts(tmp_path / "in", 3)
    (tmp_path / "in" / "broken.pdf").write_bytes(b"%PDF-1.4 nothing")
    out = tmp_path / "out"
    with scripted_engine(faithful, limit=8_000) as scripted:
        command = [sys.executable, "-m", "ui", "batch", "summarise", str(tmp_path / "in"), "--out", str(out), "--json"]
        done = subprocess.run(
            [*command, "--engine-url", scripted.url],
            cwd=ROOT,
            env={**os.environ, "UNSPOOL_DATA": str(tmp_path / "data")},
            capture_output=True,
            text=True,
            timeout=120,
        )
    assert done.returncode == 3, done.stderr
    lines = [json.loads(line) for line in done.stdout.splitlines()]
    assert lines[-1]["states"] == {"done": 3, "failed": 1}
    assert {line["source"] for line in lines[:-1]} == {*named, str(tmp_path / "in" / "broken.pdf")}
    assert "broken.pdf" in done.stderr and "Traceback" not in done.stderr
    assert {path.name for path in out.iterdir()} == {"results.jsonl", "results.csv", "report.md", "report.html"}
    assert issubclass(NoSources, AssistantError)


def test_ctrl_c_hands_back_and_a_second_one_ends_at_once(tmp_path):
    texts(tmp_path / "in", 3, words=200)
    with scripted_engine(faithful, limit=8_000, prefill_tokens_per_second=20) as scripted:
        child = subprocess.Popen(
            [sys.executable, "-m", "ui", "batch", "summarise", str(tmp_path / "in"), "--out", str(tmp_path / "out")]
            + ["--engine-url", scripted.url],
            cwd=ROOT,
            env={**os.environ, "UNSPOOL_DATA": str(tmp_path / "data")},
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            text=True,
        )
        deadline = time.monotonic() + 60
        while not scripted.requests and time.monotonic() < deadline and child.poll() is None:
            time.sleep(0.05)
        child.terminate()
        assert child.wait(60) == 130
        assert "Handing back" in child.stderr.read()
    assert (tmp_path / "out" / "results.jsonl").read_text().count('"queued"') == 3
