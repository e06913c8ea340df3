"""Jobs: whatever happens, each item ends done exactly once, one bad file stops nothing, the pool is never overfull."""

import contextlib
import json
import os
import resource
import sqlite3
import subprocess
import sys
import threading
import time

import pytest

from assistant import Effort, Item, Jobs, Library, Order, Runner, Task, results
from assistant.errors import AssistantError
from assistant.jobs.jobs import JobBusy, JobDiffers
from ingest import read
from tests.conftest import ROOT
from tests.scripted_tasks import faithful, said
from ui.batch_sources import NoSources, sources
from yarn_runtime import EngineMismatch, EngineUnreachable, attach
from yarn_runtime.script import Refused
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

    def run(self, *engines, last=True, then=lambda runner, told: None):
        with self.jobs.held(self.order) as conversation:
            self.jobs.add(self.order.name, [Item(s, q) for s in self.named for q in self.order.questions])
            runner = Runner(
                self.order, self.jobs, conversation, self.read, lambda told: self.take(runner, told, then), Effort()
            )
            queued = [item for item in self.jobs.items(self.order.name) if item.state == "queued"]
            return runner.work(engines, queued, last=last)

    def read(self, source):
        document = read(source)
        self.library.add(document)
        return document

    def take(self, runner, told, then):
        if told.step is not None:
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
    named = texts(tmp_path / "in", 12)
    running, sums, lock = {}, [], threading.Lock()

    def watch(runner, told):
        with lock:
            running.pop(told.item.source, None)
            if told.item.state == "running":
                running[told.item.source] = SUMMARY.held(told.item.tokens, 3_000)
            sums.append((sum(running.values()), len(running)))

    with scripted_engine(faithful, limit=3_000, prefill_tokens_per_second=1_000) as scripted:
        engine = attach(scripted.url)
        pool = engine.kv_tokens()
        bench = Bench(library, SUMMARY, named)
        bench.run(engine, then=watch)
        assert all(body["max_completion_tokens"] < SUMMARY.held(0, 3_000) for body in scripted.requests)
    assert bench.states() == ["done"] * 12
    assert max(tokens for tokens, _ in sums) <= pool
    assert 2 <= max(items for _, items in sums) < 12


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
        assert bench.jobs.queue_failed("job", unread_only=True) == 2
        bench.run(engine)
        assert bench.states() == ["failed", "done", "skipped", "done", "done"]


def test_what_failed_after_it_was_read_is_tried_again_only_if_wanted(library, tmp_path):
    bench = Bench(library, SUMMARY, texts(tmp_path / "in", 1))
    with scripted_engine(lambda *_: Refused("no"), limit=8_000) as scripted:
        bench.run(attach(scripted.url))
    assert bench.states() == ["failed"]
    assert bench.jobs.queue_failed("job", unread_only=True) == 0
    assert bench.jobs.queue_failed("job") == 1
    with scripted_engine(faithful, limit=8_000) as scripted:
        bench.run(attach(scripted.url))
    assert bench.states() == ["done"]


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
    assert bench.jobs.items("job")[1].reason == "A fault of this program (ZeroDivisionError: a bug)."


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


def test_the_same_content_fails_alike(library, tmp_path):
    for name in "ab":
        (tmp_path / name).write_text("The notice period is 30 days.")
    bench = Bench(library, SUMMARY, [str(tmp_path / name) for name in "ab"])
    with scripted_engine(lambda *_: Refused("no"), limit=8_000) as scripted:
        bench.run(attach(scripted.url))
        assert bench.states() == ["failed", "failed"]
        assert len({item.reason for item in bench.jobs.items("job")} - {""}) == 1
        bench.jobs.queue_failed("job")
        bench.run(attach(scripted.url), then=lambda runner, told: told.item.state == "failed" and runner.stop())
        assert sorted(bench.states()) == ["failed", "queued"], "what was stopped goes on"
    with scripted_engine(faithful, limit=8_000) as scripted:
        bench.jobs.queue_failed("job")
        bench.run(attach(scripted.url))
    assert bench.states() == ["done", "done"]


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


def test_an_engine_of_several_that_is_killed_loses_nothing(library, tmp_path):
    bench = Bench(library, ASK, texts(tmp_path / "in", 16))
    reply = said(("The notice period is 30 days.", [1]))
    with contextlib.ExitStack() as dying, scripted_engine(lambda *_: reply, limit=3_000) as other:
        speed = {"prefill_tokens_per_second": 500}
        first = dying.enter_context(scripted_engine(lambda *_: reply, limit=3_000, **speed))

        def kill(runner, told):
            if told.item.state == "done" and first.requests:
                dying.close()

        bench.run(attach(first.url), attach(other.url), then=kill)
        assert first.requests and other.requests
    assert bench.states() == ["done"] * 32
    assert len({item.answer_id for item in bench.jobs.items("questions")}) == 32
    assert library.store.db.execute("SELECT count(*) FROM answers").fetchone()[0] == 32


