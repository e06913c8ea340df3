"""`unspool doctor`: what it prints, keeps and returns, on engines that play a model of a given reach."""

import json
import os
import re
import subprocess
import sys

import pytest
import tokenizers
from PIL import Image

from tests.conftest import ROOT
from ui.machine import driver
from ui.needle_search import NeedleSearch, duration
from yarn_runtime import Engine, attach, check_tokenizer, judge, measure
from yarn_runtime.needle import Cell, Finding, Subject, cells, recall_unstretched, run
from yarn_runtime.results import Results
from yarn_runtime.script import tokens_of
from yarn_runtime.scripted import scripted_engine
from yarn_runtime.speed import Prefilled


def reader(up_to: int):
    """Finds the passkey in prompts of up to so many tokens; tells a story otherwise."""

    def reply(messages, schema, call):
        key = re.search(r"The pass key is (\d+)", messages[-1]["content"])
        if key and len(tokens_of(messages)) <= up_to:
            return f" The pass key is {key[1]}."
        return "Once there was a river, and at the river there was a mill, and in it a miller."

    return reply


@pytest.fixture
def doctor(tmp_path):
    """Runs the command with its results in a folder of the test."""

    def examine(*arguments: str) -> "subprocess.CompletedProcess[str]":
        return subprocess.run(
            [sys.executable, "-m", "ui", "doctor", *arguments],
            cwd=ROOT,
            env={**os.environ, "UNSPOOL_DATA": str(tmp_path / "data")},
            capture_output=True,
            text=True,
            timeout=120,
        )

    return examine


def test_an_engine_that_finds_everything(doctor, tmp_path):
    picture = tmp_path / "map.png"
    with scripted_engine(reader(4096), limit=4096) as scripted:
        first = doctor("--quick", "--engine-url", scripted.url, "--json", "--png", str(picture))
        asked = len(scripted.requests)
        second = doctor("--quick", "--engine-url", scripted.url)
        asked_again = len(scripted.requests) - asked
    assert first.returncode == 0, first.stderr
    value = json.loads(first.stdout)
    assert value["verdict"].startswith("Reliable to 4K, all that the engine serves on this machine: 6 of 6")
    assert value["reliable_to"] == 4096
    assert set(value) >= {"machine", "versions", "engine", "tokenizer", "cache", "speed", "needles", "checks"}
    assert value["tokenizer"]["exact"]
    assert value["cache"]["cached"] > 0.9 * value["cache"]["prompt"]
    assert value["speed"]["decode_tokens_per_second"] > 0
    assert [needle["length"] for needle in value["needles"]] == [1024, 1024, 2048, 2048, 4096, 4096]
    assert len({needle["reply"] for needle in value["needles"]}) == 6, "every passkey is another one"
    with Image.open(picture) as image:
        assert image.format == "PNG"
    assert "about" in first.stderr
    assert "6 of them known from earlier runs" in " ".join(second.stderr.split())
    assert asked_again < asked - 5
    assert "Reliable to 4K" in second.stdout
    assert "100%" in second.stdout


def test_an_engine_that_loses_the_thread(doctor):
    with scripted_engine(reader(2048), limit=4096) as scripted:
        done = doctor("--quick", "--engine-url", scripted.url)
    assert done.returncode == 0, done.stderr
    assert "Reliable to 2K of 4K on this machine: at 4K 0 of 2 passkeys were found." in done.stdout
    assert "missed" in done.stderr


def test_without_an_engine_the_rest_is_examined(doctor):
    done = doctor("--engine-url", "http://127.0.0.1:9", "--json")
    assert done.returncode == 1
    value = json.loads(done.stdout)
    assert value["machine"]["cores"] >= 1
    assert value["checks"][-1]["state"] == "bad"
    assert value["verdict"].startswith("Not usable: No engine answers")
    assert "Traceback" not in done.stderr


def test_a_picture_that_cannot_be_written_is_told_before_the_work(doctor):
    done = doctor("--engine-url", "http://127.0.0.1:9", "--png", "map.jpg")
    assert (done.returncode, done.stdout) == (1, "")
    assert len(done.stderr.strip().splitlines()) == 2


def test_a_tokenizer_that_is_not_the_served_one_is_seen(tmp_path):
    words = tokenizers.Tokenizer(tokenizers.models.WordLevel({"a": 0, "[UNK]": 1}, unk_token="[UNK]"))
    words.pre_tokenizer = tokenizers.pre_tokenizers.WhitespaceSplit()
    words.save(str(tmp_path / "tokenizer.json"))
    with scripted_engine(lambda *_: "Yes.") as scripted:
        wrong = check_tokenizer(attach(scripted.url, tmp_path))
        served = check_tokenizer(attach(scripted.url))
    assert wrong.local
    assert wrong.differing
    assert not wrong.exact
    assert not served.local
    assert served.exact


def test_short_prompts_with_and_without_yarn(tmp_path):
    results, wanted = Results(tmp_path / "needles.jsonl"), cells([512, 1024], [0.5])
    with scripted_engine(reader(4096), limit=2048) as scripted:
        list(run(attach(scripted.url), Subject("scripted", 2048, None), wanted, results))
    unstretched = recall_unstretched("scripted", 1024, Results(tmp_path / "needles.jsonl"))
    assert [finding.found for finding in unstretched] == [True, True]
    assert recall_unstretched("scripted", 600, results) == unstretched[:1]
    assert recall_unstretched("another", 1024, results) == []
    stretched = [
        Finding(Cell(length, 0.5, 0, 1), length > 512, "", Prefilled(1, 0, 1.0)) for length in (512, 1024, 2048)
    ]
    both = NeedleSearch(tuple(stretched), judge(stretched, 2048), tuple(unstretched))
    assert both.short_prompts(1024) == "within the native 1K, 1 of 2 passkeys found with YaRN, 2 of 2 without."
    assert both.how_to_compare(1024) == ""
    alone = NeedleSearch(tuple(stretched), judge(stretched, 2048), ())
    assert "not yet tested without" in alone.short_prompts(1024)
    assert alone.how_to_compare(1000) == "For that run: unspool doctor --context 1000"


@pytest.mark.parametrize(
    "line",
    [
        "NVRM version: NVIDIA UNIX x86_64 Kernel Module  550.54.14  Thu Feb 22 01:44:30 UTC 2024\nGCC version: 12",
        "NVRM version: NVIDIA UNIX Open Kernel Module for x86_64  550.54.14  Release Build  (dvs-builder)\n",
    ],
)
def test_the_driver_is_read_from_its_own_file(tmp_path, line):
    (tmp_path / "version").write_text(line)
    assert driver(tmp_path / "version") == "550.54.14"
    assert driver(tmp_path / "none") is None


def test_durations():
    assert [duration(seconds) for seconds in (12.4, 600, 7500)] == ["12 s", "10 min", "2 h 5 min"]


@pytest.mark.engine
def test_the_real_engine(engine: Engine, tmp_path):
    tokenizer = check_tokenizer(engine)
    assert tokenizer.local
    assert tokenizer.exact
    measured = measure(engine, quick=True)
    assert 5 < measured.speed.tokens_per_second(1000) < 100_000
    assert measured.repeated.cached >= 1024 - 2 * engine.block_size
    (finding,) = run(engine, Subject(engine.model, engine.limit, "test"), cells([1024], [0.4]), Results(tmp_path / "n"))
    assert finding.found
    assert finding.prefilled.tokens == finding.cell.prompt_tokens
