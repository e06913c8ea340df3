"""What an engine's speed is known by: learnt from its replies, kept from run to run, told before and while it reads."""

import asyncio
import json
from concurrent.futures import ThreadPoolExecutor
from contextlib import aclosing

import pytest
from hypothesis import given
from hypothesis import strategies as st

from yarn_runtime import Prefill, Usage, attach
from yarn_runtime.pace import FADING, KEPT, Pace
from yarn_runtime.scripted import scripted_engine
from yarn_runtime.speed import Prefilled, Speed, fit_speed
from yarn_runtime.timed import timed_reply

TRUE = Speed(0.004, 3e-7)


def sample(tokens: int, cached: int = 0, slower: float = 1.0) -> Prefilled:
    return Prefilled(tokens, cached, slower * TRUE.seconds(tokens, cached))


def test_it_is_unknown_before_the_first_prompt():
    assert Pace().seconds(1000) is None


def test_three_prompts_suffice():
    pace = Pace()
    for tokens in (700, 2500, 6000):
        pace.add(sample(tokens))
    assert pace.seconds(12_000) == pytest.approx(TRUE.seconds(12_000), rel=0.01)
    assert pace.seconds(12_000, 6000) == pytest.approx(TRUE.seconds(12_000, 6000), rel=0.01)


def test_a_machine_that_slows_down_is_followed():
    pace = Pace()
    for slower in (*(1.0,) * 10, *(2.0,) * 6):
        pace.add(sample(4000, slower=slower))
    assert pace.seconds(4000) == pytest.approx(2 * TRUE.seconds(4000), rel=0.2)


def test_what_is_too_short_to_tell_is_not_learnt_from():
    pace = Pace()
    pace.add(Prefilled(10_000, 9_900, 0.5))
    pace.add(Prefilled(1000, 0, 0.0))
    assert pace.speed is None


def test_it_is_kept_from_run_to_run_for_each_engine(tmp_path):
    file = tmp_path / "data" / "paces.json"
    for _ in range(2 * KEPT):
        Pace(file, "one").add(sample(3000))
        Pace(file, "other").add(sample(3000, slower=3))
    assert Pace(file, "one").seconds(3000) == pytest.approx(TRUE.seconds(3000), rel=0.01)
    assert Pace(file, "other").seconds(3000) == pytest.approx(3 * TRUE.seconds(3000), rel=0.01)
    assert Pace(file, "unknown").speed is None
    assert len(json.loads(file.read_text())["one"]) == KEPT
    assert [item.name for item in file.parent.iterdir()] == ["paces.json"]


@pytest.mark.parametrize("content", ["", "{", "[1]", '{"one": 3}', '{"one": [[1]]}', '{"one": [["a", 2, 3]]}', "\0"])
def test_a_file_that_is_damaged_counts_for_none_and_is_mended(tmp_path, content):
    file = tmp_path / "paces.json"
    file.write_text(content)
    pace = Pace(file, "one")
    assert pace.speed is None
    pace.add(sample(3000))
    assert Pace(file, "one").speed is not None


def test_where_nothing_can_be_kept_it_still_learns(tmp_path):
    (tmp_path / "file").write_text("")
    pace = Pace(tmp_path / "file" / "paces.json", "one")
    pace.add(sample(3000))
    assert pace.speed is not None


@given(st.floats(1e-5, 1.0), st.floats(0, 1e-5), st.integers(1, 200_000), st.integers(0, 100_000))
def test_how_far_it_gets_is_the_inverse_of_how_long_it_takes(a, b, tokens, cached):
    speed = Speed(a, b)
    reached = speed.tokens_after(speed.seconds(cached + tokens, cached), cached)
    assert reached == pytest.approx(cached + tokens, abs=2, rel=1e-6)


def test_an_engine_learns_from_its_replies(tmp_path):
    with scripted_engine(lambda *_: "yes", prefill_tokens_per_second=4000) as scripted:
        engine = attach(scripted.url, paces=tmp_path / "paces.json")
        read = [
            timed_reply(engine, [{"role": "user", "content": f"{number} " + "word " * 400 * number}], 4).usage
            for number in (1, 2, 3)
        ]
        samples = [Prefilled(usage.prompt_tokens, usage.cached_tokens, usage.first_seconds) for usage in read]
        assert all(sample.seconds > sample.tokens / 4000 for sample in samples)
        assert engine.pace.seconds(2000) == pytest.approx(fit_speed(samples, fading=FADING).seconds(2000))
        again = attach(scripted.url, paces=tmp_path / "paces.json")
        assert again.pace.seconds(2000) == pytest.approx(engine.pace.seconds(2000), rel=0.01)


def _events(engine, content):
    async def collect():
        async with aclosing(engine.reply([{"role": "user", "content": content}], max_tokens=4)) as events:
            return [event async for event in events]

    return asyncio.run(collect())


def test_beside_others_the_progress_is_an_estimate_and_nothing_is_learnt():
    with scripted_engine(lambda *_: "yes", prefill_tokens_per_second=2000) as scripted:
        engine = attach(scripted.url)
        engine.pace.add(Prefilled(4000, 0, 2.0))
        with ThreadPoolExecutor(2) as both:
            runs = list(both.map(lambda word: _events(engine, f"{word} " * 6000), ("one", "two")))
    for events in runs:
        seen = [event for event in events if isinstance(event, Prefill)]
        assert any(event.estimated for event in seen)
        assert [event.alone for event in events if isinstance(event, Usage)] == [False]
    assert engine.pace.seconds(4000) == pytest.approx(2.0)
