"""A text config in, what each decoder layer keeps for the tokens it has seen out; knows no dtype and no
memory.

Element counts follow vLLM's `v1/kv_cache_interface.py`: K and V of every KV head for full and sliding layers,
one latent vector for multi-head latent attention.
"""

from dataclasses import dataclass

from yarn_runtime.config import Config
from yarn_runtime.errors import ConfigInvalid, ModelUnsupported


@dataclass(frozen=True, slots=True)
class Attention:
    """A layer that keeps `elements` numbers for a token, in `heads` heads with one K and one V each.

    `window` is the number of tokens that a sliding layer looks back on, None where it looks back on all of
    them. `latent` marks MLA: a single vector in place of K and V.
    """

    elements: int
    heads: int
    window: int | None = None
    latent: bool = False


WINDOWED = ("sliding_attention",)
WHOLE = ("full_attention", "attention")


def layers(config: Config) -> tuple[Attention, ...]:
    """One Attention for each decoder layer, in order.

    Raises ConfigInvalid where a needed field is missing, ModelUnsupported for kinds of layers that are not
    known here.
    """
    count = config.integer("num_hidden_layers", "n_layer", "num_layers", "n_layers")
    if count > 10_000:
        raise config.invalid(f"num_hidden_layers is {count}, which no model has")
    if "kv_lora_rank" in config:
        return (_latent(config),) * count
    heads = config.integer("num_attention_heads", "n_head", "n_heads")
    kv_heads = kv_head_count(config, heads)
    whole = Attention(elements=2 * kv_heads * head_size(config, heads), heads=kv_heads)
    kinds = layer_kinds(config, count)
    window = config.optional_integer("sliding_window")
    if any(kind in WINDOWED for kind in kinds) and window is None:
        raise config.invalid("layer_types has sliding layers and sliding_window is missing")
    sliding = Attention(whole.elements, kv_heads, window)
    return tuple(sliding if kind in WINDOWED else whole for kind in kinds)


def layer_kinds(config: Config, count: int) -> tuple[str, ...]:
    """The kind of each layer in the words of transformers' `layer_types`, also where an older config says it
    otherwise.
    """
    kinds = config.words("layer_types")
    if kinds and len(kinds) != count:
        raise config.invalid(f"layer_types names {len(kinds)} layers and num_hidden_layers says {count}")
    if kinds:
        for kind in kinds:
            if kind not in WINDOWED + WHOLE:
                raise ModelUnsupported(
                    f"{config.where}: layers of the kind {kind!r} are not known to this planner.",
                    "Choose a model with attention layers, or update this program.",
                )
        return kinds
    if "sliding_window" not in config or not config.flag("use_sliding_window", default=True):
        return ("full_attention",) * count
    pattern = config.optional_integer("sliding_window_pattern", "_sliding_window_pattern")
    if pattern is None and config.text("model_type").startswith("gemma3"):
        pattern = 6
    if pattern is None and config.text("model_type") == "gemma2":
        pattern = 2
    if pattern is None:  # Mistral 7B v0.1, Phi-3: every layer slides
        return ("sliding_attention",) * count
    return tuple("full_attention" if (i + 1) % pattern == 0 else "sliding_attention" for i in range(count))


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
    size = config.optional_integer("head_dim", "hidden_size_per_head")
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
