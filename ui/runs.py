"""A tab in, its one running question out, so that each tab can stop its own and no other; knows no web framework."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from assistant import Run


class Slot:
    """Room for one run, which may be stopped before it has begun."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._run: Run | None = None
        self._stopped = False

    def start(self, begin: Callable[[], Run]) -> Run:
        """Begin the run; if a stop was wanted meanwhile it ends at once."""
        run = begin()
        with self._lock:
            self._run = run
            stopped = self._stopped
        if stopped:
            run.stop()
        return run

    def stop(self) -> None:
        """End the run, now or as soon as it begins; returns when the engine was told."""
        with self._lock:
            self._stopped = True
            run = self._run
        if run is not None:
            run.stop()


class Runs:
    """The runs of all tabs."""

    def __init__(self) -> None:
        self._slots: dict[str, Slot] = {}
        self._closed = False

    @contextmanager
    def slot(self, tab: str) -> Iterator[Slot]:
        """Room for a run of this tab; leaving the block stops the run, however it is left."""
        slot = self._slots[tab] = Slot()
        if self._closed:
            slot.stop()
        try:
            yield slot
        finally:
            slot.stop()
            if self._slots.get(tab) is slot:
                del self._slots[tab]

    def stop(self, tab: str) -> None:
        """Stop what this tab runs; nothing is fine too."""
        slot = self._slots.get(tab)
        if slot is not None:
            slot.stop()

    def close(self) -> None:
        """Stop what every tab runs, and whatever is begun from now on."""
        self._closed = True
        for slot in list(self._slots.values()):
            slot.stop()
