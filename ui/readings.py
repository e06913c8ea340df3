"""Sources in, their documents in the library out, read one after another by the server, however tabs come and go."""

import re
import threading
from collections.abc import AsyncIterator, Callable, Sequence
from pathlib import Path
from queue import SimpleQueue
from typing import Protocol

from assistant import Library
from ingest import Document, SourceUnsupported
from ui.changes import Changes
from ui.problem_html import PROBLEMS, Problem

_REMEMBERED = 20
_ADDRESS = re.compile(r"https://[^/]")


class Read(Protocol):
    """Reads a file, folder or repository; raises an IngestError."""

    def __call__(self, source: str, *, progress: Callable[[int, int], None]) -> Document:
        """`progress` is told how many pages are read, of how many."""


class Reading:
    """One source that is read, or was."""

    def __init__(self, source: str, *, ours: bool) -> None:
        self.source = source
        self.ours = ours
        """Whether the file is a copy that was made for this reading only."""
        self.done, self.of = 0, 0
        """Pages."""
        self.document: Document | None = None
        self.problem: Problem | None = None
        self.over = False

    @property
    def name(self) -> str:
        """What a person calls it."""
        return Path(self.source.rstrip("/")).name or self.source


class Readings:
    """The sources of one library that are read, the last ones first to last."""

    def __init__(self, library: Library, read: Read, *, from_disk: bool = True) -> None:
        """`from_disk` lets a person name files and folders of this machine; otherwise addresses alone."""
        self._from_disk = from_disk
        self._library = library
        self._read = read
        self._changes = Changes()
        self._lock = threading.Lock()
        self._wanted: SimpleQueue[Reading] = SimpleQueue()
        self._working = False
        self.all: list[Reading] = []

    def begin(self, sources: Sequence[str], *, ours: bool = False) -> list[Reading]:
        """Read these after what is being read already."""
        begun = [Reading(source, ours=ours) for source in sources]
        for reading in begun:
            if not (ours or self._from_disk or _ADDRESS.match(reading.source)):
                reading.problem = SourceUnsupported(
                    f"{reading.name} is no https address of a git repository.",
                    "Drop files above, or give such an address.",
                )
                reading.over = True
        with self._lock:
            over = [reading for reading in self.all if reading.over]
            forgotten = over[: max(len(over) - _REMEMBERED, 0)]
            self.all = [reading for reading in self.all if reading not in forgotten] + begun
            wanted = [reading for reading in begun if not reading.over]
            for reading in wanted:
                self._wanted.put(reading)
            if wanted and not self._working:
                self._working = True
                threading.Thread(target=self._work, name="reading", daemon=True).start()
        return begun

    def going_on(self) -> list[Reading]:
        """Those that are not over."""
        return [reading for reading in self.all if not reading.over]

    async def changes(self, readings: Sequence[Reading]) -> AsyncIterator[bool]:
        """Whether any of them goes on: once now, and whenever something is new, until none does."""
        async for going_on in self._changes.each(lambda: any(not reading.over for reading in readings)):
            yield going_on

    def _work(self) -> None:
        while True:
            with self._lock:
                if self._wanted.empty():
                    self._working = False
                    return
            try:
                self._one(self._wanted.get())
            except BaseException:  # a fault of ours ends this thread, not the readings that wait
                threading.Thread(target=self._work, name="reading", daemon=True).start()
                raise

    def _one(self, reading: Reading) -> None:
        def progress(done: int, of: int) -> None:
            reading.done, reading.of = done, of
            self._changes.tell()

        self._changes.tell()
        try:
            if same := self._library.known(Path(reading.source)):
                reading.document = self._library.document(same)
            else:
                document = self._read(reading.source, progress=progress)
                self._library.add(document)
                reading.document = document
        except PROBLEMS as problem:
            reading.problem = problem
        finally:
            self._end(reading)
            self._changes.tell()

    def _end(self, reading: Reading) -> None:
        """The library has its own copy of an upload; the same file, dropped twice, lies at one path for both."""
        with self._lock:
            reading.over = True
            if reading.ours and not any(each.source == reading.source and not each.over for each in self.all):
                Path(reading.source).unlink(missing_ok=True)
