"""A Hugging Face id in, its cached snapshot or what is published of it out: the one door to huggingface_hub,
which may be absent.
"""

import json
import math
import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from yarn_runtime.checkpoint import Checkpoint, known, sum_up
from yarn_runtime.errors import ConfigInvalid, ModelUnknown

if TYPE_CHECKING:
    from huggingface_hub import HfApi

PATIENCE = 5.0
"""Seconds to wait for the hub."""
ELSEWHERE = "Point at a directory with a config.json, or choose one of `unspool models`."


def cached_snapshot(name: str) -> Path | None:
    """The newest snapshot directory of the local Hugging Face cache that holds a config.json; needs no
    library.

    The layout is the hub's own: models--owner--name/snapshots/COMMIT/, with refs/main naming the commit.
    """
    home = Path(
        os.environ.get("HF_HOME") or Path(os.environ.get("XDG_CACHE_HOME") or "~/.cache").expanduser() / "huggingface"
    )
    cache = Path(os.environ.get("HF_HUB_CACHE") or home / "hub").expanduser()
    folder = cache / ("models--" + name.replace("/", "--"))
    try:
        commits = [(folder / "refs" / "main").read_text(encoding="utf-8").strip()]
    except OSError:
        commits = sorted(path.name for path in folder.glob("snapshots/*"))
    for commit in commits:
        snapshot = folder / "snapshots" / commit
        if (snapshot / "config.json").is_file():
            return snapshot
    return None


def obtainable(name: str) -> bool:
    """Whether an engine could load this model: it lies in the local cache, or the hub answers for it."""
    if cached_snapshot(name) is not None:
        return True
    try:
        fetch(name)
    except (ModelUnknown, ConfigInvalid):
        return False
    return True


@dataclass(frozen=True, slots=True)
class Published:
    """What the hub tells of a model without its weights being loaded."""

    config: Mapping[str, Any]
    checkpoint: Checkpoint | None
    """Summed up from the headers of its safetensors files, None where it has none."""


def fetch(name: str) -> Published:
    """The config.json and the safetensors headers that the hub publishes.

    Raises ModelUnknown where it has no such model or cannot be reached (then retryable), ConfigInvalid for damaged
    files.
    """
    try:
        from huggingface_hub import HfApi, hf_hub_download
        from huggingface_hub import errors as hub_errors
    except ImportError:
        raise ModelUnknown(
            f"{name} is not in the catalogue, and huggingface_hub is not installed to look further.",
            f"Install huggingface_hub, or: {ELSEWHERE}",
        ) from None
    try:
        HfApi().model_info(name, timeout=PATIENCE)  # without a network it fails at once, the download tries on
        path = hf_hub_download(name, "config.json", etag_timeout=PATIENCE)
        config = json.loads(Path(path).read_text(encoding="utf-8"))
        checkpoint = _headers(HfApi(), name)
    except hub_errors.GatedRepoError as error:
        raise ModelUnknown(f"{name} is gated on the hub.", "Accept its licence there and set HF_TOKEN.") from error
    except hub_errors.RepositoryNotFoundError as error:
        raise ModelUnknown(f"The hub has no model {name}.", "Check the spelling: owner/name.") from error
    except hub_errors.EntryNotFoundError as error:
        raise ModelUnknown(f"{name} has no config.json on the hub.", "Choose its checkpoint in safetensors.") from error
    except (OSError, hub_errors.HTTPError) as error:  # type: ignore[attr-defined]  # of its HTTP client
        unreachable = ModelUnknown(f"{name} is not in the catalogue, and the hub cannot be reached.", ELSEWHERE)
        unreachable.retryable = True
        raise unreachable from error
    except (ValueError, hub_errors.SafetensorsParsingError) as error:
        raise ConfigInvalid(
            f"config.json or a weight file of {name} is damaged on the hub.",
            "Clear it from the Hugging Face cache and try again.",
        ) from error
    if not isinstance(config, dict):
        raise ConfigInvalid(f"config.json of {name} holds no JSON object.", "Choose another checkpoint.")
    return Published(config, checkpoint)


def _headers(api: "HfApi", name: str) -> Checkpoint | None:
    """Reads the first bytes of each safetensors file, where the tensors are listed; loads no tensor."""
    from huggingface_hub.errors import NotASafetensorsRepoError

    try:
        metadata = api.get_safetensors_metadata(name)
    except NotASafetensorsRepoError:
        return None
    return sum_up(
        (tensor, math.prod(info.shape), info.dtype)
        for file in metadata.files_metadata.values()
        for tensor, info in file.tensors.items()
        if known(info.dtype)
    )
