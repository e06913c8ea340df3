"""`unspool eval rope`: what is measured, kept, taken up again and shown; the models are played, each with its reach."""

import json
import os
import re
import subprocess
import sys
from contextlib import contextmanager

import pytest
from PIL import Image

from tests.conftest import ROOT
from ui.comparison import Scope, compare
from ui.evaluation import show
from ui.terminal import Terminal
from yarn_runtime import Memory, Results, attach, plan
from yarn_runtime.script import tokens_of
from yarn_runtime.scripted import scripted_engine

SMOLLM2 = "HuggingFaceTB/SmolLM2-135M-Instruct"
REACH = {"default": 1024, "linear": 0, "yarn": 4096}
SCOPE = Scope((1024, 2048), (0.1, 0.9), windows=0, methods=("none", "PI", "YaRN"))


@pytest.fixture
def planned():
    return plan(SMOLLM2, context=16_384, memory=Memory.of_bytes(24 * 1024**3, "cpu"))


@contextmanager
def started(by_method):
    """An engine that finds passkeys as far as REACH says of its RoPE."""
    reach = REACH[by_method.rope["rope_parameters"]["rope_type"]]

    def reply(messages, schema, call):
        key = re.search(r"The pass key is (\d+)", messages[-1]["content"])[1]
        return key if len(tokens_of(messages)) <= reach else "I do not know."

    with scripted_engine(reply, limit=by_method.max_model_len) as scripted:
        yield attach(scripted.url)


def test_methods_are_compared_and_taken_up_again(planned, tmp_path, capsys):
    said: list[str] = []
    starts: list[object] = []

    def start(by_method):
        starts.append(by_method)
        return started(by_method)

    results = tmp_path / "evaluation.jsonl"
    made = compare(planned, SCOPE, "", Results(results), start, said.append)
    assert made.accuracy == {
        "none": {1024: 1.0, 2048: 0.0},
        "PI": {1024: 0.0, 2048: 0.0},
        "YaRN": {1024: 1.0, 2048: 1.0},
    }
    assert [made.reached(method) for method in SCOPE.methods] == [1024, 0, 2048]
    assert len(starts) == 3
    again = compare(planned, SCOPE, "", Results(results), start, said.append)
    assert again.accuracy == made.accuracy
    assert len(starts) == 3, "what is known needs no engine"
    more = Scope((1024, 2048, 4096), (0.1, 0.9), 0, ("YaRN",))
    assert compare(planned, more, "", Results(results), start, said.append).reached("YaRN") == 4096
    assert len(starts) == 4

    made.perplexity["none"] = {1024: 12.0, 2048: 950.0}
    show(made, tmp_path / "plot.png", Terminal())
    shown = capsys.readouterr().out
    rows = [line.split() for line in shown.splitlines()]
    assert ["none", "12.00", "950.00"] in rows
    assert ["none", "100%", "0%", "1K", "50%"] in rows
    assert ["PI", "0%", "0%", "none", "0%"] in rows
    assert ["YaRN", "100%", "100%", "2K", "100%"] in rows
    assert "rope_type linear, factor 2" in shown
    with Image.open(tmp_path / "plot.png") as image:
        assert image.width > 800
    value = json.loads(json.dumps(made.to_json()))
    assert value["methods"]["YaRN"]["reached"] == 2048
    assert value["methods"]["none"]["perplexity"] == {"1024": 12.0, "2048": 950.0}


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("--methods", "none,alibi"), "'alibi' is no method"),
        (("--text", "/nowhere/text.txt"), "cannot be read"),
        (("--plot", "/nowhere/plot.png"), "no place for a PNG"),
        (("NousResearch/Yarn-Llama-2-7b-128k", "--context", "64K"), ""),
    ],
)
def test_mistakes_are_two_lines(arguments, told, tmp_path):
    done = subprocess.run(
        [sys.executable, "-m", "ui", "eval", "rope", *arguments],
        cwd=ROOT,
        env={**os.environ, "UNSPOOL_DATA": str(tmp_path)},
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert done.returncode == 1
    assert told in done.stderr
    assert len(done.stderr.strip().splitlines()) == 2
