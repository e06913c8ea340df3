"""A text config (or what the checkpoint's headers say) in, bytes of weights on the device out; knows no file and no
GPU.

Counted as vLLM loads them: linear layers in the checkpoint's quantisation, embeddings, lm_head, norms, routers and
biases in the dtype of the engine, a tied lm_head not at all.
"""

import math
from dataclasses import dataclass

from yarn_runtime.attention import (
    CONVOLUTION,
    FULL,
    LINEAR,
    MAMBA,
    NONE,
    SLIDING,
    head_size,
    kv_head_count,
    layer_kinds,
)
from yarn_runtime.checkpoint import Checkpoint
from yarn_runtime.config import Config
from yarn_runtime.kv_cache import FLOAT_BYTES
from yarn_runtime.quantization import Quantization
from yarn_runtime.recurrent import gated_delta_net, inner_width, mamba

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
        "nemotron_h",
    }
)
"""Model types whose MLP has two matrices; all others gate (SwiGLU or GeGLU) and have three."""
QKV_BIAS = frozenset({"qwen", "qwen2", "qwen2_moe"})
"""Model types that have biases on Q, K and V without saying so in the config."""
HEAD_NORMS = frozenset({"qwen3", "qwen3_moe", "gemma3", "gemma3_text", "lfm2"})
"""Model types with a norm of head_dim on Q and on K."""
FOUR_NORMS = frozenset({"gemma2", "gemma3", "gemma3_text", "gemma4_text"})
"""Model types with a norm before and after both halves of a layer; others have the two before."""
GATED_OUTPUT = ("qwen3_next", "qwen3_5")
"""Model types whose Q projection carries a gate as wide as Q."""


@dataclass(frozen=True, slots=True)
class Parameters:
    """Weights of a model: `linear` can be quantised, `kept` never is (embeddings, lm_head, norms, biases, routers).

    `experts` is the part of `linear` that lies in a mixture of experts, `padded_experts` the same as MXFP4 kernels
    lay it out.
    """

    linear: int
    kept: int
    experts: int = 0
    padded_experts: int = 0

    @property
    def total(self) -> int:
        return self.linear + self.kept

    def __add__(self, other: "Parameters") -> "Parameters":
        return Parameters(
            self.linear + other.linear,
            self.kept + other.kept,
            self.experts + other.experts,
            self.padded_experts + other.padded_experts,
        )


def count_parameters(config: Config) -> Parameters:
    """Counts the weights of a decoder from its config. Raises ConfigInvalid where a needed field is missing."""
    hidden = config.integer("hidden_size", "n_embd", "d_model")
    vocabulary = config.integer("vocab_size")
    kind = config.text("model_type")
    kinds = layer_kinds(config)
    total = Parameters(0, _per_layer_embeddings(config, len(kinds)))
    alone = kind == "nemotron_h"  # every layer is one half only: a mixer or an MLP
    mixers = {each: _mixer(config, hidden, kind, each) for each in dict.fromkeys(kinds)}
    for layer, each in enumerate(kinds):
        total += mixers[each]
        if not alone or each == NONE:
            total += _mlp(config, hidden, kind, layer)
    norms = 1 if alone else 4 if kind in FOUR_NORMS else 2
    ties = config.flag("tie_word_embeddings", default=ties_by_default(kind))
    return total + Parameters(0, (len(kinds) * norms + 1) * hidden + vocabulary * hidden * (1 if ties else 2))


