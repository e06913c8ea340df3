"""A model's trained length and a wanted context in, the length to serve and the RoPE override out; knows no
memory.

The policy: no YaRN while the native length covers the wanted one; otherwise the smallest factor that does, in
steps of 0.01; never on top of a scaling that the checkpoint carries; never beyond what the makers endorse
without saying so.
"""

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from yarn_runtime.errors import ContextInvalid
from yarn_runtime.model import ModelFacts

LONGEST_CONTEXT = 100_000_000
"""Tokens; ten times beyond any published model."""
HINT = "Give a number of tokens such as 32768 or 128K (K is 1024)."


@dataclass(frozen=True, slots=True)
class Stretch:
    """The length to serve in tokens and, where RoPE must be changed for it, vLLM's --hf-overrides."""

    length: int
    factor: float | None
    override: Mapping[str, Any] | None
    reachable: bool
    reasons: tuple[str, ...]


def parse_context(text: str | int) -> int:
    """Tokens of "128K" (131,072), "1M", "40000" or a number. K is 1024, M is 1024 x 1024. Raises ContextInvalid."""
    match = re.fullmatch(r"\s*(\d[\d_,]*(?:\.\d+)?)\s*([km]?)i?\s*", str(text).lower())
    if match is None:
        raise ContextInvalid(f"{text!r} is no length of a context.", HINT)
    try:
        tokens = Fraction(match[1].replace(",", "").replace("_", "")) * {"": 1, "k": 1024, "m": 1024**2}[match[2]]
    except ValueError as error:
        raise ContextInvalid(f"{text!r} is no length of a context.", HINT) from error
    return check_context(int(tokens) if tokens == int(tokens) else -1, str(text))


def check_context(tokens: int, written: str | None = None) -> int:
    """The same number, if it can be a context. Raises ContextInvalid for 0, a negative or an absurd one."""
    if not 1 <= tokens <= LONGEST_CONTEXT:
        raise ContextInvalid(f"A context of {written or f'{tokens:,}'} tokens is not possible.", HINT)
    return tokens


def smallest_factor(wanted: int, original: int) -> float:
    """The smallest factor in steps of 0.01 with floor(original * factor) >= wanted: 4.0 for 131,072 of 32,768."""
    hundredths = math.ceil(Fraction(wanted * 100, original))
    while math.floor(original * (hundredths / 100)) < wanted:  # a float can fall short of the exact product
        hundredths += 1
    return hundredths / 100


def stretch(model: ModelFacts, wanted: int | None) -> Stretch:
    """What to serve for the wanted context, or for none in particular: then the native length."""
    native = model.trained.native
    length = native if wanted is None else wanted
    if length <= native:
        return _as_trained(model, length, wanted)
    if not model.positions.stretchable:
        return Stretch(length, None, None, False, (_refusal(model, length),))
    return _stretched(model, length)


def _as_trained(model: ModelFacts, length: int, wanted: int | None) -> Stretch:
    positions, native = model.positions, model.trained.native
    own = f", by the {positions.scaling} scaling that the checkpoint carries" if positions.scaling != "default" else ""
    if wanted is None:
        reason = f"No context was asked for: the native {native:,} tokens{own}."
    else:
        reason = f"No stretch: the wanted {length:,} tokens are within the native {native:,}{own}."
    reasons = [reason]
    if native < positions.declared:
        reasons.append(
            f"The config declares {positions.declared:,}, the makers trained on {native:,} ({model.trained.source})."
        )
    override = None
    if length > positions.declared:  # a baked YaRN, its max_position_embeddings left at the trained length
        override = _nested(
            model.section, {"max_position_embeddings": native, "rope_parameters": dict(positions.parameters)}
        )
        reasons.append(
            f"The config declares {positions.declared:,} beside a YaRN that reaches {native:,}: "
            "the override corrects it."
        )
    return Stretch(length, None, override, True, tuple(reasons))


def _stretched(model: ModelFacts, length: int) -> Stretch:
    native, endorsed = model.trained.native, model.trained.endorsed
    factor = smallest_factor(length, native)
    reaches = math.floor(native * factor)
    override = {
        "max_position_embeddings": reaches,
        "rope_parameters": {
            "rope_type": "yarn",
            "rope_theta": model.positions.theta,
            "factor": factor,
            "original_max_position_embeddings": native,
            **model.positions.carried,
        },
    }
    reasons = [
        f"YaRN with factor {factor:g}: the wanted {length:,} tokens exceed the native {native:,}, "
        f"and {native:,} x {factor:g} reaches {reaches:,}."
    ]
    if length <= endorsed:
        reasons.append(f"The makers endorse up to {endorsed:,} tokens ({model.trained.source}).")
    elif endorsed > native:
        reasons.append(f"The makers endorse no more than {endorsed:,} tokens: what lies beyond is unproven, test it.")
    else:
        reasons.append(
            f"The makers endorse no stretch of this model: what lies beyond {native:,} is unproven, test it."
        )
    reasons.append("Static YaRN costs some quality on short texts: serve without it for work within the native length.")
    return Stretch(length, factor, _nested(model.section, override), True, tuple(reasons))


def _refusal(model: ModelFacts, length: int) -> str:
    positions, native = model.positions, model.trained.native
    if positions.encoding != "RoPE":
        why = f"{model.name} uses {positions.encoding}, not RoPE, and ends at {native:,}."
    else:
        why = (
            f"the checkpoint carries a {positions.scaling} scaling that ends at {native:,}, "
            "and a second stretch is never put on top."
        )
    return f"{length:,} tokens are out of reach: {why}"


def _nested(section: tuple[str, ...], override: Mapping[str, Any]) -> Mapping[str, Any]:
    for key in reversed(section):
        override = {key: override}
    return override
