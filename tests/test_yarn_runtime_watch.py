"""An engine that is killed comes back at the same address; one that keeps failing is given up; with real processes."""

import asyncio
import contextlib
import os
import signal
import sys
import time
from collections.abc import Callable
from itertools import pairwise

import psutil
import pytest

from tests.checkpoints import tiny_qwen3
from tests.conftest import engine_place
from yarn_runtime import Memory, RuntimeProblem, plan, serve
from yarn_runtime.errors import EngineStartFailed, EngineUnreachable
from yarn_runtime.server import Server
from yarn_runtime.watch import MOST_RESTARTS, Watch

ENDS_AT_ONCE = [sys.executable, "-c", "raise SystemExit(0)"]


def test_a_server_that_keeps_ending_is_given_up(tmp_path):
    starts: list[float] = []

    def start(profile: str, _unwanted: Callable[[], bool]) -> Server:
        assert profile == "native"
        starts.append(time.monotonic())
        return Server(ENDS_AT_ONCE, {}, port=9, log=tmp_path / "engine.log")

    said: list[str] = []
    place = tmp_path / "engine.json"
    place.write_text("{}")
    watch = Watch(start("native", bool), start, place, profile="native", model="model", say=said.append)
    assert watch.gave_up.wait(60)
    watch.close()
    assert len(starts) == 1 + MOST_RESTARTS
    assert "ended (exit code 0)" in said[0], "an exit with 0 counts as a failure"
    pauses = [later - earlier for earlier, later in pairwise(starts)]
    assert pauses == sorted(pauses), "it backs off"
    assert "is not started again" in said[-1]
    assert not place.exists()


def test_a_server_that_another_process_stopped_is_left_alone(tmp_path):
    server = Server(ENDS_AT_ONCE, {}, port=9, log=tmp_path / "engine.log")
    said: list[str] = []
    watch = Watch(server, lambda *_: server, tmp_path / "gone", profile="native", model="model", say=said.append)
    assert watch.gave_up.wait(30)
    watch.close()
    assert said == ["The engine was stopped."]


def test_a_start_that_fails_says_why(tmp_path):
    log = tmp_path / "engine.log"
    server = Server([sys.executable, "-c", "raise ValueError('no such card')"], {}, port=9, log=log)
    with pytest.raises(EngineStartFailed, match="ValueError: no such card") as failed:
        server.wait_until_ready(30, lambda line: None)
    assert failed.value.hint == f"Its log: {log}"
    server.stop()


def test_a_start_that_hangs_is_ended(tmp_path):
    server = Server([sys.executable, "-c", "import time; time.sleep(600)"], {}, port=9, log=tmp_path / "engine.log")
    with pytest.raises(EngineStartFailed, match="not ready after"):
        server.wait_until_ready(1, lambda line: None)
    family = psutil.Process(server.pid).children(recursive=True)
    server.stop()
    assert not any(process.is_running() and process.status() != psutil.STATUS_ZOMBIE for process in family)


@pytest.mark.engine
def test_a_killed_engine_core_comes_back(smollm2, engine_environment, tmp_path):
    checkpoint = tiny_qwen3(tmp_path / "tiny", engine_environment, smollm2, native=4_096)
    place = engine_place(tmp_path)
    said: list[str] = []
    with serve(
        plan(checkpoint, memory=Memory.of_machine()), engine_environment, place, port=None, say=said.append
    ) as e:
        family = psutil.Process(_keeper_pid(place)).children(recursive=True)
        cores = [process for process in family if "EngineCore" in "".join(process.cmdline())]
        assert cores, [process.cmdline() for process in family]

        async def ask_and_kill() -> None:
            long = {"type": "string", "minLength": 3_000}  # else this model, of random weights, may end at once
            async for _ in e.reply([{"role": "user", "content": "word " * 2_000}], max_tokens=1_500, schema=long):
                with contextlib.suppress(ProcessLookupError):  # what was on its way still comes
                    os.kill(cores[0].pid, signal.SIGKILL)

        with pytest.raises(RuntimeProblem) as failed:
            asyncio.run(asyncio.wait_for(ask_and_kill(), 90))
        assert failed.value.hint
        deadline = time.monotonic() + 240
        while not (any("Starting it again" in line for line in said) and e.client.healthy()):
            assert time.monotonic() < deadline, said
            time.sleep(0.5)
        e.client.one_token(e.model)
        assert e.limit == e.client.served().max_model_len
    with pytest.raises(EngineUnreachable):
        e.client.served()


def _keeper_pid(place) -> int:
    from yarn_runtime import read_record

    found = read_record(place.record)
    assert found is not None
    return found.pid
