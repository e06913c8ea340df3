"""The command line as a person meets it: what it prints, two lines for a mistake, exit codes; real processes."""

import json
import os
import re
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import psutil
import pytest

from tests.conftest import ROOT, SAMPLES
from yarn_runtime import EngineRecord
from yarn_runtime.record import write as write_record
from yarn_runtime.scripted import scripted_engine

GUIDE = str(SAMPLES / "reportlab-userguide.pdf")
REPLY = json.dumps({"found": True, "statements": [{"text": "ReportLab is a company.", "marks": [1, 9999]}]})


@pytest.fixture
def unspool(tmp_path):
    """Runs one command on an empty library."""

    def run(*arguments: str, **variables: str) -> "subprocess.CompletedProcess[str]":
        return subprocess.run(
            [sys.executable, "-m", "ui", *arguments],
            cwd=ROOT,
            env={**os.environ, "UNSPOOL_DATA": str(tmp_path / "data"), **variables},
            capture_output=True,
            text=True,
            timeout=120,
        )

    return run


def test_plan_as_json(unspool):
    done = unspool("plan", "Qwen/Qwen3-8B-AWQ", "--gpu", "RTX 3090", "--context", "64K", "--json")
    assert done.returncode == 0, done.stderr
    value = json.loads(done.stdout)
    assert set(value) >= {"model", "kv_bytes_per_token", "kv_tokens", "max_model_len", "rope", "command", "fits"}
    assert set(value["memory"]) >= {"total_bytes", "utilization", "weights_bytes", "overhead_bytes", "kv_bytes"}
    assert value["max_model_len"] == 65_536
    parameters = value["rope"]["rope_parameters"]
    assert parameters["factor"] == 2.0
    assert parameters["rope_type"] == "yarn"
    assert parameters["original_max_position_embeddings"] == 32_768
    assert parameters["rope_theta"] == 1_000_000
    assert value["rope"]["max_position_embeddings"] == 65_536
    assert "--hf-overrides" in value["command"]


def test_plan_without_a_stretch(unspool):
    value = json.loads(
        unspool("plan", "Qwen/Qwen3-8B-AWQ", "--gpu-memory", "24GiB", "--context", "32K", "--json").stdout
    )
    assert value["rope"] is None
    assert "--hf-overrides" not in value["command"]


def test_a_plan_that_does_not_fit_says_so_and_what_would(unspool):
    done = unspool("plan", "Qwen/Qwen3-32B", "--gpu-memory", "24GiB", "--context", "128K")
    assert done.returncode == 1
    assert "does not fit" in done.stdout
    assert "unspool plan" in done.stdout
    value = json.loads(unspool("plan", "Qwen/Qwen3-32B", "--gpu-memory", "24GiB", "--json").stdout)
    assert value["fits"] is False
    assert value["reasons"]


def test_read_a_pdf(unspool):
    done = unspool("read", GUIDE, "--json")
    value = json.loads(done.stdout)
    assert len(value["pages"]) == 134
    assert value["tokens"] == sum(page["tokens"] for page in value["pages"])
    assert value["outline"][0]["title"]
    assert "Table of contents" in unspool("read", GUIDE).stdout


def test_read_a_codebase_as_a_tree(unspool, tmp_path):
    (tmp_path / "a" / "b").mkdir(parents=True)
    (tmp_path / "a" / "b" / "c.py").write_text("x = 1\n" * 30)
    (tmp_path / "a" / "d.md").write_text("Words.\n")
    (tmp_path / "yarn.lock").write_text("x\n")
    said = unspool("read", str(tmp_path)).stdout
    sizes = [int(number) for number in re.findall(r"(\d+) tokens$", said, re.M)]
    whole, a, b, c, d = sizes[:5]
    assert whole == a == b + d and b == c > 30
    assert "Python: 1 file, " in said and "lock file: yarn.lock" in said
    value = json.loads(unspool("read", str(tmp_path), "--include", "*.lock", "--exclude", "b/", "--json").stdout)
    assert [page["label"] for page in value["pages"]] == ["a/d.md", "yarn.lock"]
    assert value["skipped"] == [{"path": "a/b/", "why": "left out by your pattern"}]


