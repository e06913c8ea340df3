"""The ranking of the catalogue, the default model, and the published scores."""

import json

import pytest

from yarn_runtime.catalogue import catalogue
from yarn_runtime.errors import ContextInvalid, OptionInvalid
from yarn_runtime.memory import GIB, Memory
from yarn_runtime.models import default_model, models
from yarn_runtime.plan import plan
from yarn_runtime.ruler import ruler

RTX_3090 = Memory.of_gpu("RTX 3090")


def test_every_listed_model_really_fits_as_listed():
    for candidate in models(RTX_3090, 65536):
        made = plan(
            candidate.name,
            memory=RTX_3090,
            context=candidate.plan.max_model_len,
            kv_cache_dtype=candidate.plan.kv_cache_dtype,
        )
        assert made.fits, candidate.name
        assert made.factor == candidate.plan.factor
        assert candidate.reaches == (made.max_model_len == 65536)


def test_what_reaches_the_context_comes_first_and_scores_are_in_order():
    ranked = models(RTX_3090, 131072)
    assert [each.reaches for each in ranked] == sorted((each.reaches for each in ranked), reverse=True)
    known = [each.score.value for each in ranked if each.reaches and each.endorsed and each.entry.chat and each.score]
    assert known == sorted(known, reverse=True)
    assert ranked[0].score is not None
    assert ranked[0].score.value > 80


def test_no_stretch_where_the_makers_do_not_vouch_for_it_stands_before_one_they_do():
    ranked = [each for each in models(Memory.of_gpu("H100"), 131072) if each.reaches]
    assert [each.endorsed for each in ranked] == sorted((each.endorsed for each in ranked), reverse=True)


def test_the_native_length_is_ranked_where_none_is_wanted():
    for each in models(RTX_3090):
        assert each.plan.factor is None
        assert each.plan.max_model_len <= each.plan.native_len


@pytest.mark.parametrize(
    ("card", "context"), [("RTX 3090", 131072), ("RTX 4060", 32768), ("H100", 131072), ("T4", 16384)]
)
def test_the_default_answers_at_once_and_fits_without_a_further_wish(card, context):
    memory = Memory.of_gpu(card)
    name = default_model(memory, context)
    assert plan(name, memory=memory, context=context).fits
    entry = catalogue()[name.lower()]
    assert entry.chat
    assert not entry.thinks


def test_a_default_exists_even_where_nothing_runs():
    assert default_model(Memory.of_bytes(GIB), 4096) in {entry.name for entry in catalogue().values()}
    assert models(Memory.of_bytes(GIB // 2), 4096) == ()


def test_the_json_is_plain():
    told = json.loads(json.dumps([each.to_json() for each in models(RTX_3090, 131072)]))
    first = told[0]
    assert first["ruler_source"]
    assert {"model", "max_model_len", "factor", "kv_cache_dtype", "reaches", "ruler"} <= set(first)


def test_bad_wishes():
    with pytest.raises(ContextInvalid):
        models(RTX_3090, 0)
    with pytest.raises(OptionInvalid):
        models(RTX_3090, 4096, kv_cache_dtype="fp5")


@pytest.mark.parametrize(
    ("name", "length", "value"),
    [
        ("Qwen/Qwen3-8B", 131072, 77.4),
        ("Qwen/Qwen3-8B-AWQ", 131072, 77.4),
        ("Qwen/Qwen3-8B", 33000, 82.1),
        ("Qwen/Qwen3-8B", 1, 96.3),
        ("Qwen/Qwen2.5-7B-Instruct", 20000, 74.5),
        ("hugging-quants/Meta-Llama-3.1-8B-Instruct-AWQ-INT4", 100_000, 77.0),
    ],
)
def test_the_next_longer_published_length_counts(name, length, value):
    score = ruler(name, length)
    assert score is not None
    assert score.value == value
    assert score.length >= length


def test_no_score_is_made_up():
    assert ruler("Qwen/Qwen3-8B", 131073) is None
    assert ruler("Qwen/Qwen3.5-4B", 4096) is None
