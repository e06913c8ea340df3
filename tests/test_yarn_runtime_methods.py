"""The four ways to stretch as an engine is told them: the same plan but for its RoPE override."""

import json
import math

import pytest

from yarn_runtime import Memory, plan
from yarn_runtime.errors import OptionInvalid
from yarn_runtime.methods import METHODS, described, ntk_theta, stretched_by
from yarn_runtime.rope import Rope, interpolated, ntk_aware

RAM = Memory.of_bytes(24 * 1024**3, "cpu")
SMOLLM2 = "HuggingFaceTB/SmolLM2-135M-Instruct"


def _told(method):
    planned = stretched_by(method, plan(SMOLLM2, context=16_384, memory=RAM))
    told = json.loads(planned.arguments[planned.arguments.index("--hf-overrides") + 1])
    assert told == planned.rope
    return planned, told


@pytest.mark.parametrize("method", METHODS)
def test_only_the_override_differs(method):
    yarn = plan(SMOLLM2, context=16_384, memory=RAM)
    planned, told = _told(method)
    assert told["max_position_embeddings"] == 16_384
    assert len(planned.arguments) == len(yarn.arguments)
    differing = [pair for pair in zip(planned.arguments, yarn.arguments, strict=True) if pair[0] != pair[1]]
    assert len(differing) == (method != "YaRN")
    assert planned.max_model_len == yarn.max_model_len


def test_what_each_is_told():
    told = {method: _told(method)[1]["rope_parameters"] for method in METHODS}
    assert told["none"] == {"rope_type": "default", "rope_theta": 100_000.0}
    assert told["PI"] == {"rope_type": "linear", "rope_theta": 100_000.0, "factor": 2.0}
    assert told["YaRN"]["rope_type"] == "yarn"
    assert told["NTK-aware"]["rope_type"] == "default"
    assert told["NTK-aware"]["rope_theta"] == pytest.approx(100_000 * 2 ** (64 / 62))


def test_theta_and_linear_are_the_reference_arithmetic():
    rope = Rope(64, 1e5, 8192)
    raised = Rope(64, ntk_theta(1e5, 2, 64), 8192)
    assert [raised.inverse_frequency(pair) for pair in rope.pairs] == pytest.approx(ntk_aware(rope, 2))
    assert interpolated(rope, 2) == [rope.inverse_frequency(pair) / 2 for pair in rope.pairs]


def test_a_nested_config_keeps_its_nesting_and_what_belongs_to_its_rope():
    planned = plan("Qwen/Qwen3.5-4B", context=524_288, memory=Memory.of_bytes(80 * 1024**3))
    for method in METHODS:
        parameters = stretched_by(method, planned).rope["text_config"]["rope_parameters"]
        assert parameters["partial_rotary_factor"] == 0.25
        assert parameters["rope_theta"] >= 10_000_000


def test_descriptions_name_what_is_set():
    planned = plan(SMOLLM2, context=16_384, memory=RAM)
    words = [described(method, planned) for method in METHODS]
    assert "16,384" in words[0]
    assert "linear" in words[1]
    assert f"{100_000 * 2 ** (64 / 62):,.0f}" in words[2]
    assert "8,192" in words[3]


@pytest.mark.parametrize("model", [SMOLLM2, "NousResearch/Yarn-Llama-2-7b-128k"])
def test_without_a_stretch_of_ours_there_is_nothing_to_compare(model):
    with pytest.raises(OptionInvalid) as caught:
        stretched_by("PI", plan(model, context=8_192, memory=RAM))
    assert "--context" in caught.value.hint
    assert math.isfinite(ntk_theta(1e4, 8, 128))