def count_tower(config: Config) -> int:
    """The image encoder that a multimodal checkpoint brings along, kept in the engine's dtype.

    Four attention matrices and a two- or three-matrix MLP a layer, as in SigLIP and the Qwen-VL towers; the latter
    merge four patches through two matrices, at the end and at the levels of their "deepstack".
    """
    section = config.inner("vision_config")
    if section is None:
        return 0
    depth = section.integer("depth", "num_hidden_layers", default=0, smallest=0)
    hidden = section.integer("hidden_size", "embed_dim", default=0, smallest=0)
    width = section.integer("intermediate_size", default=4 * hidden, smallest=0)
    matrices = 3 if section.text("hidden_act") == "silu" else 2
    merged = hidden * section.integer("spatial_merge_size", default=2) ** 2
    levels = section.raw("deepstack_visual_indexes")
    mergers = 1 + (len(levels) if isinstance(levels, list) else 0)
    merger = merged * (merged + section.integer("out_hidden_size", default=0, smallest=0))
    return depth * hidden * (4 * hidden + matrices * width) + mergers * merger * ("depth" in section)


def ties_by_default(model_type: str) -> bool:
    """Whether lm_head is the embedding where the config does not say (transformers leaves default values out)."""
    return model_type.startswith("gemma") or model_type in ("gpt2", "opt", "bloom", "mpt", "falcon", "smollm3", "lfm2")


def _per_layer_embeddings(config: Config, count: int) -> int:
    """Gemma 3n and Gemma 4 E: a small embedding of every token for every layer."""
    width = config.integer("hidden_size_per_layer_input", default=0, smallest=0)
    return config.integer("vocab_size_per_layer_input", default=config.integer("vocab_size")) * width * count


def _mixer(config: Config, hidden: int, kind: str, layer_kind: str) -> Parameters:
    """The half of a layer that looks at other tokens."""
    if layer_kind in (FULL, SLIDING):
        return _attention(config, hidden, kind, layer_kind)
    if layer_kind == LINEAR:
        return _delta_net(config, hidden)
    if layer_kind == MAMBA:
        return _mamba(config, hidden)
    if layer_kind == CONVOLUTION:
        return Parameters(4 * hidden * hidden, hidden * config.integer("conv_L_cache", default=3))
    return Parameters(0, 0)


def _attention(config: Config, hidden: int, kind: str, layer_kind: str) -> Parameters:
    heads = config.integer("num_attention_heads", "n_head", "n_heads")
    if "kv_lora_rank" in config:
        return _latent_attention(config, hidden, heads)
    size, kv_heads = head_size(config, heads), kv_head_count(config, heads)
    if layer_kind == FULL:
        size = config.integer("global_head_dim", default=size)
        kv_heads = config.integer("num_global_key_value_heads", default=kv_heads)
    q, kv = heads * size, kv_heads * size
    linear = hidden * q * (2 if kind.startswith(GATED_OUTPUT) else 1) + 2 * hidden * kv + q * hidden
    biased = config.flag("attention_bias", default=config.flag("qkv_bias", default=kind in QKV_BIAS))
    normed = kind in HEAD_NORMS or kind.startswith(GATED_OUTPUT)
    return Parameters(linear, (q + 2 * kv if biased else 0) + (2 * size if normed else 0))


def _latent_attention(config: Config, hidden: int, heads: int) -> Parameters:
    """MLA as in DeepSeek-V2 (arXiv 2405.04434, 2.1): Q straight or by a low rank, K and V through a shared latent."""
    latent, rotary = config.integer("kv_lora_rank"), config.integer("qk_rope_head_dim")
    plain, value = config.integer("qk_nope_head_dim"), config.integer("v_head_dim")
    q_rank = config.optional_integer("q_lora_rank")
    q = heads * (plain + rotary)
    linear = hidden * q if q_rank is None else hidden * q_rank + q_rank * q
    linear += hidden * (latent + rotary) + latent * heads * (plain + value) + heads * value * hidden
    return Parameters(linear, latent + (q_rank or 0))


def _delta_net(config: Config, hidden: int) -> Parameters:
    """A gated delta net: Q, K, V, Z and two gates a head in, a short convolution over Q, K, V, the values out."""
    state = gated_delta_net(config)
    heads = config.integer("linear_num_value_heads", default=32)
    size = config.integer("linear_value_head_dim", default=128)
    linear = hidden * (state.convolution + heads * size + 2 * heads) + heads * size * hidden
    return Parameters(linear, state.convolution * state.kernel + 2 * heads + size)


