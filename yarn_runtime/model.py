"""A Hugging Face id or a checkpoint directory in, the facts that a plan needs out; loads no weights, needs no
network.
"""

from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Literal

from yarn_runtime.attention import Layer, layers
from yarn_runtime.catalogue import catalogue
from yarn_runtime.checkpoint import Checkpoint, read_checkpoint
from yarn_runtime.config import Config, read_config
from yarn_runtime.defaults import with_defaults
from yarn_runtime.errors import ModelUnknown, ModelUnsupported
from yarn_runtime.hub import cached_snapshot, fetch
from yarn_runtime.kv_cache import FLOAT_BYTES
from yarn_runtime.overhead import Widths
from yarn_runtime.positions import Positions, read_positions
from yarn_runtime.quantization import Quantization, read_quantization
from yarn_runtime.trained import Trained, trained
from yarn_runtime.weights import Parameters, count_parameters, count_tower, ties_by_default, weights_bytes

NO_DECODERS = frozenset(
    {
        "bert",
        "roberta",
        "xlm-roberta",
        "distilbert",
        "deberta-v2",
        "modernbert",
        "t5",
        "mt5",
        "bart",
        "whisper",
        "clip",
        "siglip",
        "vit",
    }
)
Origin = Literal["directory", "cache", "catalogue", "hub"]
TOWERS = ("vision_config", "audio_config", "visual")
"""Sections of the encoders for other things than text."""
TEXT_SECTIONS = ("text_config", "thinker_config", "llm_config", "language_config")
"""Where multimodal configs keep the decoder's own config."""


@dataclass(frozen=True, slots=True)
class ModelFacts:
    """What a plan needs to know of a model."""

    name: str
    """What a person calls it: the hub id, or the directory's name."""
    location: str
    """What the engine is given: the hub id, or the directory's absolute path."""
    directory: Path | None
    """Where its files lie on this machine, None where they are still to be loaded from the hub."""
    origin: Origin
    """Where the facts come from."""
    model_type: str
    section: tuple[str, ...]
    """The keys that lead to the decoder's config, empty where the config is flat."""
    widths: Widths
    attention_heads: int
    layers: tuple[Layer, ...]
    positions: Positions
    trained: Trained
    dtype: str
    """The dtype it was published in."""
    tied: bool
    quantization: Quantization | None
    parameters: Parameters
    tower: int
    """Weights of an image encoder, which text alone does not need."""
    multimodal: bool
    """Whether it takes images or sound besides text."""
    checkpoint: Checkpoint | None
    """None where only the config is known."""

    def weights_bytes(self, dtype: str, text_only: bool = True) -> int:
        """Bytes of the weights on the device when served in this dtype, without the encoders where it is for text
        only.
        """
        return weights_bytes(
            dtype,
            checkpoint=self.checkpoint,
            parameters=self.parameters,
            quantization=self.quantization,
            tied=self.tied,
            tower=0 if text_only else max(self.tower, 1),
        )


def load_model(model: str | Path) -> ModelFacts:
    """Reads the facts from a directory, else the local Hugging Face cache, the shipped catalogue, or the hub,
    in this order.

    Raises ModelUnknown where none of them knows it, ConfigInvalid for a damaged or contradictory checkpoint,
    ModelUnsupported for a model that is no decoder or has layers that are not known here.
    """
    path = Path(model).expanduser()
    if path.is_dir():
        path = path.resolve()
        return read_facts(read_config(path), name=path.name, origin="directory", directory=path)
    name = str(model)
    if isinstance(model, Path) or not _is_hub_id(name):
        raise ModelUnknown(
            f"{name} is neither a directory nor a Hugging Face id.",
            "Name a directory with a config.json, or an id such as Qwen/Qwen3-4B.",
        )
    snapshot = cached_snapshot(name)
    listed = name.lower() in catalogue()
    if snapshot is not None and (listed or any(snapshot.glob("*.safetensors"))):
        return read_facts(read_config(snapshot), name=name, origin="cache", directory=snapshot)
    if listed:
        return shipped(name.lower())
    try:
        published = fetch(name)
    except ModelUnknown:
        if snapshot is None:
            raise
        return read_facts(read_config(snapshot), name=name, origin="cache", directory=snapshot)
    config = Config(published.config, f"config.json of {name}")
    return read_facts(config, name=name, origin="hub", checkpoint=published.checkpoint)


