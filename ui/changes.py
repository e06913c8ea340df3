"""Something that changes in one thread in, its changes out to whoever follows it in an event loop."""

import asyncio
import threading
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import contextmanager, suppress

_DRAW_SECONDS = 0.1
"""What changes faster is drawn only this often."""


class Changes:
    """Tells every follower that something is new; none has to be there."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._followers: set[Callable[[], None]] = set()

    def tell(self) -> None:
        """Something is new; from any thread."""
        with self._lock:
            followers = list(self._followers)
        for follower in followers:
            follower()

    async def each(self, going_on: Callable[[], bool]) -> AsyncIterator[bool]:
        """Whether it goes on: once now, then after every change, until it does not."""
        changed = asyncio.Event()
        with self._watched(changed):
            while True:
                changed.clear()
                more = going_on()
                yield more
                if not more:
                    return
                await changed.wait()
                if going_on():
                    await asyncio.sleep(_DRAW_SECONDS)

    @contextmanager
    def _watched(self, changed: asyncio.Event) -> Iterator[None]:
        loop = asyncio.get_running_loop()

        def follower() -> None:
            with suppress(RuntimeError):  # the loop has just been closed
                loop.call_soon_threadsafe(changed.set)

        with self._lock:
            self._followers.add(follower)
        try:
            yield
        finally:
            with self._lock:
                self._followers.discard(follower)
