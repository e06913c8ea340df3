"""A plan that stretches by YaRN in, the same plan stretched by another method out: for comparisons; starts nothing."""

import json
import math
from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Literal, get_args

from yarn_runtime.errors import OptionInvalid
from yarn_runtime.plan import Plan

Method = Literal["none", "PI", "NTK-aware", "YaRN"]
METHODS: tuple[Method, ...] = get_args(Method)


def stretched_by(method: Method, planned: Plan) -> Plan:
    """Serve the same length of the same model by `method`, with the same factor.

    "none" tells the engine that the model was trained on the whole length; PI is vLLM's rope_type "linear"; NTK-aware
    is a raised rope_theta (vLLM's "dynamic" would be another formula). Raises OptionInvalid for a plan without a
    stretch of ours.
    """
    if planned.factor is None:
        raise OptionInvalid(
            f"{planned.model.name} is served with {planned.max_model_len:,} tokens without a stretch of ours.",
            f"Choose a longer --context than its native {planned.native_len:,}, or a model with plain RoPE.",
        )
    if method == "YaRN":
        return planned
    override = _override(method, planned, planned.factor)
    told = [_json(override) if part == _json(planned.rope) else part for part in planned.arguments]
    return replace(planned, rope=override, arguments=tuple(told))


def described(method: Method, planned: Plan) -> str:
    """What the engine is told, in words; `planned` is a plan with a stretch."""
    factor, theta = planned.factor or 1.0, planned.model.positions.theta
    match method:
        case "none":
            return f"as trained, declared to reach {planned.max_model_len:,} tokens"
        case "PI":
            return f"rope_type linear, factor {factor:g}"
        case "NTK-aware":
            raised = ntk_theta(theta, factor, planned.model.positions.rotary_dim)
            return f"rope_theta {theta:,.10g} raised to {raised:,.0f} = theta s^(d/(d-2))"
        case "YaRN":
            return f"rope_type yarn, factor {factor:g} from {planned.native_len:,}"


def ntk_theta(theta: float, factor: float, dim: int) -> float:
    """The base of NTK-aware scaling, b s^(d/(d-2)) (Eq 16 of the YaRN paper)."""
    return float(theta * factor ** (dim / (dim - 2)))


def _json(override: Mapping[str, Any] | None) -> str:
    """As `command.arguments` writes it: the argument is known by its value, no flag is named here."""
    return json.dumps(override, separators=(",", ":"))


def _override(method: Method, planned: Plan, factor: float) -> Mapping[str, Any]:
    positions = planned.model.positions
    parameters: dict[str, Any] = {"rope_type": "default", "rope_theta": positions.theta, **positions.carried}
    if method == "PI":
        parameters |= {"rope_type": "linear", "factor": factor}
    elif method == "NTK-aware":
        parameters["rope_theta"] = ntk_theta(positions.theta, factor, positions.rotary_dim)
    override: Mapping[str, Any] = {
        "max_position_embeddings": math.floor(planned.native_len * factor),
        "rope_parameters": parameters,
    }
    for key in reversed(planned.model.section):
        override = {key: override}
    return override
