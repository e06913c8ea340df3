"""A text config (or what the checkpoint's headers say) in, bytes of weights on the device out; knows no file
and no GPU.

Counted as vLLM loads them: linear layers in the checkpoint's quantisation, embeddings, lm_head, norms,
routers and biases in the dtype of the engine, a tied lm_head not at all.
"""

import math
from dataclasses import dataclass
from fractions import Fraction

from yarn_runtime.attention import head_size, kv_head_count, layers
from yarn_runtime.checkpoint import Checkpoint
from yarn_runtime.config import Config
from yarn_runtime.kv_cache import FLOAT_BYTES
from yarn_runtime.quantization import Quantization

UNGATED = frozenset(
    {
        "gpt2",
        "opt",
        "gpt_neox",
        "gpt_bigcode",
        "bloom",
        "mpt",
        "falcon",
        "phi",
        "starcoder2",
        "gptj",
        "gpt_neo",
    }
)
"""Model types whose MLP has two matrices; all others gate (SwiGLU or GeGLU) and have three."""
QKV_BIAS = frozenset({"qwen", "qwen2", "qwen2_moe"})
"""Model types that have biases on Q, K and V without saying so in the config."""
HEAD_NORMS = frozenset({"qwen3", "qwen3_moe", "gemma3", "gemma3_text"})
"""Model types with a norm of head_dim on Q and on K."""
FOUR_NORMS = frozenset({"gemma2", "gemma3", "gemma3_text"})
"""Model types with a norm before and after both halves of a layer; others have the two before."""


@dataclass(frozen=True, slots=True)
class Parameters:
    """Weights of a model: `linear` can be quantised, `kept` never is (embeddings, lm_head, norms, biases,
    routers).
    """

    linear: int
    kept: int

    @property
    def total(self) -> int:
        return self.linear + self.kept


def count_parameters(config: Config) -> Parameters:
    """Counts the weights of a decoder from its config. Raises ConfigInvalid where a needed field is
    missing.
    """
    hidden = config.integer("hidden_size", "n_embd", "d_model")
    vocabulary = config.integer("vocab_size")
    count = len(layers(config))
    kind = config.text("model_type")
    linear, kept = _attention(config, hidden, kind)
    linear, kept = count * linear, count * kept
    for layer in range(count):
        mlp_linear, mlp_kept = _mlp(config, hidden, kind, layer)
        linear, kept = linear + mlp_linear, kept + mlp_kept
    kept += count * hidden * (4 if kind in FOUR_NORMS else 2) + hidden
    kept += (
        vocabulary * hidden * (1 if config.flag("tie_word_embeddings", default=ties_by_default(kind)) else 2)
    )
    return Parameters(linear, kept)


def ties_by_default(model_type: str) -> bool:
    """Whether lm_head is the embedding where the config does not say (transformers leaves default values
    out).
    """
    return model_type in (
        "gemma",
        "gemma2",
        "gemma3",
        "gemma3_text",
        "gpt2",
        "opt",
        "bloom",
        "mpt",
        "falcon",
        "smollm3",
    )


def _attention(config: Config, hidden: int, kind: str) -> tuple[int, int]:
    """(linear, kept) of one attention block."""
    heads = config.integer("num_attention_heads", "n_head", "n_heads")
    if "kv_lora_rank" in config:
        return _latent_attention(config, hidden, heads)
    size = head_size(config, heads)
    q, kv = heads * size, kv_head_count(config, heads) * size
    linear = hidden * q + 2 * hidden * kv + q * hidden
    biased = config.flag("attention_bias", default=config.flag("qkv_bias", default=kind in QKV_BIAS))
    return linear, (q + 2 * kv if biased else 0) + (2 * size if kind in HEAD_NORMS else 0)


def _latent_attention(config: Config, hidden: int, heads: int) -> tuple[int, int]:
    """MLA as in DeepSeek-V2 (arXiv 2405.04434, 2.1): Q straight or through a low rank, K and V through a
    shared latent.
    """
    latent, rotary = config.integer("kv_lora_rank"), config.integer("qk_rope_head_dim")
    plain, value = config.integer("qk_nope_head_dim"), config.integer("v_head_dim")
    q_rank = config.optional_integer("q_lora_rank")
    q = heads * (plain + rotary)
    linear = hidden * q if q_rank is None else hidden * q_rank + q_rank * q
    linear += hidden * (latent + rotary) + latent * heads * (plain + value) + heads * value * hidden
    return linear, latent + (q_rank or 0)


def _mlp(config: Config, hidden: int, kind: str, layer: int) -> tuple[int, int]:
    """(linear, kept) of one layer's feed-forward half, a plain one or a mixture of experts."""
    matrices = 2 if kind in UNGATED else 3
    experts = config.integer("num_experts", "n_routed_experts", "num_local_experts", default=0, smallest=0)
    dense = layer < config.integer("first_k_dense_replace", default=0, smallest=0)
    if experts == 0 or dense:
        width = config.integer("intermediate_size", "n_inner", "ffn_dim", default=4 * hidden)
        return matrices * hidden * width, 0
    width = config.integer("moe_intermediate_size", "intermediate_size")
    shared = config.integer("n_shared_experts", default=0, smallest=0) * width
    shared += config.integer("shared_expert_intermediate_size", default=0, smallest=0)
    gate = hidden if "shared_expert_intermediate_size" in config else 0
    return matrices * hidden * (experts * width + shared), experts * hidden + gate


def weights_bytes(
    dtype: str,
    *,
    checkpoint: Checkpoint | None,
    parameters: Parameters,
    quantization: Quantization | None,
    tied: bool,
) -> int:
    """Bytes of the weights on the device, from the checkpoint's headers where there are any."""
    each = FLOAT_BYTES[dtype]
    if checkpoint is not None:
        return (
            checkpoint.floats - (checkpoint.head_elements if tied else 0)
        ) * each + checkpoint.packed_bytes
    linear = quantization.weight_bytes if quantization else Fraction(each)
    return math.ceil(parameters.linear * linear) + parameters.kept * each