def test_map_of_a_codebase(unspool):
    source = str(SAMPLES / "itsdangerous")
    value = json.loads(unspool("map", source, "--budget", "600", "-q", "How does a timestamp expire?", "--json").stdout)
    assert 300 < value["tokens"] <= 600 and value["budget"] == 600
    assert value["files"] == 10 and 0 < value["definitions_shown"] < value["definitions"]
    assert "SignatureExpired" in value["text"] and "Not listed: " in value["text"]
    assert "class Signer" in unspool("map", source).stdout
    assert "does not fit" in unspool("map", source, "--budget", "3").stderr


def test_read_code(unspool):
    value = json.loads(unspool("read", str(SAMPLES / "itsdangerous"), "--json").stdout)
    assert "src/itsdangerous/signer.py" in [page["label"] for page in value["pages"]]


def test_ask_prints_one_json_object(unspool):
    with scripted_engine(lambda *_: REPLY) as scripted:
        done = unspool("ask", GUIDE, "-q", "Who?", "--pages", "6-8", "--engine-url", scripted.url, "--json")
    assert done.returncode == 0, done.stderr
    value = json.loads(done.stdout)
    (statement,) = value["statements"]
    (citation,) = statement["citations"]
    assert set(citation) >= {"document", "page", "label", "start", "end", "text"}
    assert citation["page"] == 6
    pages = {page["number"]: page["text"] for page in json.loads(unspool("read", GUIDE, "--json").stdout)["pages"]}
    assert pages[6][citation["start"] : citation["end"]] == citation["text"]
    (document,) = value["coverage"]["documents"]
    assert set(document) >= {"name", "tokens", "included_tokens", "omitted"}
    assert len(document["omitted"]) == 131
    assert set(document["omitted"][0]) >= {"label", "tokens", "why"}
    assert value["coverage"]["limit"] == 32_768
    assert set(value["steps"][0]) >= {"kind", "prompt_tokens", "cached_tokens", "completion_tokens", "seconds"}


def test_ask_for_people_says_what_is_left_out_before_it_answers(unspool):
    with scripted_engine(lambda *_: REPLY) as scripted:
        done = unspool("ask", GUIDE, "-q", "Who?", "--pages", "6-8", "--engine-url", scripted.url)
    assert "not among the chosen pages" in done.stderr
    assert "ReportLab is a company. [1]" in done.stdout
    assert "page 6" in done.stdout
    assert "9999" in done.stdout, "an invented mark is told, not shown as a citation"


def test_the_library_lists_and_removes(unspool):
    with scripted_engine(lambda *_: REPLY) as scripted:
        unspool("ask", GUIDE, "-q", "Who?", "--pages", "6", "--engine-url", scripted.url)
        again = unspool("ask", "reportlab-userguide.pdf", "-q", "Who?", "--pages", "6", "--engine-url", scripted.url)
        assert again.returncode == 0, "a document of the library can be asked by its name"
    (document,) = json.loads(unspool("library", "list", "--json").stdout)["documents"]
    assert document["name"] == "reportlab-userguide.pdf"
    assert json.loads(unspool("library", "remove", document["id"], "--json").stdout) == {"removed": document["name"]}
    assert json.loads(unspool("library", "list", "--json").stdout) == {"documents": []}
    assert unspool("library", "remove", "nothing").returncode == 1


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        (["read", "no/such/file.pdf"], 1, "nothing at"),
        (["read", "Makefile.unknown"], 1, "nothing at"),
        (["read", "{tmp}/picture.psd"], 1, "Supported"),
        (["read", "{tmp}/empty"], 1, "holds no"),
        (["read", "{tmp}/damaged.pdf"], 1, "damaged"),
        (["read", "file:///no/such/repository.git"], 1, "no git repository"),
        (["map", GUIDE], 1, "no codebase"),
        (["map", "{tmp}/empty", "--budget", "many"], 1, "many"),
        (["read", "{tmp}/empty", "--rev", "v1"], 1, "no revisions"),
        (["ask", "{tmp}/empty", "-q", "What?"], 1, "holds no"),
        (["ask", GUIDE, "-q", "  "], 1, "question is empty"),
        (["ask", GUIDE, "-q", "What?", "--pages", "0-3"], 1, "names no pages"),
        (["ask", GUIDE, "-q", "What?", "--pages", "8-200"], 1, "names no pages"),
        (["ask", "{tmp}/empty", "-q", "What?", "--engine-url", "http://127.0.0.1:9"], 1, "holds no"),
        (["ask", GUIDE], 2, "--question"),
        (["plan", "{tmp}/empty"], 1, "config.json"),
        (["plan", "Qwen/Qwen3-8B", "--context", "none"], 1, "none"),
        (["plan", "Qwen/Qwen3-8B", "--gpu", "Voodoo 2"], 1, "Voodoo 2"),
        (["plan", "--nonsense"], 2, "nonsense"),
        (["serve", "Qwen/Qwen3-32B", "--context", "128K"], 1, "GiB"),
    ],
)
def test_mistakes_are_two_lines(unspool, tmp_path, arguments, code, words):
    (tmp_path / "empty").mkdir()
    (tmp_path / "picture.psd").write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(100))
    (tmp_path / "damaged.pdf").write_bytes(b"%PDF-1.7\n" + bytes(500))
    done = unspool(*(argument.format(tmp=tmp_path) for argument in arguments))
    assert done.returncode == code, done.stderr
    assert words in done.stderr
    assert "Traceback" not in done.stderr
    if code == 1:
        assert len(done.stderr.strip().splitlines()) == 2, done.stderr
    assert json.loads(unspool("library", "list", "--json").stdout) == {"documents": []}, "nothing half-written"