def test_an_engine_that_ended_before_the_job_is_left_out(library, tmp_path):
    bench = Bench(library, SUMMARY, texts(tmp_path / "in", 2))
    with scripted_engine(faithful, limit=8_000) as gone:
        first = attach(gone.url)
    with scripted_engine(faithful, limit=8_000) as other:
        bench.run(first, attach(other.url))
    assert bench.states() == ["done"] * 2


def test_engines_share_the_work_and_a_document_stays_at_one(library, tmp_path):
    bench = Bench(library, ASK, texts(tmp_path / "in", 16))
    reply = said(("The notice period is 30 days.", [1]))
    with contextlib.ExitStack() as stack:
        served = [
            stack.enter_context(scripted_engine(lambda *_: reply, limit=3_000, prefill_tokens_per_second=2_000))
            for _ in range(3)
        ]
        bench.run(*(attach(each.url) for each in served))
        shown = [
            {request["messages"][1]["content"].rpartition("Question: ")[0] for request in each.requests}
            for each in served
        ]
    assert bench.states() == ["done"] * 32
    assert len(list(filter(None, shown))) > 1
    assert len(set.union(*shown)) == sum(map(len, shown)) == 16


def test_all_engines_that_end_leave_the_items_queued_and_two_models_are_refused(library, tmp_path):
    bench = Bench(library, SUMMARY, texts(tmp_path / "in", 3))
    with scripted_engine(faithful, limit=8_000) as one, scripted_engine(faithful, limit=8_000) as two:
        engines = [attach(one.url), attach(two.url)]
        with scripted_engine(faithful, model="another") as third, pytest.raises(EngineMismatch, match="another"):
            bench.run(*engines, attach(third.url))
        started = bench.read

        def read_after_the_end(source):
            stack.close()
            return started(source)

        bench.read = read_after_the_end
        stack = contextlib.ExitStack()
        own = [attach(stack.enter_context(scripted_engine(faithful, limit=8_000)).url) for _ in range(2)]
        with pytest.raises(EngineUnreachable):
            bench.run(*own)
        assert set(bench.states()) == {"queued"}
        bench.read = started
        bench.run(*engines)
    assert bench.states() == ["done"] * 3


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


class Typed:
    """`unspool batch summarise` over a folder `in`, as a person types it."""

    def __init__(self, folder, url, *more):
        self.out = folder / "out"
        self.command = [sys.executable, "-m", "ui", "batch", "summarise", str(folder / "in"), "--out", str(self.out)]
        self.command += ["--engine-url", url, *more]
        self.environment = {**os.environ, "UNSPOOL_DATA": str(folder / "data")}

    def run(self, before=None):
        return subprocess.run(
            self.command, cwd=ROOT, env=self.environment, capture_output=True, text=True, timeout=200, preexec_fn=before
        )

    def start(self):
        wanted = {"stdout": subprocess.DEVNULL, "stderr": subprocess.PIPE, "text": True}
        return subprocess.Popen(self.command, cwd=ROOT, env=self.environment, **wanted)


def asked(scripted, child):
    """Wait until the child has asked the engine something."""
    deadline = time.monotonic() + 120
    while not scripted.requests and time.monotonic() < deadline and child.poll() is None:
        time.sleep(0.05)
    assert scripted.requests


def test_on_the_command_line(tmp_path):
    named = texts(tmp_path / "in", 3)
    empty = tmp_path / "in" / "empty.txt"
    empty.write_text("")
    with scripted_engine(faithful, limit=8_000) as scripted:
        typed = Typed(tmp_path, scripted.url, "--json")
        done = typed.run()
        assert done.returncode == 3, done.stderr
        lines = [json.loads(line) for line in done.stdout.splitlines()]
        assert lines[-1]["states"] == {"done": 3, "failed": 1}
        assert {line["source"] for line in lines[:-1]} == {*named, str(empty)}
        assert [line["ended"] for line in lines[:-1]] == sorted(line["ended"] for line in lines[:-1])
        assert lines[-2]["ended"] == lines[-2]["items"] == 4
        assert all({"ended", "items", "tokens", "tokens_per_second"} <= line.keys() for line in lines[:-1])
        assert "empty.txt" in done.stderr and "Traceback" not in done.stderr
        assert "tried again by the same command" in done.stderr
        assert {path.name for path in typed.out.iterdir()} == {
            "results.jsonl",
            "results.csv",
            "report.md",
            "report.html",
        }
        empty.write_text("The notice period is 30 days.")
        assert typed.run().returncode == 0
    assert issubclass(NoSources, AssistantError)


