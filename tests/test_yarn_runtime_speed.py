"""The speed of a machine from timed prefills, and replies that are timed: what is told ahead is what happens."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from yarn_runtime import attach
from yarn_runtime.script import CHUNK_TOKENS
from yarn_runtime.scripted import scripted_engine
from yarn_runtime.speed import Prefilled, Speed, fit_speed
from yarn_runtime.timed import timed_reply


def test_both_parts_are_found():
    true = Speed(0.004, 3e-7)
    samples = [Prefilled(size, 0, true.seconds(size)) for size in (500, 2000, 5500, 11_000)]
    fitted = fit_speed(samples)
    assert fitted.a == pytest.approx(true.a)
    assert fitted.b == pytest.approx(true.b)
    assert fitted.seconds(16_000, 8_000) == pytest.approx(true.seconds(16_000) - true.seconds(8_000))


def test_cached_tokens_cost_nothing():
    true = Speed(0.004, 3e-7)
    samples = [Prefilled(4000, 0, true.seconds(4000)), Prefilled(9000, 6000, true.seconds(9000, 6000))]
    assert fit_speed(samples).seconds(12_000) == pytest.approx(true.seconds(12_000))


def test_prompts_of_one_length_give_a_plain_rate():
    assert fit_speed([Prefilled(1000, 0, 5.0), Prefilled(1000, 0, 5.0)]) == Speed(pytest.approx(0.005), 0.0)


@given(
    st.lists(
        st.builds(Prefilled, st.integers(1, 200_000), st.integers(0, 100_000), st.floats(1e-4, 1e4)), min_size=1
    ).filter(lambda samples: any(one.tokens > one.cached for one in samples))
)
def test_no_samples_make_a_prediction_below_zero(samples):
    fitted = fit_speed(samples)
    assert fitted.a >= 0
    assert fitted.b >= 0
    assert fitted.seconds(1000) > 0


def test_without_a_sample_there_is_no_speed():
    with pytest.raises(ValueError, match="no sample"):
        fit_speed([Prefilled(512, 512, 0.1)])


def test_a_timed_reply_tells_reading_from_writing():
    with scripted_engine(
        lambda *_: "one two three four five six seven eight", prefill_tokens_per_second=2000, tokens_per_second=50
    ) as scripted:
        messages = [{"role": "user", "content": "word " * (4 * CHUNK_TOKENS)}]
        reply = timed_reply(attach(scripted.url), messages, 32)
    assert reply.text == "one two three four five six seven eight"
    assert reply.prefilled.tokens == reply.usage.prompt_tokens > 4 * CHUNK_TOKENS
    assert reply.prefilled.tokens / reply.prefilled.seconds == pytest.approx(2000, rel=0.5)
    assert reply.tokens_per_second == pytest.approx(50, rel=0.5)
