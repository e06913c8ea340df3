"""The reference arithmetic of YaRN, against numbers computed from the paper's code and against transformers."""

import json
import math
import os
import subprocess

import pytest

from yarn_runtime.rope import Rope, Yarn, attention_factor, interpolated, ntk_aware, paper_ramp

LLAMA2 = Rope(dim=128, base=1e4, original=4096)
QWEN = Rope(dim=128, base=1e6, original=32768)


def kept_share(yarn: Yarn, pair: int) -> float:
    return yarn.inverse_frequencies[pair] / yarn.rope.inverse_frequency(pair)


@pytest.mark.parametrize(
    ("yarn", "raw_low", "raw_high", "low", "high", "mscale", "sharpening"),
    [
        (Yarn(LLAMA2, 8), 20.9445, 45.0269, 20, 46, 1.207944, 1.459129),
        (Yarn(LLAMA2, 16), 20.9445, 45.0269, 20, 46, 1.277259, 1.631390),
        (Yarn(LLAMA2, 32), 20.9445, 45.0269, 20, 46, 1.346574, 1.813260),
        (Yarn(QWEN, 4), 23.5959, 39.6509, 23, 40, 1.138629, 1.296477),
    ],
)
def test_correction_range_and_attention_factor(yarn, raw_low, raw_high, low, high, mscale, sharpening):
    assert yarn.correction_dim(32) == pytest.approx(raw_low, abs=5e-5)
    assert yarn.correction_dim(1) == pytest.approx(raw_high, abs=5e-5)
    assert yarn.correction_range == (low, high)
    assert yarn.attention_factor == pytest.approx(mscale, abs=5e-7)
    assert yarn.attention_factor**2 == pytest.approx(sharpening, abs=5e-6)


def test_smaller_stretches_and_the_wrong_original():
    assert attention_factor(2) == pytest.approx(1.069315, abs=5e-7)
    assert attention_factor(1) == attention_factor(0.5) == 1.0
    wrong = Yarn(Rope(128, 1e6, 40960), 3.2)
    assert wrong.correction_range == (24, 41)
    assert wrong.attention_factor == pytest.approx(1.116315, abs=5e-7)
    assert Yarn(Rope(128, 5e6, 262144), 2).correction_range == (29, 45)


@pytest.mark.parametrize(
    ("pair", "wavelength", "turns", "code", "paper", "ntk"),
    [
        (0, 6.28, 651.90, 1.0, 1.0, 1.0),
        (20, 111.7, 36.66, 1.0, 1.0, 0.5168),
        (21, 129.0, 31.75, 0.9663, 0.9928, 0.5),
        (33, 725.6, 5.645, 0.5625, 0.2561, 0.3365),
        (45, 4080, 1.004, 0.1587, 0.1251, 0.2264),
        (46, 4712, 0.8693, 0.125, 0.125, 0.2191),
        (63, 54410, 0.0753, 0.125, 0.125, 0.125),
    ],
)
def test_llama2_stretched_8_times(pair, wavelength, turns, code, paper, ntk):
    yarn = Yarn(LLAMA2, 8)
    theta = LLAMA2.inverse_frequency(pair)
    assert LLAMA2.wavelength(pair) == pytest.approx(wavelength, rel=1e-3)
    assert LLAMA2.turns(pair) == pytest.approx(turns, rel=1e-3)
    assert kept_share(yarn, pair) == pytest.approx(code, abs=5e-5)
    gamma = paper_ramp(LLAMA2.turns(pair))
    assert gamma + (1 - gamma) / 8 == pytest.approx(paper, abs=5e-5)
    assert interpolated(LLAMA2, 8)[pair] / theta == pytest.approx(0.125)
    assert ntk_aware(LLAMA2, 8)[pair] / theta == pytest.approx(ntk, abs=5e-5)


@pytest.mark.parametrize(
    ("pair", "code", "paper", "ntk"),
    [
        (23, 1.0, 1.0, 0.6028),
        (24, 0.9559, 0.9353, 0.5897),
        (31, 0.6471, 0.3824, 0.5055),
        (39, 0.2941, 0.2536, 0.4239),
        (40, 0.25, 0.25, 0.4147),
    ],
)
def test_qwen_stretched_4_times(pair, code, paper, ntk):
    assert kept_share(Yarn(QWEN, 4), pair) == pytest.approx(code, abs=5e-5)
    gamma = paper_ramp(QWEN.turns(pair))
    assert gamma + (1 - gamma) / 4 == pytest.approx(paper, abs=5e-5)
    assert ntk_aware(QWEN, 4)[pair] / QWEN.inverse_frequency(pair) == pytest.approx(ntk, abs=5e-5)


