"""A running server in, one that goes on running out: starts it again when it is gone or silent, or wanted otherwise."""

import threading
import time
from collections import deque
from collections.abc import Callable
from pathlib import Path

from yarn_runtime import record
from yarn_runtime.canary import Canary
from yarn_runtime.environment import Say
from yarn_runtime.errors import RuntimeProblem
from yarn_runtime.plan import Profile
from yarn_runtime.server import Server
from yarn_runtime.switch import fulfil, refuse, wished

PERIOD_SECONDS = 2.0
SILENT_LOOKS = 5
"""Looks in a row without an answer of /health before a server that still runs counts as hanging."""
CANARY_SECONDS = 60.0
"""How often a server that answers is asked whether it computes."""
MOST_RESTARTS = 3
WITHIN_SECONDS = 600.0

Start = Callable[[Profile, Callable[[], bool]], Server]
"""Gives a new, ready server of that profile at the same address, or raises a RuntimeProblem, soon when it is unwanted.
"""


class Watch:
    """Looks after one server in a thread of its own, until `close`."""

    def __init__(self, server: Server, start: Start, place: Path, *, profile: Profile, model: str, say: Say) -> None:
        """`place` is the file of the engine's record: while it is there the engine is wanted, by whatever process, and
        a wish for another profile lies beside it.
        """
        self._server = server
        self._start = start
        self._place = place
        self._profile = profile
        self._model = model
        self._say = say
        self._closing = threading.Event()
        self._restarts: deque[float] = deque()
        self._silent = 0
        self._canary = Canary(server.client, model)
        self._canary_due = time.monotonic() + CANARY_SECONDS
        self.gave_up = threading.Event()
        """Set when the engine is not started once more: it failed too often, or is not wanted any more."""
        self._thread = threading.Thread(target=self._watch, name="engine watch", daemon=True)
        self._thread.start()

    def close(self) -> None:
        """Stop watching, then stop the server."""
        self._closing.set()
        self._thread.join()
        self._server.stop()

    def _watch(self) -> None:
        while not self._closing.wait(PERIOD_SECONDS) and not self.gave_up.is_set():
            if profile := wished(self._place, self._profile):
                self._switch(profile)
                continue
            fault = self._fault()
            if fault is None:
                continue
            if self._place.exists():
                self._restart(fault)
            else:
                self._give_up("The engine was stopped.")

    def _fault(self) -> str | None:
        """Any exit counts, code 0 too: a dead engine core ends the server with 0."""
        if self._server.exit_code is not None:
            return f"ended (exit code {self._server.exit_code})"
        self._silent = 0 if self._server.client.healthy() else self._silent + 1
        if self._silent >= SILENT_LOOKS:
            return "does not answer any more"
        if self._silent == 0 and time.monotonic() >= self._canary_due:
            self._canary_due = time.monotonic() + CANARY_SECONDS
            if not self._canary.sings():
                return "does not compute any more"
        return None

    def _give_up(self, why: str) -> None:
        self._say(why)
        record.forget(self._place)
        self.gave_up.set()

    def _restart(self, fault: str) -> None:
        now = time.monotonic()
        while self._restarts and now - self._restarts[0] > WITHIN_SECONDS:
            self._restarts.popleft()
        self._server.stop()
        if len(self._restarts) >= MOST_RESTARTS:
            self._give_up(
                f"The engine {fault}. It failed {MOST_RESTARTS + 1} times within {WITHIN_SECONDS / 60:.0f} minutes"
                f" and is not started again. Its log: {self._server.log}"
            )
            return
        pause = 2.0 ** len(self._restarts)
        self._restarts.append(now)
        self._say(f"The engine {fault}. Starting it again in {pause:.0f} s.")
        if self._closing.wait(pause):
            return
        try:
            self._begin(self._profile)
        except RuntimeProblem as problem:
            self._say(problem.message)  # the next look finds the dead server, and counts

    def _switch(self, profile: Profile) -> None:
        """A start that fails is told to whoever wished it; the next look finds the dead server, and starts the one
        before.
        """
        self._say(f"The {profile} profile is wanted: the engine is started anew.")
        self._server.stop()
        try:
            self._begin(profile)
        except RuntimeProblem as problem:
            self._say(problem.message)
            refuse(self._place, problem)
        else:
            self._profile = profile
            fulfil(self._place)

    def _begin(self, profile: Profile) -> None:
        self._silent = 0
        self._server = self._start(profile, self._closing.is_set)
        self._canary_due = time.monotonic() + CANARY_SECONDS
        self._canary = Canary(self._server.client, self._model)
