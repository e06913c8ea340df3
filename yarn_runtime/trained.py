"""A model's name and facts in, the length it was really trained for and what its makers endorse out; curated,
with sources.

A config's max_position_embeddings is not always the trained length: Qwen3 declares 40,960 after training on
32,768, base models of Qwen2.5 and mirrors of QwQ-32B declare the 131,072 that they reach with YaRN only.
Rules go by the shape of the config, so that a renamed local copy is recognised too.
"""

from collections.abc import Callable
from dataclasses import dataclass

from yarn_runtime.config import Config
from yarn_runtime.positions import Positions


@dataclass(frozen=True, slots=True)
class Trained:
    """Tokens: `native` needs no stretch of ours, `endorsed` is how far the makers say it goes with YaRN."""

    native: int
    endorsed: int
    source: str = ""
    """Where the numbers come from, empty where they are the config's own."""


QWEN3 = "Qwen3 model cards and technical report: trained on 32,768, YaRN to 131,072 from 4B on"
QWEN25 = "Qwen2.5 model cards: trained on 32,768, YaRN to 131,072 from 7B on"
MILLION = 1_010_000
"""The length that Qwen's cards give for YaRN with factor 4 from 262,144."""


@dataclass(frozen=True, slots=True)
class Rule:
    applies: Callable[[Config, Positions], bool]
    native: int
    endorsed: Callable[[Config], int]
    source: str


RULES = (
    Rule(
        lambda config, positions: config.text("model_type") in ("qwen3", "qwen3_moe") and positions.theta == 1e6,
        32_768,
        lambda config: (
            131_072 if config.integer("hidden_size") >= 2560 or config.text("model_type") == "qwen3_moe" else 32_768
        ),
        QWEN3,
    ),
    Rule(
        lambda config, positions: config.text("model_type") == "qwen2" and positions.theta == 1e6,
        32_768,
        lambda config: 131_072 if config.integer("hidden_size") >= 3584 else 32_768,
        QWEN25,
    ),
    Rule(
        lambda config, positions: config.text("model_type") in ("qwen3_next", "qwen3_5_text", "qwen3_5_moe_text"),
        262_144,
        lambda config: MILLION,
        "Qwen3-Next and Qwen3.5 model cards: 262,144 native, YaRN to 1,010,000",
    ),
)


def trained(config: Config, positions: Positions) -> Trained:
    """The first rule that applies to a checkpoint without a scaling of its own, else what its config says."""
    if positions.stretchable:
        for rule in RULES:
            if rule.applies(config, positions):
                native = min(rule.native, positions.declared)
                return Trained(native, max(native, rule.endorsed(config)), rule.source)
    return Trained(positions.native, positions.native)