def test_an_engine_that_is_not_there(unspool):
    done = unspool("ask", GUIDE, "-q", "What?", "--engine-url", "http://127.0.0.1:9")
    assert done.returncode == 1
    assert done.stderr.startswith("No engine answers at http://127.0.0.1:9")
    assert len(done.stderr.strip().splitlines()) == 2


def test_a_taken_port_is_told_before_an_engine_starts(unspool):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        done = unspool("ui", "--port", str(taken.getsockname()[1]))
    assert done.returncode == 1
    assert "is in use" in done.stderr
    assert len(done.stderr.strip().splitlines()) == 2


def test_a_wrong_setting_names_itself_and_its_source(unspool):
    done = unspool("library", "list", UNSPOOL_PORT="many")
    assert done.returncode == 1
    assert "port" in done.stderr
    assert "UNSPOOL_PORT" in done.stderr


def test_an_engine_with_another_model_is_not_used_silently(unspool, tmp_path):
    with scripted_engine(lambda *_: REPLY) as scripted:
        me = psutil.Process()
        lengths = {"native": 32_768}
        served = (scripted.url, "scripted", None, 32_768, "native", lengths)
        entry = EngineRecord(*served, me.pid, me.pid, me.create_time(), 1.0, "/log")
        write_record(tmp_path / "data" / "engine.json", entry)
        used = unspool("ask", GUIDE, "-q", "Who?", "--pages", "6", "--json")
        assert used.returncode == 0, used.stderr
        for others in (["--model", "Qwen/Qwen3-0.6B"], ["--context", "64K"]):
            done = unspool("ask", GUIDE, "-q", "Who?", "--pages", "6", *others)
            assert done.returncode == 1
            assert done.stderr.startswith("The engine that runs serves scripted with up to 32,768 tokens.")


def test_context_is_shown_without_an_engine(unspool):
    done = unspool("context", GUIDE, "-q", "Which company makes ReportLab?", "--budget", "2K")
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith("=== reportlab-userguide.pdf ===\n[page ")
    assert "<1> " in done.stdout
    assert "did not fit" in done.stderr
    assert "·" in done.stderr
    chosen = json.loads(unspool("context", GUIDE, "--pages", "6", "--way", "selection", "--json").stdout)
    assert {span["page"] for span in chosen["spans"]} == {6}
    assert chosen["coverage"]["documents"][0]["pages"].count(1.0) >= 1
    for arguments in (("--way", "selection"), ("--way", "search"), ("--budget", "many"), ("--budget", "1K")):
        refused = unspool("context", GUIDE, *arguments)
        assert refused.returncode == 1
        assert len(refused.stderr.strip().splitlines()) == 2


def test_ask_tells_the_ways_where_not_everything_fits(unspool):
    with scripted_engine(lambda *_: REPLY, limit=8_192) as scripted:
        done = unspool(
            "ask", GUIDE, "-q", "Which company makes ReportLab?", "--rounds", "0", "--engine-url", scripted.url
        )
        assert done.returncode == 0, done.stderr
        assert "Not everything is sent in one prompt." in done.stderr
        for way in ("  whole", "> search", "  read", "  selection"):
            assert way in done.stderr
        assert len(scripted.requests) == 1


