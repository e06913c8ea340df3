"""When YaRN is put on, with which factor, and what the override says."""

import json
import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from yarn_runtime.errors import ContextInvalid
from yarn_runtime.model import load_model
from yarn_runtime.policy import check_context, parse_context, smallest_factor, stretch


@pytest.mark.parametrize(
    ("text", "tokens"),
    [
        ("128K", 131072),
        ("128k", 131072),
        ("40000", 40000),
        ("40,000", 40000),
        ("1M", 1048576),
        ("0.5K", 512),
        (7, 7),
    ],
)
def test_lengths(text, tokens):
    assert parse_context(text) == tokens


@pytest.mark.parametrize(
    "text", ["", "0", "-1", "128KB", "many", "1e5", "0.1", "10^9", "1000000000", "1..5K", "_5", "5K5"]
)
def test_lengths_that_are_none(text):
    with pytest.raises(ContextInvalid) as caught:
        parse_context(text)
    assert caught.value.hint


@pytest.mark.parametrize("tokens", [0, -5, 10**9])
def test_impossible_numbers(tokens):
    with pytest.raises(ContextInvalid):
        check_context(tokens)


@pytest.mark.parametrize(
    ("wanted", "original", "factor"),
    [
        (131072, 32768, 4.0),
        (65536, 32768, 2.0),
        (40000, 32768, 1.23),
        (32769, 32768, 1.01),
        (10400, 8192, 1.27),
    ],
)
def test_the_smallest_factor(wanted, original, factor):
    assert smallest_factor(wanted, original) == factor


@given(original=st.integers(1, 10**6), ratio=st.floats(1.0001, 100))
def test_a_factor_always_covers_and_a_hundredth_less_never_does(original, ratio):
    wanted = math.ceil(original * ratio)
    factor = smallest_factor(wanted, original)
    assert math.floor(original * factor) >= wanted
    assert math.floor(original * round(factor - 0.01, 2)) < wanted


def test_no_yarn_while_the_native_length_covers():
    for wanted in (1, 1024, 32768):
        served = stretch(load_model("Qwen/Qwen3-8B"), wanted)
        assert (served.length, served.factor, served.override) == (wanted, None, None)


def test_qwen3_is_stretched_from_what_it_was_trained_on():
    served = stretch(load_model("Qwen/Qwen3-8B"), 131072)
    assert served.override == {
        "max_position_embeddings": 131072,
        "rope_parameters": {
            "rope_type": "yarn",
            "rope_theta": 1000000.0,
            "factor": 4.0,
            "original_max_position_embeddings": 32768,
        },
    }
    assert any("endorse up to 131,072" in reason for reason in served.reasons)


def test_between_declared_and_trained_yarn_is_needed():
    assert stretch(load_model("Qwen/Qwen3-8B"), 40000).factor == 1.23


def test_beyond_what_the_makers_endorse_is_said():
    assert any("endorse no stretch" in r for r in stretch(load_model("Qwen/Qwen3-0.6B"), 65536).reasons)
    assert any("no more than 131,072" in r for r in stretch(load_model("Qwen/Qwen3-8B"), 200_000).reasons)


@pytest.mark.parametrize("name", ["meta-llama/Llama-3.1-8B-Instruct", "NousResearch/Yarn-Llama-2-7b-128k"])
def test_a_scaling_is_used_and_never_stacked(name):
    model = load_model(name)
    within = stretch(model, 131072)
    assert (within.factor, within.override, within.reachable) == (None, None, True)
    beyond = stretch(model, 131073)
    assert (beyond.override, beyond.reachable) == (None, False)
    assert "never put on top" in beyond.reasons[0]


TINY = {
    "model_type": "llama",
    "hidden_size": 64,
    "num_hidden_layers": 1,
    "num_attention_heads": 2,
    "vocab_size": 10,
    "max_position_embeddings": 4096,
}


def tiny(tmp_path, **changes):
    (tmp_path / "config.json").write_text(json.dumps({**TINY, **changes}))
    return load_model(tmp_path)


def test_without_rope_a_stretch_is_refused(tmp_path):
    model = tiny(tmp_path, model_type="bloom")
    assert stretch(model, 4096).reachable
    refused = stretch(model, 5000)
    assert not refused.reachable
    assert "ALiBi" in refused.reasons[0]


def test_the_override_repeats_what_vllm_would_lose(tmp_path):
    model = tiny(
        tmp_path,
        partial_rotary_factor=0.25,
        rope_scaling={"type": "mrope", "mrope_section": [2, 1, 1], "mrope_interleaved": True},
    )
    rope = stretch(model, 8192).override["rope_parameters"]
    assert rope["partial_rotary_factor"] == 0.25
    assert rope["mrope_section"] == [2, 1, 1]
    assert rope["mrope_interleaved"] is True
    assert rope["rope_type"] == "yarn"
    assert rope["rope_theta"] == 10000.0


def test_a_nested_config_gets_a_nested_override(tmp_path):
    model = tiny(tmp_path, text_config=TINY)
    assert stretch(model, 8192).override["text_config"]["max_position_embeddings"] == 8192


def test_a_baked_yarn_with_an_unscaled_length_is_corrected(tmp_path):
    model = tiny(tmp_path, rope_scaling={"type": "yarn", "factor": 4.0, "original_max_position_embeddings": 4096})
    assert stretch(model, 4096).override is None
    corrected = stretch(model, 16384)
    assert corrected.override["max_position_embeddings"] == 16384
    assert corrected.override["rope_parameters"]["rope_type"] == "yarn"
    assert corrected.override["rope_parameters"]["factor"] == 4.0
    assert corrected.factor is None


def test_the_served_length_never_passes_the_table_of_cosines():
    for wanted in (32769, 33000, 50001, 99_999, 131072):
        served = stretch(load_model("Qwen/Qwen3-8B"), wanted)
        rope = served.override["rope_parameters"]
        assert served.length <= math.floor(rope["original_max_position_embeddings"] * rope["factor"])
