"""What a model replied to a task that is not over yet, in and out of the library; knows no task and no engine.

A task's prompts follow from its documents and from the replies so far, so a task that was killed and is started again
asks the same, and is answered from here for as long as it had come.
"""

import json
from typing import Protocol

from assistant.answer import StepRecord
from assistant.store import Store


class Replies(Protocol):
    """Where the replies of unfinished tasks are kept."""

    def kept(self, key: str) -> tuple[str, StepRecord] | None:
        """The reply under this key, with what it cost."""

    def keep(self, run: str, key: str, reply: str, step: StepRecord) -> None:
        """Keep a reply for as long as its run is not over."""

    def forget(self, run: str) -> None:
        """The run is over."""


class Journal:
    """The replies that a library keeps. Raises LibraryDamaged."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def kept(self, key: str) -> tuple[str, StepRecord] | None:
        """The reply under this key, with what it cost."""
        with self._store.guarded():
            found = list(self._store.db.query("SELECT reply, step FROM replies WHERE key = ?", [key]))
        return (str(found[0]["reply"]), StepRecord(**json.loads(found[0]["step"]))) if found else None

    def keep(self, run: str, key: str, reply: str, step: StepRecord) -> None:
        """Keep a reply for as long as its run is not over."""
        with self._store.writing():
            row = [key, run, reply, json.dumps(step.to_json(), ensure_ascii=False)]
            self._store.db.execute("INSERT OR REPLACE INTO replies VALUES (?, ?, ?, ?)", row)

    def forget(self, run: str) -> None:
        """The run is over."""
        with self._store.writing():
            self._store.db.execute("DELETE FROM replies WHERE run = ?", [run])


class NothingKept:
    """Where a task runs without a library."""

    def kept(self, key: str) -> None:
        """Nothing."""

    def keep(self, run: str, key: str, reply: str, step: StepRecord) -> None:
        """Not done."""

    def forget(self, run: str) -> None:
        """There is nothing to forget."""
