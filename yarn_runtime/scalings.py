"""A model and a factor in, what PI, NTK-aware, NTK-by-parts and YaRN do to each rotary pair out; draws nothing.

The four methods and their order are those of the YaRN paper (arXiv 2309.00071 v2, sections 2.3 to 3.4).
"""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from yarn_runtime.errors import ModelUnsupported, OptionInvalid
from yarn_runtime.model import load_model
from yarn_runtime.rope import Rope, Yarn, Zone, interpolated, ntk_aware

LARGEST_HEAD = 4096
"""Rotary dimensions; heads have 64 to 512."""
LARGEST_FACTOR = 1000.0
"""No published model is stretched by more than 128."""


@dataclass(frozen=True, slots=True)
class Pair:
    """One pair of rotary dimensions. A scale of 1 keeps its frequency, 1/factor divides it by the factor."""

    index: int
    wavelength: float
    """Tokens for a full turn, as trained."""
    turns: float
    """Full turns within the trained length."""
    zone: Zone
    """What NTK-by-parts and YaRN do: short wavelengths are kept, long ones interpolated, those between blended."""
    interpolation: float
    ntk_aware: float
    by_parts: float

    @property
    def yarn(self) -> float:
        """YaRN scales frequencies as NTK-by-parts does; it adds the attention factor."""
        return self.by_parts


@dataclass(frozen=True, slots=True)
class Scalings:
    """All pairs of a model's RoPE under one factor."""

    model: str
    rope: Rope
    factor: float
    pairs: tuple[Pair, ...]
    low: float
    """Pairs up to this one are kept."""
    high: float
    """Pairs from this one on are interpolated."""
    attention_factor: float
    """What YaRN multiplies cosines and sines by: sqrt(1/t) = 0.1 ln s + 1. The other three leave attention as it is."""

    @property
    def sharpening(self) -> float:
        """1/t: what the attention logits are multiplied by, the attention factor squared."""
        return self.attention_factor**2

    def to_json(self) -> dict[str, Any]:
        """The scalings as plain JSON values, one object a pair."""
        return {
            "model": self.model,
            "dim": self.rope.dim,
            "theta": self.rope.base,
            "original_max_position_embeddings": self.rope.original,
            "factor": self.factor,
            "low": self.low,
            "high": self.high,
            "attention_factor": self.attention_factor,
            "sharpening": self.sharpening,
            "pairs": [
                {
                    "index": pair.index,
                    "wavelength": pair.wavelength,
                    "turns": pair.turns,
                    "zone": pair.zone,
                    "pi": pair.interpolation,
                    "ntk_aware": pair.ntk_aware,
                    "ntk_by_parts": pair.by_parts,
                    "yarn": pair.yarn,
                }
                for pair in self.pairs
            ],
        }


def scalings(model: str | Path, factor: float) -> Scalings:
    """What each method does to each rotary pair of `model` when its trained length is stretched `factor` times.

    Raises ModelUnsupported for a model without RoPE, OptionInvalid for a factor that stretches nothing, and what
    `load_model` raises.
    """
    facts = load_model(model)
    positions = facts.positions
    if positions.encoding != "RoPE" or not 4 <= positions.rotary_dim <= LARGEST_HEAD:
        raise ModelUnsupported(
            f"{facts.name} has no rotary positions to scale.", "Choose a model with RoPE, such as Qwen/Qwen3-4B."
        )
    if not 1 < factor <= LARGEST_FACTOR:
        raise OptionInvalid(f"A factor of {factor:g} stretches nothing.", "Give a factor above 1, such as 4.")
    original = positions.parameters.get("original_max_position_embeddings")
    trained = original if isinstance(original, int) and original > 0 else facts.trained.native
    return scale(facts.name, Rope(positions.rotary_dim - positions.rotary_dim % 2, positions.theta, trained), factor)


def scale(name: str, rope: Rope, factor: float) -> Scalings:
    """The same for RoPE given as numbers."""
    yarn = Yarn(rope, factor)
    trained = [rope.inverse_frequency(pair) for pair in rope.pairs]
    methods = zip(trained, interpolated(rope, factor), ntk_aware(rope, factor), yarn.inverse_frequencies, strict=True)
    low, high = yarn.correction_range
    return Scalings(
        model=name,
        rope=rope,
        factor=factor,
        pairs=tuple(
            Pair(
                index=pair,
                wavelength=rope.wavelength(pair),
                turns=rope.turns(pair),
                zone=yarn.zone(pair),
                interpolation=linear / theta,
                ntk_aware=aware / theta,
                by_parts=parts / theta,
            )
            for pair, (theta, linear, aware, parts) in enumerate(methods)
        ),
        low=low,
        high=high,
        attention_factor=yarn.attention_factor,
    )
