"""A text config in, the same with what its makers left out filled in: published configs omit their class's defaults.

The values are those of transformers' config classes (5.19, `models/*/configuration_*.py`), for the model types whose
published configs really rely on them.
"""

from collections.abc import Mapping
from typing import Any

from yarn_runtime.config import Config

GEMMA3: Mapping[str, Any] = {
    "vocab_size": 262_208,
    "num_attention_heads": 8,
    "num_key_value_heads": 4,
    "head_dim": 256,
    "max_position_embeddings": 131_072,
    "sliding_window": 4096,
}
QWEN35: Mapping[str, Any] = {
    "vocab_size": 248_320,
    "head_dim": 256,
    "max_position_embeddings": 262_144,
    "mamba_ssm_dtype": "float32",
}
BY_TYPE: Mapping[str, Mapping[str, Any]] = {
    "gemma3_text": GEMMA3,
    "gemma3": GEMMA3,
    "gemma2": {"vocab_size": 256_000, "head_dim": 256, "max_position_embeddings": 8192, "sliding_window": 4096},
    "gemma4_text": {"vocab_size": 262_144, "head_dim": 256, "global_head_dim": 512, "sliding_window": 512},
    "gpt_oss": {"head_dim": 64, "sliding_window": 128, "attention_bias": True, "max_position_embeddings": 131_072},
    "qwen3": {"head_dim": 128},
    "qwen3_moe": {"head_dim": 128},
    "qwen3_next": {"head_dim": 256, "linear_num_value_heads": 32},
    "qwen3_5_text": QWEN35,
    "qwen3_5_moe_text": QWEN35,
}


def with_defaults(config: Config) -> Config:
    """The config with the defaults of its model_type under what it says itself."""
    missing = {name: value for name, value in BY_TYPE.get(config.text("model_type"), {}).items() if name not in config}
    return Config({**config.values, **missing}, config.where) if missing else config