def _mamba(config: Config, hidden: int) -> Parameters:
    """Mamba 2 (one projection in, one out), or Mamba 1 (with its projections of the state and of the step)."""
    state = mamba(config)
    heads = config.optional_integer("mamba_num_heads", "mamba_n_heads")
    convolution = state.convolution * (state.kernel + 1)
    if heads is not None:
        inner = inner_width(config, heads)
        return Parameters(
            hidden * (inner + state.convolution + heads) + inner * hidden, convolution + 3 * heads + inner
        )
    inner = state.convolution
    size = state.recurrent // inner
    rank = config.raw("mamba_dt_rank")
    rank = rank if isinstance(rank, int) and 0 < rank <= inner else math.ceil(hidden / 16)
    linear = 3 * hidden * inner + inner * (rank + 2 * size) + rank * inner
    return Parameters(linear, convolution + inner * (size + 2))


def _mlp(config: Config, hidden: int, kind: str, layer: int) -> Parameters:
    """The other half: a plain MLP or a mixture of experts."""
    matrices = 2 if kind in UNGATED else 3
    experts = config.integer("num_experts", "n_routed_experts", "num_local_experts", default=0, smallest=0)
    dense = layer < config.integer("first_k_dense_replace", default=0, smallest=0)
    if "expert_layer_period" in config:  # Jamba
        offset = config.integer("expert_layer_offset", default=0, smallest=0)
        dense = layer % config.integer("expert_layer_period") != offset
    if experts <= 1 or dense or not config.flag("enable_moe_block", default=True):
        width = config.integer("intermediate_size", "n_inner", "ffn_dim", default=4 * hidden)
        if config.flag("block_auto_adjust_ff_dim"):  # LFM2
            step = config.integer("block_multiple_of", default=256)
            width = math.ceil(2 * width // 3 / step) * step
        return Parameters(matrices * hidden * width, 0)
    width = config.integer("moe_intermediate_size", "intermediate_size")
    shared = config.integer("n_shared_experts", default=0, smallest=0) * width
    shared += config.integer("shared_expert_intermediate_size", "shared_intermediate_size", default=0, smallest=0)
    gate = hidden if "shared_expert_intermediate_size" in config else 0
    routed = matrices * hidden * experts * width
    padded = matrices * experts * _up(hidden, MXFP4_HIDDEN) * _up(width, MXFP4_WIDTH)
    return Parameters(routed + matrices * hidden * shared, experts * hidden + gate, routed, padded)


MXFP4_HIDDEN, MXFP4_WIDTH = 256, 128
"""MXFP4 kernels round an expert's sides up to these (vLLM's `quantization/mxfp4.py`): gpt-oss's 2880 to 3072 x 2944."""


def _up(value: int, step: int) -> int:
    return -(-value // step) * step


def weights_bytes(
    dtype: str,
    *,
    checkpoint: Checkpoint | None,
    parameters: Parameters,
    quantization: Quantization | None,
    tied: bool,
    tower: int = 0,
) -> int:
    """Bytes of the weights on the device, from the checkpoint's headers where there are any.

    `tower` is the image encoder's number of weights, 0 where it is not loaded.
    """
    each = FLOAT_BYTES[dtype]
    experts_only = quantization is not None and quantization.experts_only and parameters.experts > 0
    if checkpoint is not None:
        floats = checkpoint.floats - (checkpoint.head_elements if tied else 0)
        floats -= 0 if tower else checkpoint.tower_elements
        padded, experts = (parameters.padded_experts, parameters.experts) if experts_only else (1, 1)
        return floats * each + checkpoint.packed_bytes * padded // experts
    if quantization is None:
        return (parameters.total + tower) * each
    if experts_only:
        packed = math.ceil(parameters.padded_experts * quantization.weight_bytes)
        return packed + (parameters.total - parameters.experts + tower) * each
    return math.ceil(parameters.linear * quantization.weight_bytes) + (parameters.kept + tower) * each
