"""A text config in, how its positions are encoded and how far they reach as they are out; knows no wish and
no memory.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from yarn_runtime.attention import head_size
from yarn_runtime.config import Config

NOT_ROTARY = {
    "bloom": "ALiBi",
    "mpt": "ALiBi",
    "jais": "ALiBi",
    "gpt2": "learned absolute positions",
    "gpt_bigcode": "learned absolute positions",
    "gpt_neo": "learned absolute positions",
    "opt": "learned absolute positions",
    "biogpt": "learned absolute positions",
}
"""Model types without rotary positions, and what they have in their place."""
DEFAULT_THETA = {
    "qwen2": 1e6,
    "qwen2_moe": 1e6,
    "qwen3": 1e6,
    "qwen3_moe": 1e6,
    "mixtral": 1e6,
    "gemma3_text": 1e6,
    "gemma3": 1e6,
}
"""rope_theta where the config leaves it out: the defaults of transformers' config classes and vLLM's model files."""
CARRIED = ("partial_rotary_factor", "mrope_section", "mrope_interleaved")
"""What an override of rope_parameters must repeat, since vLLM replaces the whole object."""


@dataclass(frozen=True, slots=True)
class Positions:
    """`encoding` is "RoPE" or what stands in its place; `scaling` is the rope_type that the checkpoint
    carries already.
    """

    encoding: str
    declared: int
    """max_position_embeddings, in tokens."""
    native: int
    """The longest context without any scaling but the checkpoint's own, in tokens."""
    rotary_dim: int = 0
    theta: float = 0.0
    scaling: str = "default"
    parameters: Mapping[str, Any] = field(default_factory=dict)
    """The checkpoint's own rope_parameters."""
    carried: Mapping[str, Any] = field(default_factory=dict)

    @property
    def stretchable(self) -> bool:
        """Whether YaRN can be put on: rotary positions that no scaling has touched."""
        return self.encoding == "RoPE" and self.scaling == "default"


def read_positions(config: Config) -> Positions:
    """Raises ConfigInvalid where fields are missing or contradict each other."""
    kind = config.text("model_type")
    declared = config.integer(
        "max_position_embeddings",
        "n_positions",
        "max_seq_len",
        "seq_length",
        "model_max_length",
        "n_ctx",
        "max_sequence_length",
        default=2048,
    )
    instead = NOT_ROTARY.get(kind) or (
        "ALiBi" if config.raw("alibi") is True or config.raw("position_embedding_type") == "alibi" else None
    )
    if instead:
        return Positions(instead, declared, declared)
    section = _rope_section(config)
    theta = section.number("rope_theta", config.number("rope_theta", DEFAULT_THETA.get(kind, 10_000.0)))
    if theta <= 1:
        raise config.invalid(f"rope_theta is {theta:g}, which turns nothing")
    scaling = section.text("rope_type") or section.text("type") or "default"
    scaling = {"mrope": "default", "su": "longrope"}.get(scaling, scaling)
    carried = {name: section.raw(name) for name in CARRIED if name in section}
    if "partial_rotary_factor" in config:
        carried.setdefault("partial_rotary_factor", config.raw("partial_rotary_factor"))
    parameters = {"rope_theta": theta, **carried, **section.values, "rope_type": scaling}
    parameters.pop("type", None)
    return Positions(
        encoding="RoPE",
        declared=declared,
        native=_native(config, section, scaling, declared),
        rotary_dim=_rotary_dim(config, carried),
        theta=theta,
        scaling=scaling,
        parameters=parameters,
        carried=carried,
    )


def _rope_section(config: Config) -> Config:
    """rope_parameters (transformers 5) or rope_scaling (4); of a set for each kind of layer, that of full attention."""
    section = config.inner("rope_parameters") or config.inner("rope_scaling") or Config({}, config.where)
    return section.inner("full_attention") or section


def _rotary_dim(config: Config, carried: Mapping[str, Any]) -> int:
    rotary = config.optional_integer("qk_rope_head_dim", "rotary_dim")
    if rotary is not None:
        return rotary
    size = head_size(config, config.integer("num_attention_heads", "n_head", "n_heads"))
    share = Config(carried, config.where).number("partial_rotary_factor", 1.0)
    if share > 1:
        raise config.invalid(f"partial_rotary_factor is {share:g}, more than a whole head")
    return int(size * share)


def _native(config: Config, section: Config, scaling: str, declared: int) -> int:
    """What vLLM serves without an override of ours, or could if max_position_embeddings told the truth.

    yarn: the table of cosines has original * factor rows. linear, dynamic, ntk: vLLM multiplies the declared
    length by the factor, except for Gemma 3, whose declared length is the stretched one (`config/model.py`,
    `_get_and_verify_max_len`).
    """
    factor = section.number("factor", 1.0)
    if scaling == "yarn":
        original = section.integer("original_max_position_embeddings", default=declared)
        return max(declared, math.floor(original * factor)) if "factor" in section else declared
    if scaling in ("linear", "dynamic", "ntk") and not config.text("model_type").startswith("gemma3"):
        return math.floor(declared * factor)
    return declared
