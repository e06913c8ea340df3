"""A Hugging Face id in, its cached snapshot or its published config out: the one door to huggingface_hub,
which may be absent.
"""

import json
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from yarn_runtime.errors import ConfigInvalid, ModelUnknown

PATIENCE = 5.0
"""Seconds to wait for the hub."""
ELSEWHERE = "Point at a directory with a config.json, or choose one of `unspool models`."
ELSEWHERE = "Point at a directory with a config.json, or choose one of `unspool models`."


def cached_snapshot(name: str) -> Path | None:
    """The newest snapshot directory of the local Hugging Face cache that holds a config.json; needs no
    library.

    The layout is the hub's own: models--owner--name/snapshots/COMMIT/, with refs/main naming the commit.
    """
    home = Path(
        os.environ.get("HF_HOME")
        or Path(os.environ.get("XDG_CACHE_HOME") or "~/.cache").expanduser() / "huggingface"
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


def fetch_facts(name: str) -> Mapping[str, Any]:
    """The config.json that the hub publishes. Raises ModelUnknown where it, or the way to it, is missing."""
    try:
        from huggingface_hub import HfApi, hf_hub_download
        from huggingface_hub import errors as hub_errors
    except ImportError:
        raise ModelUnknown(
            f"{name} is not in the catalogue, and huggingface_hub is not installed to look further.",
            f"Install huggingface_hub, or: {ELSEWHERE}",
        ) from None
    try:
        HfApi().model_info(
            name, timeout=PATIENCE
        )  # without a network it fails at once, the download tries on
        path = hf_hub_download(name, "config.json", etag_timeout=PATIENCE)
        config = json.loads(Path(path).read_text(encoding="utf-8"))
    except hub_errors.GatedRepoError as error:
        raise ModelUnknown(
            f"{name} is gated on the hub.", "Accept its licence there and set HF_TOKEN."
        ) from error
    except hub_errors.RepositoryNotFoundError as error:
        raise ModelUnknown(f"The hub has no model {name}.", "Check the spelling: owner/name.") from error
    except hub_errors.EntryNotFoundError as error:
        raise ModelUnknown(
            f"{name} has no config.json on the hub.", "Choose its checkpoint in safetensors."
        ) from error
    except (OSError, hub_errors.HTTPError) as error:  # type: ignore[attr-defined]  # of its HTTP client
        unreachable = ModelUnknown(
            f"{name} is not in the catalogue, and the hub cannot be reached.",
            ELSEWHERE,
        )
        unreachable.retryable = True
        raise unreachable from error
    except ValueError as error:
        raise ConfigInvalid(
            f"config.json of {name} is not valid JSON.", "Clear it from the Hugging Face cache and try again."
        ) from error
    if not isinstance(config, dict):
        raise ConfigInvalid(f"config.json of {name} holds no JSON object.", "Choose another checkpoint.")
    return config