@pytest.mark.parametrize(
    ("yarn", "kept", "blended", "divided"), [(Yarn(LLAMA2, 8), 21, 25, 18), (Yarn(QWEN, 4), 24, 16, 24)]
)
def test_zones(yarn, kept, blended, divided):
    zones = [yarn.zone(pair) for pair in yarn.rope.pairs]
    assert zones == ["kept"] * kept + ["blended"] * blended + ["interpolated"] * divided


def test_short_wavelengths_are_kept_and_long_ones_divided():
    """The direction that write-ups get wrong: r is the trained length over the wavelength, not the inverse."""
    yarn = Yarn(LLAMA2, 8)
    for pair in LLAMA2.pairs:
        if LLAMA2.turns(pair) > 36:
            assert kept_share(yarn, pair) == 1.0
        if LLAMA2.turns(pair) < 0.9:
            assert kept_share(yarn, pair) == pytest.approx(1 / 8)


def test_given_attention_factors():
    assert Yarn(LLAMA2, 8, attention=1.5).attention_factor == 1.5
    deepseek = Yarn(Rope(64, 1e4, 4096), 40, mscale=0.707, mscale_all_dim=0.707)
    assert deepseek.attention_factor == 1.0
    half = Yarn(Rope(64, 1e4, 4096), 40, mscale=1.0, mscale_all_dim=0.5)
    assert half.attention_factor == pytest.approx((0.1 * math.log(40) + 1) / (0.05 * math.log(40) + 1))


CASES = [
    (128, 1e4, 4096, 8.0, True),
    (128, 1e6, 32768, 4.0, True),
    (128, 5e6, 262144, 2.0, True),
    (64, 1e5, 8192, 1.23, True),
    (64, 150000.0, 4096, 32.0, False),
    (32, 1e4, 64, 16.0, True),
]
ENGINE = """
import json, sys
from transformers import LlamaConfig
from transformers.modeling_rope_utils import ROPE_INIT_FUNCTIONS
from vllm.config import VllmConfig, set_current_vllm_config
from vllm.model_executor.layers.rotary_embedding.yarn_scaling_rope import YaRNScalingRotaryEmbedding
import torch
results = []
for dim, base, original, factor, truncate in json.loads(sys.argv[1]):
    parameters = dict(rope_type="yarn", rope_theta=base, factor=factor, truncate=truncate)
    parameters["original_max_position_embeddings"] = original
    config = LlamaConfig(hidden_size=2 * dim, num_attention_heads=2, head_dim=dim,
                         max_position_embeddings=int(original * factor), rope_parameters=parameters)
    frequencies, mscale = ROPE_INIT_FUNCTIONS["yarn"](config, "cpu")
    with set_current_vllm_config(VllmConfig()):
        served = YaRNScalingRotaryEmbedding(dim, dim, 64, base, True, 1.0, torch.float32)
        served.max_position_embeddings, served.scaling_factor, served.truncate = original, factor, truncate
        vllm = served._compute_inv_freq(factor)
    results.append([frequencies.tolist(), mscale, vllm.tolist()])
print(json.dumps(results))
"""


@pytest.mark.engine
def test_equal_to_transformers_and_vllm():
    python = os.environ.get("UNSPOOL_TEST_ENGINE_PYTHON")
    if not python:
        pytest.skip("UNSPOOL_TEST_ENGINE_PYTHON does not name the Python of an engine's environment")
    run = subprocess.run(
        [python, "-c", ENGINE, json.dumps(CASES)], capture_output=True, text=True, timeout=300, check=False
    )
    assert run.returncode == 0, run.stderr[-2000:]
    results = json.loads(run.stdout.strip().splitlines()[-1])
    for (dim, base, original, factor, truncate), (transformers, mscale, vllm) in zip(CASES, results, strict=True):
        yarn = Yarn(Rope(dim, base, original), factor, truncate=truncate)
        assert yarn.inverse_frequencies == pytest.approx(transformers, rel=2e-6)
        assert yarn.inverse_frequencies == pytest.approx(vllm, rel=2e-6)
        assert yarn.attention_factor == pytest.approx(mscale)
