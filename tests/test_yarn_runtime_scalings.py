"""What `rope` shows: four methods, three zones and the attention factor, against numbers of the paper's code."""

import json
import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from yarn_runtime.errors import ModelUnsupported, OptionInvalid
from yarn_runtime.rope import Rope
from yarn_runtime.scalings import scale, scalings


def test_qwen3_stretched_four_times():
    made = scalings("Qwen/Qwen3-8B", 4)
    assert (made.low, made.high, len(made.pairs)) == (23, 40, 64)
    assert made.attention_factor == pytest.approx(1.138629, abs=1e-6)
    assert made.sharpening == pytest.approx(1.296477, abs=1e-6)
    zones = [pair.zone for pair in made.pairs]
    assert [zones.count(zone) for zone in ("kept", "blended", "interpolated")] == [24, 16, 24]
    pair = made.pairs[31]
    assert (round(pair.wavelength), round(pair.turns, 3)) == (5063, 6.472)
    assert (round(pair.by_parts, 4), pair.interpolation, round(pair.ntk_aware, 4)) == (0.6471, 0.25, 0.5055)


@pytest.mark.parametrize(
    ("name", "factor", "original"),
    [("NousResearch/Yarn-Llama-2-7b-128k", 32, 4096), ("Qwen/Qwen3-0.6B", 2, 32768), ("Qwen/Qwen3.5-4B", 2, 262144)],
)
def test_the_trained_length_is_what_is_stretched(name, factor, original):
    assert scalings(name, factor).rope.original == original


def test_a_partial_rotation_has_fewer_pairs():
    assert len(scalings("Qwen/Qwen3.5-4B", 2).pairs) == 32


@given(
    dim=st.integers(2, 128).map(lambda half: 2 * half),
    base=st.floats(100, 1e8),
    original=st.integers(512, 300_000),
    factor=st.floats(1.01, 100),
)
def test_no_method_leaves_the_span_between_kept_and_divided(dim, base, original, factor):
    made = scale("any", Rope(dim, base, original), factor)
    for pair in made.pairs:
        assert pair.interpolation == pytest.approx(1 / factor)
        for share in (pair.ntk_aware, pair.by_parts):
            assert 1 / factor - 1e-9 <= share <= 1 + 1e-9
    shares = [round(pair.yarn, 9) for pair in made.pairs]
    assert shares == sorted(shares, reverse=True)
    assert made.pairs[0].ntk_aware == pytest.approx(1)
    assert made.pairs[-1].ntk_aware == pytest.approx(1 / factor)
    assert made.attention_factor == pytest.approx(0.1 * math.log(factor) + 1)


def test_the_json_names_every_method():
    told = json.loads(json.dumps(scalings("Qwen/Qwen3-4B", 4).to_json()))
    assert set(told["pairs"][0]) == {
        "index", "wavelength", "turns", "zone", "pi", "ntk_aware", "ntk_by_parts", "yarn",
    }  # fmt: skip
    assert told["original_max_position_embeddings"] == 32768


@pytest.mark.parametrize("factor", [1, 0, -4, 1e6, float("nan"), float("inf")])
def test_factors_that_stretch_nothing(factor):
    with pytest.raises(OptionInvalid) as caught:
        scalings("Qwen/Qwen3-4B", factor)
    assert caught.value.hint


@pytest.mark.parametrize("changes", [{"model_type": "bloom"}, {"head_dim": 10**9}])
def test_models_without_rotary_positions(tmp_path, changes):
    config = {"model_type": "llama", "hidden_size": 64, "num_hidden_layers": 1, "num_attention_heads": 2}
    (tmp_path / "config.json").write_text(json.dumps({**config, "vocab_size": 10, **changes}))
    with pytest.raises(ModelUnsupported):
        scalings(tmp_path, 4)
