"""Users who want in, at most so many inside at once: the others wait in a line each and are let in by turns.

Knows no web framework; everything of it runs on one event loop.
"""

import asyncio
from collections import OrderedDict, deque


class Full(Exception):
    """Everyone who may wait waits already."""

    def __init__(self, waiting: int) -> None:
        super().__init__(f"{waiting} questions are waiting already.")
        self.waiting = waiting


class Turn:
    """One who is inside. Leaving twice is fine."""

    def __init__(self, turnstile: "Turnstile") -> None:
        self._turnstile: Turnstile | None = turnstile

    def leave(self) -> None:
        """Make room for whoever is next."""
        if self._turnstile is not None:
            self._turnstile._next()
            self._turnstile = None


class Turnstile:
    """Lets `most` in at once and `waiting` wait; of two users neither waits for more than one turn of the other."""

    def __init__(self, most: int, waiting: int) -> None:
        self._free = most
        self._may_wait = waiting
        self._lines: OrderedDict[str, deque[asyncio.Future[None]]] = OrderedDict()

    @property
    def waiting(self) -> int:
        """How many wait."""
        return sum(len(line) for line in self._lines.values())

    async def enter(self, user: str) -> Turn:
        """Wait until it is this user's turn. Raises Full; a caller that gives up waiting leaves the line."""
        if self._free and not self._lines:
            self._free -= 1
            return Turn(self)
        if self.waiting >= self._may_wait:
            raise Full(self.waiting)
        called: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._lines.setdefault(user, deque()).append(called)
        try:
            await called
        except asyncio.CancelledError:
            if called.done() and not called.cancelled():
                self._next()  # let in at the moment at which it gave up
            else:
                self._step_out(user, called)
            raise
        return Turn(self)

    def _next(self) -> None:
        while self._lines:
            user, line = next(iter(self._lines.items()))
            called = line.popleft()
            del self._lines[user]
            if line:
                self._lines[user] = line  # behind all others
            if not called.done():
                called.set_result(None)
                return
        self._free += 1

    def _step_out(self, user: str, called: "asyncio.Future[None]") -> None:
        line = self._lines.get(user)
        if line is not None and called in line:
            line.remove(called)
            if not line:
                del self._lines[user]
