"""A checkpoint directory in, what its safetensors headers say about the weights out; reads headers only,
never a tensor.
"""

import json
import math
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from yarn_runtime.errors import ConfigInvalid

FLOATS = {"F64": 8, "F32": 4, "F16": 2, "BF16": 2}
"""Stored kinds that vLLM loads in the dtype it is started with."""
OTHERS = {
    "F8_E4M3": 1,
    "F8_E5M2": 1,
    "F8_E8M0": 1,
    "I64": 8,
    "I32": 4,
    "I16": 2,
    "I8": 1,
    "U8": 1,
    "U16": 2,
    "U32": 4,
    "U64": 8,
    "BOOL": 1,
}
TOWERS = frozenset(
    {"visual", "vision_tower", "vision_model", "audio_tower", "multi_modal_projector", "embed_vision", "embed_audio"}
)
"""Parts of a tensor's name that tell an encoder for images or sound."""
LARGEST_HEADER = 100_000_000
"""The safetensors library refuses longer headers, too."""
LARGEST_SIDE = 10**13
"""Numbers in one tensor, or along one side of it; ten times beyond the largest models as a whole."""
HINT = "The download is incomplete or damaged: load the model anew."


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """Numbers stored as floats (loaded in the engine's dtype) and the bytes of all other tensors (loaded as
    they are).
    """

    floats: int
    packed_bytes: int
    head_elements: int
    """Numbers of a stored lm_head, which a model with tied embeddings does not load."""
    tower_elements: int = 0
    """Numbers of image and sound encoders, which an engine for text alone does not load."""


def read_checkpoint(directory: Path) -> Checkpoint | None:
    """Sums up the directory's safetensors files; None where it holds none. Raises ConfigInvalid for damaged ones."""
    index = directory / "model.safetensors.index.json"
    names = _indexed(index) if index.is_file() else sorted(path.name for path in directory.glob("*.safetensors"))
    tensors = (
        (tensor, *_shape(directory / name, entry))
        for name in names
        for tensor, entry in _header(directory / name).items()
        if tensor != "__metadata__"
    )
    return sum_up(tensors) if names else None


def known(kind: str) -> bool:
    """Whether the size of this kind of number is known here."""
    return kind in FLOATS or kind in OTHERS


def sum_up(tensors: Iterable[tuple[str, int, str]]) -> Checkpoint:
    """The checkpoint of tensors given as (name, numbers, kind)."""
    floats = packed = head = tower = 0
    for name, elements, kind in tensors:
        if kind in FLOATS:
            floats += elements
            head += elements if name in ("lm_head.weight", "language_model.lm_head.weight") else 0
            tower += elements if any(part in TOWERS for part in name.split(".")) else 0
        else:
            packed += elements * OTHERS[kind]
    return Checkpoint(floats, packed, head, tower)


def _indexed(index: Path) -> list[str]:
    try:
        files = set(json.loads(index.read_text(encoding="utf-8"))["weight_map"].values())
    except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise ConfigInvalid(f"{index} names no weights.", HINT) from error
    if not files or not all(isinstance(name, str) and Path(name).name == name for name in files):
        raise ConfigInvalid(f"{index} names no weights.", HINT)
    missing = sorted(name for name in files if not (index.parent / name).is_file())
    if len(missing) == len(files):
        return []
    if missing:
        raise ConfigInvalid(
            f"{index.parent} lacks {len(missing)} of its {len(files)} weight files, {missing[0]} first.", HINT
        )
    return sorted(files)


def _header(path: Path) -> dict[str, Any]:
    """The JSON header of one file: eight bytes of length, little endian, then the object (safetensors format)."""
    try:
        with path.open("rb") as file:
            size = int.from_bytes(file.read(8), "little")
            if size > LARGEST_HEADER:
                raise ConfigInvalid(f"{path} is no safetensors file.", HINT)
            header = json.loads(file.read(size))
    except (OSError, ValueError, RecursionError) as error:
        raise ConfigInvalid(f"{path} is no safetensors file.", HINT) from error
    if not isinstance(header, dict):
        raise ConfigInvalid(f"{path} is no safetensors file.", HINT)
    return header


def _shape(path: Path, entry: Any) -> tuple[int, str]:
    """(numbers, kind) of one tensor, checked: a damaged header may hold anything."""
    shape, kind = (entry.get("shape"), entry.get("dtype")) if isinstance(entry, dict) else (None, None)
    if not isinstance(shape, list) or not all(type(side) is int and 0 <= side <= LARGEST_SIDE for side in shape):
        raise ConfigInvalid(f"{path} describes a tensor without a shape.", HINT)
    if not isinstance(kind, str) or not known(kind):
        raise ConfigInvalid(
            f"{path} holds a tensor of the unknown kind {kind!r}.", "Update this program or choose another model."
        )
    elements = math.prod(shape)
    if elements > LARGEST_SIDE:
        raise ConfigInvalid(f"{path} describes a tensor that is larger than any model.", HINT)
    return elements, kind
