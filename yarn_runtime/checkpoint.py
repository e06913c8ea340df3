"""A checkpoint directory in, what its safetensors headers say about the weights out; reads headers only,
never a tensor.
"""

import json
import math
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
LARGEST_HEADER = 100_000_000
"""The safetensors library refuses longer headers, too."""
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


def read_checkpoint(directory: Path) -> Checkpoint | None:
    """Sums up the safetensors files of the directory; None where it holds none of them. Raises ConfigInvalid
    for damaged ones.
    """
    index = directory / "model.safetensors.index.json"
    names = (
        _indexed(index) if index.is_file() else sorted(path.name for path in directory.glob("*.safetensors"))
    )
    floats = packed = head = 0
    for name in names:
        for tensor, entry in _header(directory / name).items():
            if tensor == "__metadata__":
                continue
            elements, kind = _shape(directory / name, entry)
            if kind in FLOATS:
                floats += elements
                head += elements if tensor in ("lm_head.weight", "language_model.lm_head.weight") else 0
            else:
                packed += elements * OTHERS[kind]
    return Checkpoint(floats, packed, head) if names else None


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
    """The JSON header of one file: eight bytes of length, little endian, then the object (safetensors
    format).
    """
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
    try:
        elements, kind = math.prod(entry["shape"]), entry["dtype"]
    except (KeyError, TypeError) as error:
        raise ConfigInvalid(f"{path} describes a tensor without shape or dtype.", HINT) from error
    if (kind not in FLOATS and kind not in OTHERS) or not isinstance(elements, int) or elements < 0:
        raise ConfigInvalid(
            f"{path} holds a tensor of the unknown kind {kind!r}.",
            "Update this program or choose another model.",
        )
    return elements, kind