def test_a_program_that_stops_listening_costs_no_item(tmp_path):
    texts(tmp_path / "in", 3)
    with scripted_engine(faithful, limit=8_000) as scripted:
        typed = Typed(tmp_path, scripted.url, "--json")
        wanted = {"stdout": subprocess.PIPE, "stderr": subprocess.DEVNULL}
        child = subprocess.Popen(typed.command, cwd=ROOT, env=typed.environment, **wanted)
        assert json.loads(child.stdout.readline())["state"] == "reading"
        child.stdout.close()
        child.wait(120)
    rows = (typed.out / "results.jsonl").read_text().splitlines()
    assert [json.loads(row)["state"] for row in rows] == ["done"] * 3


@pytest.mark.parametrize(
    ("stdout", "stderr", "code"), [("full", "taken", 1), ("taken", "full", 0), ("taken", "gone", 0)]
)
def test_output_that_nobody_takes_costs_no_item(tmp_path, stdout, stderr, code):
    texts(tmp_path / "in", 2)
    read, gone = os.pipe()
    os.close(read)
    with scripted_engine(faithful, limit=8_000) as scripted, open("/dev/full", "w") as full:
        typed = Typed(tmp_path, scripted.url, "--json")
        where = {"full": full, "gone": gone, "taken": subprocess.PIPE}
        environment = {**typed.environment, "UNSPOOL_LOG": "json"}
        wanted = {"stdout": where[stdout], "stderr": where[stderr], "text": True, "timeout": 200}
        done = subprocess.run(typed.command, cwd=ROOT, env=environment, **wanted)
    os.close(gone)
    assert done.returncode == code
    assert "Traceback" not in (done.stderr or "")
    rows = (typed.out / "results.jsonl").read_text().splitlines()
    assert [json.loads(row)["state"] for row in rows] == ["done"] * 2


def test_several_engines_on_the_command_line(tmp_path):
    texts(tmp_path / "in", 3)
    with scripted_engine(faithful, limit=8_000) as gone:
        pass
    with scripted_engine(faithful, limit=8_000) as one:
        done = Typed(tmp_path, gone.url, "--engine-url", one.url).run()
        assert done.returncode == 0, done.stderr
        assert "The others go on without it." in done.stderr
        assert len(one.requests) == 3


def test_a_full_disk_ends_the_job_and_the_same_command_goes_on(tmp_path):
    (tmp_path / "in").mkdir()
    for number in range(12):
        clauses = "\n\n".join(f"Clause {clause} of contract {number} is long." for clause in range(150))
        (tmp_path / "in" / f"{number:02}.txt").write_text(f"The notice period is 30 days.\n\n{clauses}")
    with scripted_engine(faithful, limit=12_000) as scripted:
        typed = Typed(tmp_path, scripted.url)
        full = typed.run(lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (400_000, 400_000)))
        assert (full.returncode, "Traceback" in full.stderr) == (1, False), full.stderr
        assert "disk is not full" in full.stderr
        assert not list(typed.out.glob(".*"))
        done = typed.run()
        assert done.returncode == 0, done.stderr
    rows = [json.loads(line) for line in (typed.out / "results.jsonl").read_text().splitlines()]
    assert [row["state"] for row in rows] == ["done"] * 12
    library = Library(tmp_path / "data" / "library")
    assert library.store.db.execute("SELECT count(*) FROM answers").fetchone()[0] == 12
    assert library.store.faults() == []
    library.close()


def test_ctrl_c_hands_back_what_runs(tmp_path):
    texts(tmp_path / "in", 3, words=200)
    with scripted_engine(faithful, limit=8_000, prefill_tokens_per_second=20) as scripted:
        child = Typed(tmp_path, scripted.url).start()
        asked(scripted, child)
        child.terminate()
        assert child.wait(120) == 130
        assert "Handing back" in child.stderr.read()
    assert (tmp_path / "out" / "results.jsonl").read_text().count('"queued"') == 3


def test_a_second_ctrl_c_ends_at_once(tmp_path):
    """Handing back waits for the library, which another process writes to."""
    texts(tmp_path / "in", 3, words=200)
    with scripted_engine(faithful, limit=8_000, prefill_tokens_per_second=20) as scripted:
        child = Typed(tmp_path, scripted.url).start()
        asked(scripted, child)
        with contextlib.closing(sqlite3.connect(tmp_path / "data" / "library" / "library.db", timeout=120)) as other:
            other.execute("BEGIN IMMEDIATE")
            child.terminate()
            assert any("Handing back" in line for line in child.stderr)
            child.terminate()
            assert child.wait(20) == 130
    assert not (tmp_path / "out" / "results.jsonl").exists()
