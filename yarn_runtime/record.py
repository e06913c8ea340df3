"""A running engine in, a file by which other commands find it out: who runs where; starts and stops nothing."""

import contextlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path

import psutil

from yarn_runtime.plan import Profile


@dataclass(frozen=True, slots=True)
class EngineRecord:
    """What one process writes down about the engine that it keeps."""

    url: str
    model: str
    """The name under which it is served."""
    directory: str | None
    """Where its checkpoint, and so its tokenizer, lies; None if it is not on this machine's disk."""
    max_model_len: int
    profile: Profile
    lengths: Mapping[Profile, int]
    """max_model_len by profile, of those that it can be switched to without stopping it."""
    pid: int
    """Of the keeper: ending it ends the engine."""
    host: int
    """The pid of the command that serves, which starts the engine again if it dies and switches its profile."""
    host_started: float
    """The host's start, seconds since the epoch: with the pid it names one process for ever."""
    start_seconds: float
    """What the engine's start took."""
    log: str

    @property
    def alive(self) -> bool:
        """Whether that very host still runs; a pid that was given to another program does not count."""
        try:
            process = psutil.Process(self.host)
            return abs(process.create_time() - self.host_started) < 1.0 and process.status() != psutil.STATUS_ZOMBIE
        except psutil.Error:
            return False


def write(file: Path, record: EngineRecord) -> None:
    """Replace the record in one move."""
    file.parent.mkdir(parents=True, exist_ok=True)
    part = file.with_suffix(".part")
    part.write_text(json.dumps(asdict(record), indent=1), "utf-8")
    part.replace(file)


def read(file: Path) -> EngineRecord | None:
    """The record of an engine that is served, though it may just be starting again; a stale or damaged file is removed
    and counts as none.
    """
    try:
        record = EngineRecord(**json.loads(file.read_text("utf-8")))
    except FileNotFoundError:
        return None
    except (OSError, ValueError, TypeError):
        record = None
    if record is None or not record.alive:
        forget(file)
        return None
    return record


def forget(file: Path) -> None:
    """Remove the record; none is fine too."""
    with contextlib.suppress(OSError):
        file.unlink()
