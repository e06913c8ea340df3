"""A running engine and a wanted profile in, the same engine by the other plan out: asks whoever keeps it to restart it.

The wish is a file beside the engine's record, so that any process can ask: the one that keeps the engine looks for it.
"""

import json
import time
from pathlib import Path

from yarn_runtime import record
from yarn_runtime.client import EngineClient
from yarn_runtime.environment import Say
from yarn_runtime.errors import EngineBusy, EngineMissing, EngineStartFailed, OptionInvalid, RuntimeProblem
from yarn_runtime.plan import Profile
from yarn_runtime.record import EngineRecord
from yarn_runtime.server import phase
from yarn_runtime.whole_file import write_whole

_LOOK_SECONDS = 0.5
_PATIENCE_SECONDS = 1800.0
"""The keeper gives up long before, and says so; this is for one that hangs."""


def switch(file: Path, profile: Profile, say: Say, *, force: bool = False) -> EngineRecord:
    """Have the engine that the record `file` names restarted by that profile, and wait until it answers.

    Raises EngineMissing if none runs, OptionInvalid if it has no such profile, EngineBusy while it works on something
    (unless `force`), EngineStartFailed if the start failed: then it goes on as before.
    """
    entry = record.read(file)
    if entry is None:
        raise EngineMissing("No engine runs that could be switched.", "Start one: unspool serve")
    if entry.profile == profile:
        return entry
    if profile not in entry.lengths:
        raise OptionInvalid(
            f"The engine that runs has no {profile} profile.", "Start one with a longer --context than its native one."
        )
    gauges = EngineClient(entry.url).gauges()
    if not force and (busy := gauges.running + gauges.waiting):
        raise EngineBusy(
            f"The engine works on {busy} question{'s' * (busy > 1)}, which a restart would end.", "Wait, or stop them."
        )
    if not write_whole(_wish(file), json.dumps({"profile": profile})):
        raise EngineStartFailed(f"The wish cannot be written to {_wish(file)}.", "Free space there.")
    return _awaited(file, entry, profile, say)


def cost(entry: EngineRecord, profile: Profile) -> str:
    """What a switch to that profile takes, in a sentence or two."""
    told = (
        f"The {profile} profile holds {entry.lengths[profile]:,} tokens instead of {entry.max_model_len:,}. Switching"
        f" takes about {entry.start_seconds:.0f} s, and what the engine has read must be read again."
    )
    return told + (" A stretched engine answers short questions a little worse." if profile == "long" else "")


def wished(file: Path, running: Profile) -> Profile | None:
    """The other profile, if someone wants it; for the process that keeps the engine."""
    try:
        wish = json.loads(_wish(file).read_text("utf-8"))
        profile = wish["profile"]
        failed = "failed" in wish
    except (OSError, ValueError, TypeError, KeyError):
        return None
    return profile if profile in ("native", "long") and profile != running and not failed else None


def fulfil(file: Path) -> None:
    """The wish is done with."""
    _wish(file).unlink(missing_ok=True)


def refuse(file: Path, problem: RuntimeProblem) -> None:
    """Tell whoever wished that the start failed."""
    write_whole(_wish(file), json.dumps({"profile": "", "failed": problem.message, "hint": problem.hint}))


def _wish(file: Path) -> Path:
    return file.with_suffix(".switch")


def _awaited(file: Path, before: EngineRecord, profile: Profile, say: Say) -> EngineRecord:
    started, told = time.monotonic(), ""
    while time.monotonic() - started < _PATIENCE_SECONDS:
        now = record.read(file)
        if now is not None and now.profile == profile:
            return now
        if problem := _failure(file):
            fulfil(file)
            raise problem
        if now is None:
            break
        doing = phase(Path(before.log))
        if doing != told:
            say(f"  {doing} ({time.monotonic() - started:.0f} s)")
            told = doing
        time.sleep(_LOOK_SECONDS)
    fulfil(file)
    raise EngineStartFailed("The engine ended while it was to be switched.", f"Its log: {before.log}")


def _failure(file: Path) -> EngineStartFailed | None:
    try:
        wish = json.loads(_wish(file).read_text("utf-8"))
        return EngineStartFailed(str(wish["failed"]), str(wish.get("hint", "")))
    except (OSError, ValueError, TypeError, KeyError, AttributeError):
        return None
