"""Rotary dimensions and a stretch in, inverse frequencies and the attention factor out: plain arithmetic,
knows no model.

The reference of this package for position interpolation (PI), NTK-aware, NTK-by-parts and YaRN. It follows
the code that every released YaRN model was trained with (jquesnelle/yarn,
`scaled_rope/LlamaYaRNScaledRotaryEmbedding.py`), which transformers
(`modeling_rope_utils._compute_yarn_parameters`) and vLLM (`YaRNScalingRotaryEmbedding`) repeat; equation
numbers are those of the YaRN paper, arXiv 2309.00071 v2. Mind the direction: SHORT wavelengths (many turns
within the trained length) are kept, LONG ones (less than a turn) are divided by the factor.
"""

import math
from dataclasses import dataclass
from typing import Literal

BETA_FAST = 32.0
"""Pairs that turn more often than this within the trained length are kept (beta of Eq 18, "for the Llama family")."""
BETA_SLOW = 1.0
"""Pairs that turn less often than this within the trained length are fully interpolated (alpha of Eq 18)."""

Zone = Literal["kept", "blended", "interpolated"]


def attention_factor(factor: float, mscale: float = 1.0) -> float:
    """sqrt(1/t) = 0.1 m ln s + 1 (Eq 22), 1 without a stretch: cos and sin are both multiplied by it."""
    return 1.0 if factor <= 1 else 0.1 * mscale * math.log(factor) + 1.0


@dataclass(frozen=True, slots=True)
class Rope:
    """RoPE as it was trained: `dim` rotary dimensions of a head (even), `base` (theta), `original` trained tokens."""

    dim: int
    base: float
    original: int

    @property
    def pairs(self) -> range:
        return range(self.dim // 2)

    def inverse_frequency(self, pair: int) -> float:
        """theta_d = b^(-2d/|D|), radians a token."""
        return float(self.base ** (-2 * pair / self.dim))

    def wavelength(self, pair: int) -> float:
        """lambda_d = 2 pi b^(2d/|D|) (Eq 13): tokens for one full turn of this pair."""
        return 2 * math.pi / self.inverse_frequency(pair)

    def turns(self, pair: int) -> float:
        """r(d) = L / lambda_d (Eq 17): full turns within the trained length."""
        return self.original / self.wavelength(pair)


def interpolated(rope: Rope, factor: float) -> list[float]:
    """Position interpolation (Chen et al., arXiv 2306.15595): every pair divided by the factor."""
    return [rope.inverse_frequency(pair) / factor for pair in rope.pairs]


def ntk_aware(rope: Rope, factor: float) -> list[float]:
    """NTK-aware: the base becomes b * s^(|D|/(|D|-2)) (Eq 16), so that the slowest pair is divided by s, the
    fastest kept.
    """
    base = rope.base * factor ** (rope.dim / (rope.dim - 2))
    stretched = Rope(rope.dim, base, rope.original)
    return [stretched.inverse_frequency(pair) for pair in rope.pairs]


def paper_ramp(turns: float, slow: float = BETA_SLOW, fast: float = BETA_FAST) -> float:
    """gamma(r) of Eq 18: 1 keeps, 0 interpolates. Linear in the turns, where the code is linear in the pair's index."""
    return min(max((turns - slow) / (fast - slow), 0.0), 1.0)


@dataclass(frozen=True, slots=True)
class Yarn:
    """NTK-by-parts plus the attention factor, as trained and served; the fields are those of `rope_parameters`."""

    rope: Rope
    factor: float
    beta_fast: float = BETA_FAST
    beta_slow: float = BETA_SLOW
    truncate: bool = True
    attention: float | None = None
    mscale: float | None = None
    mscale_all_dim: float | None = None

    def correction_dim(self, turns: float) -> float:
        """The (real-valued) pair that makes that many turns within the trained length: Eq 17 solved for d."""
        rope = self.rope
        return rope.dim * math.log(rope.original / (turns * 2 * math.pi)) / (2 * math.log(rope.base))

    @property
    def correction_range(self) -> tuple[float, float]:
        """(low, high): pairs up to low are kept, pairs from high on are interpolated."""
        low, high = self.correction_dim(self.beta_fast), self.correction_dim(self.beta_slow)
        if self.truncate:
            low, high = math.floor(low), math.ceil(high)
        return max(low, 0), min(high, self.rope.dim - 1)

    def interpolation(self, pair: int) -> float:
        """The share of interpolation in a pair, 0 (kept) to 1: linear in the index between low and high."""
        low, high = self.correction_range
        if low == high:
            high += 0.001  # as in the reference code: no division by zero
        return min(max((pair - low) / (high - low), 0.0), 1.0)

    def zone(self, pair: int) -> Zone:
        share = self.interpolation(pair)
        return "kept" if share == 0 else "interpolated" if share == 1 else "blended"

    @property
    def inverse_frequencies(self) -> list[float]:
        """theta'_d of Eq 20 with the code's ramp, radians a token, one for each pair."""
        result = []
        for pair in self.rope.pairs:
            theta, share = self.rope.inverse_frequency(pair), self.interpolation(pair)
            result.append(theta / self.factor * share + theta * (1 - share))
        return result

    @property
    def attention_factor(self) -> float:
        """What cos and sin are multiplied by: given outright, or DeepSeek's quotient of two mscales, or Eq 22."""
        if self.attention is not None:
            return self.attention
        if self.mscale and self.mscale_all_dim:
            return attention_factor(self.factor, self.mscale) / attention_factor(self.factor, self.mscale_all_dim)
        return attention_factor(self.factor)
