"""A text config in, what each decoder layer keeps for the tokens it has seen out; knows no dtype and no memory.

Element counts follow vLLM's `v1/kv_cache_interface.py`: K and V of every KV head for full and sliding layers, one
latent vector for multi-head latent attention, a fixed state for recurrent layers, nothing for those without memory.
"""

from dataclasses import dataclass, replace

from yarn_runtime.config import Config
from yarn_runtime.errors import ConfigInvalid, ModelUnsupported
from yarn_runtime.recurrent import State, gated_delta_net, mamba, short_convolution


@dataclass(frozen=True, slots=True)
class Attention:
    """A layer that keeps `elements` numbers for a token, in `heads` heads with one K and one V each.

    `window` is the number of tokens that a sliding layer looks back on, None where it looks back on all of them.
    `latent` marks MLA: a single vector in place of K and V, the same on every GPU of a tensor-parallel group.
    """

    elements: int
    heads: int
    window: int | None = None
    latent: bool = False

    def share(self, gpus: int) -> "Attention":
        """What one GPU of a tensor-parallel group keeps: its share of the heads, at least one."""
        if self.latent or gpus == 1:
            return self
        heads = max(1, self.heads // gpus)
        return replace(self, elements=self.elements // self.heads * heads, heads=heads)


Layer = Attention | State

FULL, SLIDING, LINEAR, MAMBA, CONVOLUTION, NONE = "full", "sliding", "linear", "mamba", "convolution", "none"
KINDS = {
    "full_attention": FULL,
    "attention": FULL,
    "sliding_attention": SLIDING,
    "chunked_attention": SLIDING,
    "linear_attention": LINEAR,
    "mamba": MAMBA,
    "conv": CONVOLUTION,
    "mlp": NONE,
    "moe": NONE,
}
"""The words of transformers' `layer_types` and `layers_block_type`."""
PATTERN = {"*": FULL, "M": MAMBA, "-": NONE, "E": NONE}
"""The letters of Nemotron-H's `hybrid_override_pattern`."""
STRANGE = frozenset(
    {"mamba", "mamba2", "falcon_mamba", "zamba", "zamba2", "falcon_h1", "recurrent_gemma", "rwkv", "rwkv5", "rwkv7"}
    | {"kimi_linear", "minimax", "minimax_text_01", "xlstm", "bailing_hybrid", "plamo2", "phi4flash", "hymba"}
)
"""Model types whose layers keep something that is not counted here."""


def layers(config: Config) -> tuple[Layer, ...]:
    """One entry for each layer that keeps something, in order.

    Raises ConfigInvalid where a needed field is missing, ModelUnsupported for kinds of layers that are not known here.
    """
    kind = config.text("model_type")
    if kind in STRANGE or "linear_attn_config" in config or "attn_type_list" in config:
        raise ModelUnsupported(
            f"{config.where}: the layers of {kind or 'this model'} are not known to this planner.",
            "Choose a model with attention layers, or update this program.",
        )
    kinds = layer_kinds(config)
    if len(kinds) > MOST_LAYERS:
        raise config.invalid(f"it has {len(kinds)} layers, which no model has")
    if FULL not in kinds and SLIDING not in kinds:
        raise config.invalid("no layer has attention")
    shared = config.integer("num_kv_shared_layers", default=0, smallest=0)
    if shared >= len(kinds):
        raise config.invalid(f"num_kv_shared_layers is {shared} of {len(kinds)} layers")
    kept = kinds[: len(kinds) - shared]  # Gemma 3n, Gemma 4: the last layers read what earlier ones wrote
    made = {each: _layer(config, each) for each in dict.fromkeys(kept)}
    return tuple(layer for each in kept if (layer := made[each]) is not None)


def _layer(config: Config, kind: str) -> Layer | None:
    if kind in (FULL, SLIDING):
        return _latent(config) if "kv_lora_rank" in config else _attention(config, kind)
    if kind == LINEAR:
        return gated_delta_net(config)
    if kind == MAMBA:
        return mamba(config)
    return short_convolution(config) if kind == CONVOLUTION else None


def _attention(config: Config, kind: str) -> Attention:
    heads = config.integer("num_attention_heads", "n_head", "n_heads")
    kv_heads, size = kv_head_count(config, heads), head_size(config, heads)
    if kind == FULL:  # Gemma 4 has wider and fewer heads where it looks back on everything
        size = config.integer("global_head_dim", default=size)
        kv_heads = config.integer("num_global_key_value_heads", default=kv_heads)
        return Attention(2 * kv_heads * size, kv_heads)
    window = config.optional_integer("sliding_window", "attention_chunk_size")
    if window is None:
        raise config.invalid("layer_types has sliding layers and sliding_window is missing")
    return Attention(2 * kv_heads * size, kv_heads, window)


def layer_kinds(config: Config) -> tuple[str, ...]:
    """The kind of each layer, also where an older config says it otherwise."""
    pattern = config.text("hybrid_override_pattern")
    if pattern:
        return tuple(_known(config, PATTERN, letter) for letter in pattern)
    words = config.words("layer_types") or config.words("layers_block_type")
    if words:
        count = config.integer(*LAYER_COUNT, default=len(words))
        if len(words) != count:
            raise config.invalid(f"layer_types names {len(words)} layers and num_hidden_layers says {count}")
        return tuple(_known(config, KINDS, word) for word in words)
    count = config.integer(*LAYER_COUNT)
    if count > MOST_LAYERS:
        raise config.invalid(f"num_hidden_layers is {count}, which no model has")
    return _periodic(config, count)


LAYER_COUNT = ("num_hidden_layers", "n_layer", "num_layers", "n_layers")
MOST_LAYERS = 10_000


def _periodic(config: Config, count: int) -> tuple[str, ...]:
    """Configs that give a rhythm in place of a list."""
    kind = config.text("model_type")
    if "attn_layer_period" in config:  # Jamba
        period = config.integer("attn_layer_period")
        offset = config.integer("attn_layer_offset", default=0, smallest=0)
        return tuple(FULL if i % period == offset else MAMBA for i in range(count))
    if "full_attention_interval" in config or kind.startswith(("qwen3_next", "qwen3_5")):
        every = config.integer("full_attention_interval", default=4)
        return tuple(FULL if (i + 1) % every == 0 else LINEAR for i in range(count))
    if kind.startswith("lfm2") and "full_attn_idxs" in config:
        whole = set(config.whole_numbers("full_attn_idxs"))
        return tuple(FULL if i in whole else CONVOLUTION for i in range(count))
    if kind == "llama4_text":
        return tuple(FULL if (i + 1) % 4 == 0 else SLIDING for i in range(count))
    if kind == "gpt_oss":
        return tuple(FULL if i % 2 else SLIDING for i in range(count))
    if "sliding_window" not in config or not config.flag("use_sliding_window", default=not kind.startswith("qwen")):
        return (FULL,) * count
    rhythm = SLIDING_RHYTHM.get(kind, 0)
    every = config.integer("sliding_window_pattern", "_sliding_window_pattern", default=rhythm, smallest=0)
    if every == 0:  # Mistral 7B v0.1, Phi-3: every layer slides
        return (SLIDING,) * count
    return tuple(FULL if (i + 1) % every == 0 else SLIDING for i in range(count))


SLIDING_RHYTHM = {"gemma2": 2, "gemma3": 6, "gemma3_text": 6, "gemma3n_text": 5, "gemma4_text": 6, "cohere2": 4}
"""One layer in so many looks back on everything, where the config does not say."""


def _known(config: Config, kinds: dict[str, str], word: str) -> str:
    if word not in kinds:
        raise ModelUnsupported(
            f"{config.where}: layers of the kind {word!r} are not known to this planner.",
            "Choose a model with attention layers, or update this program.",
        )
    return kinds[word]


def kv_head_count(config: Config, heads: int) -> int:
    """KV heads; as many as query heads where the config names none (multi-head attention)."""
    if config.raw("multi_query") is True and config.raw("new_decoder_architecture") is not True:
        return 1
    kv_heads = config.integer(
        "num_key_value_heads", "n_head_kv", "num_kv_heads", "multi_query_group_num", default=heads
    )
    if kv_heads > heads or heads % kv_heads:
        raise config.invalid(f"{heads} attention heads cannot share {kv_heads} KV heads")
    return kv_heads


def head_size(config: Config, heads: int) -> int:
    """Numbers in one head: `head_dim`, or hidden_size / heads where that is not given."""
    size = config.optional_integer("head_dim", "hidden_size_per_head", "attention_head_dim")
    if size is not None:
        return size
    hidden = config.integer("hidden_size", "n_embd", "d_model")
    if hidden % heads:
        raise config.invalid(f"hidden_size {hidden} is no multiple of its {heads} attention heads")
    return hidden // heads


def _latent(config: Config) -> Attention:
    try:
        rotary = config.integer("qk_rope_head_dim")
    except ConfigInvalid:
        raise config.invalid("kv_lora_rank is given and qk_rope_head_dim is missing") from None
    return Attention(elements=config.integer("kv_lora_rank") + rotary, heads=1, latent=True)
