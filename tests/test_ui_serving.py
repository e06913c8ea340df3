"""`unspool serve` on the real engine: found by other commands while it runs, and gone without a trace after Ctrl-C."""

import json
import os
import signal
import subprocess
import sys
import time

import psutil
import pytest

from tests.checkpoints import tiny_qwen3
from tests.conftest import ROOT

pytestmark = pytest.mark.engine


def test_serve_is_used_by_other_commands_and_leaves_nothing(smollm2, engine_environment, settings, tmp_path):
    checkpoint = tiny_qwen3(tmp_path / "tiny", engine_environment, smollm2, native=4_096)
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "engines").symlink_to(settings.engines)
    variables = {**os.environ, "UNSPOOL_DATA": str(tmp_path / "data")}
    command = [sys.executable, "-m", "ui"]
    serving = subprocess.Popen(
        [*command, "serve", str(checkpoint), "--context", "8K"],
        cwd=ROOT,
        env=variables,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert serving.stderr is not None
    try:
        said = []
        for line in serving.stderr:
            said.append(line)
            if "The engine answers" in line:
                break
        assert "The engine answers" in said[-1], said

        def run(*arguments: str) -> "subprocess.CompletedProcess[str]":
            return subprocess.run(
                [*command, *arguments], cwd=ROOT, env=variables, capture_output=True, text=True, timeout=120
            )

        status = json.loads(run("engine", "status", "--json").stdout)
        assert status["running"]
        assert status["max_model_len"] == 8_192
        kept = psutil.Process(status["pid"])
        family = [kept, *kept.children(recursive=True)]
        assert len(family) > 2
        note = tmp_path / "note.txt"
        note.write_text("The fee is 5 euros.")
        asked = run("ask", str(note), "-q", "What is the fee?", "--rounds", "0", "--json")
        assert asked.returncode == 0, asked.stderr
        assert json.loads(asked.stdout)["coverage"]["limit"] == 8_192
        second = run("serve", str(checkpoint))
        assert second.returncode == 1
        assert "already runs" in second.stderr
    finally:
        serving.send_signal(signal.SIGINT)
        code = serving.wait(60)
    assert code == 0
    deadline = time.monotonic() + 10
    while any(process.is_running() and process.status() != psutil.STATUS_ZOMBIE for process in family):
        assert time.monotonic() < deadline
        time.sleep(0.1)
    assert not json.loads(run("engine", "status", "--json").stdout)["running"]


def test_an_engine_that_cannot_start_says_why(smollm2, engine_environment, settings, tmp_path):
    checkpoint = tiny_qwen3(tmp_path / "tiny", engine_environment, smollm2, native=4_096)
    weights = checkpoint / "model.safetensors"
    whole = weights.read_bytes()
    weights.write_bytes(whole[: len(whole) // 2])
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "engines").symlink_to(settings.engines)
    done = subprocess.run(
        [sys.executable, "-m", "ui", "serve", str(checkpoint)],
        cwd=ROOT,
        env={**os.environ, "UNSPOOL_DATA": str(tmp_path / "data")},
        capture_output=True,
        text=True,
        timeout=240,
    )
    assert done.returncode == 1
    assert "Traceback" not in done.stderr
    assert len(done.stderr.strip().splitlines()[-2:]) == 2