@cache
def shipped(name: str) -> ModelFacts:
    """The facts of a model of the shipped catalogue, by its id in lower case."""
    entry = catalogue()[name]
    return read_facts(entry.config, name=entry.name, origin="catalogue")


def read_facts(
    whole: Config,
    *,
    name: str,
    origin: Origin,
    directory: Path | None = None,
    checkpoint: Checkpoint | None = None,
) -> ModelFacts:
    """The facts of a parsed config.json and of its weights, where its directory is here or its headers were read.

    Raises as `load_model` does.
    """
    kind = whole.text("model_type")
    if whole.flag("is_encoder_decoder") or kind in NO_DECODERS:
        raise ModelUnsupported(
            f"{name} ({kind}) is no decoder-only language model.", "Choose a chat or base language model."
        )
    config, section = decoder_config(whole)
    config = with_defaults(config)
    if "dual_chunk_attention_config" in config:
        raise ModelUnsupported(
            f"{name} needs dual chunk attention, which no current vLLM backend offers.",
            "Choose the model without -1M in its name and let the plan stretch it.",
        )
    positions = read_positions(config)
    kind = config.text("model_type", kind)
    tied = config.flag("tie_word_embeddings", default=ties_by_default(kind))
    return ModelFacts(
        name=name,
        location=str(directory) if origin == "directory" else name,
        directory=directory,
        origin=origin,
        model_type=kind,
        section=section,
        widths=read_widths(config, whole),
        attention_heads=config.integer("num_attention_heads", "n_head", "n_heads"),
        layers=layers(config),
        positions=positions,
        trained=trained(config, positions),
        dtype=_dtype(config, whole),
        tied=whole.flag("tie_word_embeddings", default=tied),
        quantization=read_quantization(whole) or read_quantization(config),
        parameters=count_parameters(config),
        tower=count_tower(whole),
        multimodal=any(name in whole for name in TOWERS),
        checkpoint=read_checkpoint(directory) if directory else checkpoint,
    )


def decoder_config(whole: Config) -> tuple[Config, tuple[str, ...]]:
    """The decoder's own config and the keys that lead to it: a multimodal config nests it."""
    for name in TEXT_SECTIONS:
        inner = whole.inner(name)
        if inner is not None and inner.values:
            config, keys = decoder_config(inner)
            return config, (name, *keys)
    return whole, ()


def read_widths(config: Config, whole: Config) -> Widths:
    """The widths that size a pass through the model."""
    hidden = config.integer("hidden_size", "n_embd", "d_model")
    feed_forward = config.integer("intermediate_size", "n_inner", "ffn_dim", default=4 * hidden)
    visited = config.integer("num_experts_per_tok", "top_k_experts", default=0, smallest=0)
    if visited and "moe_intermediate_size" in config:
        feed_forward = max(feed_forward, visited * config.integer("moe_intermediate_size"))
    vision = whole.inner("vision_config")
    patch = 0
    if vision is not None and config.text("model_type").startswith("qwen"):
        width = vision.integer("hidden_size", default=0, smallest=0)
        patch = 4 * (width + vision.integer("intermediate_size", default=4 * width, smallest=0))
    return Widths(hidden, feed_forward, config.integer("vocab_size"), patch)


def _dtype(config: Config, whole: Config) -> str:
    for section in (config, whole):
        for key in ("dtype", "torch_dtype"):
            value = section.text(key).removeprefix("torch.")
            if value in FLOAT_BYTES:
                return value
    return "bfloat16"


def _is_hub_id(name: str) -> bool:
    """owner/name or a bare name, in the letters that the hub allows."""
    parts = name.split("/")
    letters = all(part and part.replace("-", "").replace("_", "").replace(".", "").isalnum() for part in parts)
    return len(parts) <= 2 and letters and not name.startswith(".")
