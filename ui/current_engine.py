"""An engine that may be switched meanwhile in, the one that runs now out, and what a switch would bring."""

import threading
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from yarn_runtime import Engine, EngineRecord, Profile, Say, attach, read_record, stop_engine, switch, switch_cost


@dataclass(frozen=True, slots=True)
class Offer:
    """A profile that the engine could be switched to."""

    profile: Profile
    limit: int
    """max_model_len in tokens."""
    cost: str
    """What it takes, in words."""


class CurrentEngine:
    """The engine that answers now; it is another one after a switch, whoever wanted it."""

    def __init__(
        self,
        engine: Engine,
        record: Path | None = None,
        paces: Path | None = None,
        start: Callable[[Say], Engine] | None = None,
    ) -> None:
        """`record` is the file that names it; without one it is never switched. `start` starts another one like it."""
        self._start = start
        self._starting = threading.Lock()
        self._engine = engine
        self._record = record
        self._paces = paces
        self._seen = self._entry()

    def __call__(self) -> Engine:
        """Raises EngineUnreachable while it is started again."""
        entry = self._entry()
        if entry is not None and entry != self._seen:
            self._engine = attach(entry.url, Path(entry.directory) if entry.directory else None, self._paces)
            self._seen = entry
        return self._engine

    @property
    def record(self) -> EngineRecord | None:
        """What is written down of it; None for one that others keep."""
        return self._entry()

    def stop(self) -> None:
        """End it, whoever keeps it."""
        if self._record is not None:
            stop_engine(self._record)

    @property
    def startable(self) -> bool:
        """Whether it was ended, and can be started from here."""
        return self._start is not None and self.record is None and not self._starting.locked()

    def start(self, say: Say) -> None:
        """Start one where none runs; raises what that raises."""
        with self._starting:
            if self._start is not None and self.record is None:
                self._engine = self._start(say)
                self._seen = self._entry()

    @property
    def profile(self) -> Profile | None:
        """How it is served; None where that is not known."""
        entry = self._entry()
        return entry.profile if entry else None

    def offer(self) -> Offer | None:
        """The other profile, if there is one."""
        entry = self._entry()
        if entry is None:
            return None
        others = [profile for profile in entry.lengths if profile != entry.profile]
        return Offer(others[0], entry.lengths[others[0]], switch_cost(entry, others[0])) if others else None

    def switch(self, profile: Profile, say: Say) -> None:
        """Have it restarted; raises as `yarn_runtime.switch` does."""
        if self._record is not None:
            switch(self._record, profile, say)

    def _entry(self) -> EngineRecord | None:
        """The record of this very engine, not of one at another address."""
        entry = read_record(self._record) if self._record else None
        return entry if entry is not None and entry.url == self._engine.url else None
