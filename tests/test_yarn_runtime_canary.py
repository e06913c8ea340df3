"""A canary tells an engine that computes from one that only answers, and a busy one from a dead one."""

import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

from yarn_runtime import attach
from yarn_runtime.canary import Canary
from yarn_runtime.client import EngineClient, Gauges
from yarn_runtime.errors import EngineUnreachable
from yarn_runtime.scripted import scripted_engine
from yarn_runtime.timed import timed_reply

IDLE = Gauges(running=0, waiting=0, kv_usage=0.0, block_size=16, blocks=100, tokens=0)


class Mute(EngineClient):
    """A server that answers everything but computes nothing; `gauges` are what it says in turn."""

    def __init__(self, *gauges: Gauges) -> None:
        super().__init__("http://127.0.0.1:9")
        self._said = list(gauges)

    def gauges(self) -> Gauges:
        return self._said.pop(0)

    def one_token(self, model: str) -> None:
        raise EngineUnreachable("No answer within 60 s.")


def test_an_engine_that_answers_without_computing_is_found_out():
    assert not Canary(Mute(IDLE, IDLE), "model").sings()


def test_a_question_that_came_before_the_canary_is_no_death():
    """It timed out behind a long prefill, and was taken back: only the question is left."""
    assert Canary(Mute(IDLE, replace(IDLE, running=1, kv_usage=0.3)), "model").sings()


def test_an_engine_that_works_is_not_disturbed():
    with scripted_engine(lambda *_: "yes", prefill_tokens_per_second=1000) as scripted, ThreadPoolExecutor(1) as beside:
        engine = attach(scripted.url)
        asked = beside.submit(timed_reply, engine, [{"role": "user", "content": "word " * 2_000}], 4)
        while not engine.running():
            time.sleep(0.02)
        assert Canary(engine.client, engine.model).sings()
        assert asked.result(60).text == "yes"
        assert len(scripted.requests) == 1


def test_a_server_that_is_gone_does_not_sing():
    assert not Canary(EngineClient("http://127.0.0.1:9"), "model").sings()