def test_ask_reads_everything_window_after_window(unspool, tmp_path):
    book = tmp_path / "book.txt"
    book.write_text("\n\n".join(f"Stone number {number} is grey and lies at the river." for number in range(900)))
    with scripted_engine(lambda *_: REPLY, limit=8_192) as scripted:
        arguments = ("--way", "read", "--rounds", "0", "--json", "--engine-url", scripted.url)
        done = unspool("ask", str(book), "-q", "Which stones are grey?", *arguments)
        assert done.returncode == 0, done.stderr
        windows = json.loads(done.stdout)["coverage"]["windows"]
        assert len(scripted.requests) == len(windows) + 1 > 2
        assert windows[0]["passages"][0] == 1
        assert f"Everything is read in {len(windows)} windows" in done.stderr


@pytest.mark.parametrize("ended", [signal.SIGINT, signal.SIGTERM])
@pytest.mark.parametrize("seconds", [0.0, 0.3, 2.5])
def test_a_command_that_is_ended_says_so_and_no_more(tmp_path, ended, seconds):
    """From the moment at which it can be told: while it is loading its own code as well as at its work."""
    text = tmp_path / "text.txt"
    text.write_text("A stone is grey. " * 1_000)
    with scripted_engine(lambda *_: REPLY, tokens_per_second=200) as scripted:
        running = subprocess.Popen(
            [sys.executable, "-m", "ui", "ask", str(text), "-q", "Which?", "--engine-url", scripted.url],
            cwd=ROOT,
            env={**os.environ, "UNSPOOL_DATA": str(tmp_path / "data")},
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            text=True,
            preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),  # a job in the background ignores it
        )
        status = Path(f"/proc/{running.pid}/status")
        deadline = time.monotonic() + 20
        while not int(status.read_text().split("SigCgt:")[1].split()[0], 16) >> (signal.SIGTERM - 1) & 1:
            assert time.monotonic() < deadline
            time.sleep(0.005)
        time.sleep(seconds)
        running.send_signal(ended)
        said = running.communicate(timeout=30)[1]
    assert (running.returncode, said.strip().splitlines()[-1:]) == (130, ["Stopped."]), said
    assert "Traceback" not in said


def test_keys_are_made_listed_and_ended(unspool):
    made = unspool("key", "add", "robot")
    assert made.stdout.startswith("unspool-")
    assert "robot" in unspool("key", "list").stdout
    for arguments in (("add", "robot"), ("add", "two words"), ("remove", "nobody")):
        refused = unspool("key", *arguments)
        assert (refused.returncode, len(refused.stderr.strip().splitlines())) == (1, 2)
    unspool("key", "remove", "robot")
    assert json.loads(unspool("key", "list", "--json").stdout) == {"names": []}


def test_a_conversation_is_gone_on_with(unspool, tmp_path):
    source = tmp_path / "contract.txt"
    source.write_text("The notice period is 30 days.\n\nThe fee is 1,250 euros a year.\n")
    draft = json.dumps({"statements": [{"text": "The notice period is 30 days.", "marks": [1]}]})
    with scripted_engine(lambda *_: draft) as scripted:
        how = ["--engine-url", scripted.url, "--rounds", "0"]
        first = unspool("ask", str(source), "-q", "How long is the notice period?", *how)
        assert first.returncode == 0, first.stderr
        conversation = re.search(r"--conversation (\w{8})", first.stderr)[1]
        second = unspool("ask", "--conversation", conversation, "-q", "And how long again?", "--json", *how)
        assert second.returncode == 0, second.stderr
        assert json.loads(second.stdout)["coverage"]["turns"][0]["how"] == "whole"
        sent = scripted.requests[1]["messages"]
        assert sent[: len(scripted.requests[0]["messages"])] == scripted.requests[0]["messages"]
        assert "<1>" in sent[2]["content"]
        assert len(json.loads(unspool("library", "history", "--json").stdout)["conversations"]) == 1
        wrong = unspool("ask", "--conversation", "ffffffff", "-q", "x", *how)
        assert wrong.returncode == 1
        assert "no conversation" in wrong.stderr
        assert unspool("ask", "-q", "x", *how).returncode == 2
