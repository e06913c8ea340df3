"""Native and long: which holds what, what a switch costs, and that the engine that is kept is switched and back."""

import os
import signal
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

import psutil
import pytest

from tests.checkpoints import tiny_qwen3
from tests.conftest import engine_place
from tests.played_server import FULL, played_environment
from yarn_runtime import Memory, attach, profiles, read_record, serve, stop_engine, switch, switch_cost
from yarn_runtime.errors import EngineBusy, EngineMissing, EngineStartFailed, EngineUnreachable, OptionInvalid
from yarn_runtime.memory import GIB
from yarn_runtime.timed import timed_reply

SMOLLM2 = "HuggingFaceTB/SmolLM2-135M-Instruct"
CPU = Memory(16 * GIB, "cpu", "16 GiB of RAM", free_bytes=15 * GIB)


def silent(_line: str) -> None:
    """Nobody listens."""


def test_what_the_native_length_holds_is_not_stretched():
    both = profiles(SMOLLM2, context=16_384, memory=CPU)
    assert (both.native.max_model_len, both.native.rope, both.native.profile) == (8_192, None, "native")
    assert both.long is not None
    assert (both.long.max_model_len, both.long.factor, both.long.profile) == (16_384, 2.0, "long")
    assert [both.holding(tokens) for tokens in (1, 8_192, 8_193, 16_384, 99_999)] == ["native", "native", *["long"] * 3]
    assert both.other(both.native) is both.long
    assert both.other(both.long) is both.native


@pytest.mark.parametrize("context", [None, 4_096, 8_192])
def test_there_is_no_long_profile_where_nothing_needs_it(context):
    both = profiles(SMOLLM2, context=context, memory=CPU)
    assert both.long is None
    assert both.holding(1_000_000) == "native"
    assert both.plan("long") is both.native
    assert both.other(both.native) is None


def test_a_long_profile_that_does_not_fit_is_not_on_offer():
    both = profiles("Qwen/Qwen3-8B", context=131_072, memory=Memory.of_gpu("RTX 3090"))
    assert both.long is not None
    assert not both.long.fits
    assert both.other(both.native) is None


@contextmanager
def kept(tmp_path, **options):
    """A played engine by the native profile, with the long one on offer."""
    both = profiles(SMOLLM2, context=16_384, memory=CPU)
    place = engine_place(tmp_path)
    environment = played_environment(tmp_path / "environment")
    with serve(both.native, environment, place, port=None, say=silent, other=both.long, **options) as engine:
        yield place, engine


def test_an_engine_is_switched_and_back(tmp_path):
    with kept(tmp_path) as (place, engine):
        before = read_record(place.record)
        assert before is not None
        assert (engine.limit, before.profile, dict(before.lengths)) == (
            8_192,
            "native",
            {"native": 8_192, "long": 16_384},
        )
        told = switch_cost(before, "long")
        assert "16,384 tokens instead of 8,192" in told
        assert "must be read again" in told
        after = switch(place.record, "long", silent)
        assert (after.url, after.profile, after.max_model_len) == (before.url, "long", 16_384)
        assert attach(after.url).limit == 16_384
        assert not psutil.pid_exists(before.pid)
        assert switch(place.record, "long", silent) == after, "nothing happens where it is so already"
        assert switch(place.record, "native", silent).max_model_len == 8_192
    assert read_record(place.record) is None
    assert sorted(item.name for item in tmp_path.iterdir() if item.is_file()) == []


def test_a_switch_that_fails_leaves_the_engine_as_it_was(tmp_path):
    os.environ[FULL] = "8192"
    try:
        with kept(tmp_path) as (place, engine):
            # The log's estimate leads to a shorter long profile, which needs no stretch: that starts.
            assert switch(place.record, "long", silent).max_model_len == 8_192
            os.environ[FULL] = "100"
            with pytest.raises(EngineStartFailed):
                switch(place.record, "native", silent)
            os.environ[FULL] = "8192"
            deadline = time.monotonic() + 60
            while not engine.client.healthy():
                assert time.monotonic() < deadline
                time.sleep(0.2)
            found = read_record(place.record)
            assert found is not None
            assert found.profile == "long"
    finally:
        del os.environ[FULL]


def test_what_cannot_be_switched_is_refused_with_a_reason(tmp_path):
    place = engine_place(tmp_path)
    with pytest.raises(EngineMissing):
        switch(place.record, "long", silent)
    only = profiles(SMOLLM2, memory=CPU).native
    with serve(only, played_environment(tmp_path / "e"), place, port=None, say=silent), pytest.raises(OptionInvalid):
        switch(place.record, "long", silent)


def test_an_engine_at_work_is_not_switched_unasked(tmp_path):
    with kept(tmp_path) as (place, engine), ThreadPoolExecutor(1) as beside:
        asked = beside.submit(timed_reply, engine, [{"role": "user", "content": "word " * 6_000}], 4)
        deadline = time.monotonic() + 30
        while not engine.running():
            assert time.monotonic() < deadline
            time.sleep(0.02)
        with pytest.raises(EngineBusy, match="works on 1 question,"):
            switch(place.record, "long", silent)
        assert switch(place.record, "long", silent, force=True).profile == "long"
        with pytest.raises(EngineUnreachable):
            asked.result(30)


def test_an_engine_that_dies_is_not_forgotten_by_who_looks_meanwhile(tmp_path):
    """Whoever reads the record while the engine is started again must not make its keeper give up."""
    with kept(tmp_path) as (place, engine):
        before = read_record(place.record)
        assert before is not None
        os.kill(before.pid, signal.SIGKILL)
        deadline = time.monotonic() + 60
        while (now := read_record(place.record)) is not None and now.pid == before.pid:
            assert time.monotonic() < deadline
            time.sleep(0.1)
        assert now is not None, "it was forgotten"
        assert engine.client.healthy()


def test_an_engine_that_is_stopped_while_it_starts_again_stays_away(tmp_path):
    with kept(tmp_path) as (place, engine):
        before = read_record(place.record)
        assert before is not None
        os.kill(before.pid, signal.SIGKILL)
        time.sleep(2.5)  # it is noticed
        stop_engine(place.record)
        time.sleep(4)
        assert not engine.client.healthy()
        assert read_record(place.record) is None


@pytest.mark.engine
@pytest.mark.timeout(900)
def test_the_real_engine_is_stretched_on_demand(smollm2, engine_environment, tmp_path):
    checkpoint = tiny_qwen3(tmp_path / "tiny", engine_environment, smollm2, native=4_096)
    both = profiles(checkpoint, context=16_384, memory=Memory.of_machine())
    place = engine_place(tmp_path)
    with serve(both.native, engine_environment, place, port=None, say=print, other=both.long) as engine:
        assert engine.limit == 4_096
        after = switch(place.record, "long", print)
        stretched = attach(after.url, checkpoint)
        assert stretched.limit == 16_384
        read = timed_reply(stretched, [{"role": "user", "content": "word " * 6_000}], 4)
        assert read.usage.prompt_tokens > 6_000
