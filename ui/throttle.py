"""Tries by what they are counted under in, how long the next one has to wait out; knows no password."""

import threading
import time
from collections import OrderedDict, deque
from collections.abc import Callable

_MOST = 10_000
"""Keys that are remembered; beyond, those that were tried longest ago are forgotten."""


class Throttle:
    """At most `tries` in vain under one key within `seconds`."""

    def __init__(self, tries: int, seconds: float, now: Callable[[], float] = time.monotonic) -> None:
        self._tries = tries
        self._seconds = seconds
        self._now = now
        self._lock = threading.Lock()
        self._tried: OrderedDict[str, deque[float]] = OrderedDict()

    def enter(self, key: str) -> float:
        """Count one more try, before it is known whether it is in vain; or, uncounted, the seconds it has to wait."""
        with self._lock:
            now = self._now()
            times = self._tried.setdefault(key, deque())
            self._tried.move_to_end(key)
            while times and times[0] + self._seconds <= now:
                times.popleft()
            if len(times) >= self._tries:
                return times[0] + self._seconds - now
            times.append(now)
            if len(self._tried) > _MOST:
                self._tried.popitem(last=False)
            return 0.0

    def take_back(self, key: str) -> None:
        """The last try was not in vain."""
        with self._lock:
            if times := self._tried.get(key):
                times.pop()
