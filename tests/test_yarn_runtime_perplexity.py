"""Sliding-window perplexity: which tokens are scored, and that the real engine predicts sense better than noise."""

import random

import pytest

from yarn_runtime import attach
from yarn_runtime.errors import EngineRefused, OptionInvalid
from yarn_runtime.perplexity import SCORED, Passages, passages, perplexity, reference_text
from yarn_runtime.scripted import scripted_engine

WORDS = "water stone river light house table under green".split()


def test_the_same_tokens_are_scored_at_every_length():
    among = Passages(tuple(range(5000)), (4096, 5000))
    for end in among.ends:
        short, long = among.window(end, 1024), among.window(end, 4096)
        assert (len(short), len(long)) == (1023, 4095)
        assert short[-SCORED:] == long[-SCORED:]
        assert short[-1] == end - 1


def test_places_are_spread_over_the_text():
    text = " ".join(random.Random(0).choices(WORDS, k=5000))
    with scripted_engine(lambda *_: "") as scripted:
        made = passages(attach(scripted.url), text, 2048, 3)
        alone = passages(attach(scripted.url), text, 2048, 1)
        with pytest.raises(OptionInvalid, match=r"5,000 tokens, 8,448 are needed"):
            passages(attach(scripted.url), text, 8192, 2)
        with pytest.raises(EngineRefused):
            perplexity(attach(scripted.url), made, 1024)
    assert made.ends == (2048, 3524, 5000)
    assert alone.ends == (2048,)
    assert len(made.tokens) == 5000


def test_every_python_has_a_text():
    assert len(reference_text()) > 400_000


@pytest.mark.engine
def test_the_real_engine_predicts_sense_better_than_noise(engine):
    sense = passages(engine, reference_text()[:20_000], 768, 1)
    words = sorted(set(reference_text().split()))
    noise = passages(engine, " ".join(random.Random(0).choices(words, k=2000)), 768, 1)
    told = perplexity(engine, sense, 768)
    assert 1 < told < 60
    assert perplexity(engine, noise, 768) > 10 * told
