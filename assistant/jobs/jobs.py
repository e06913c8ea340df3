"""The state of every item of every job in and out of the library: what is done is done in one transaction with its
answer, so that no crash lets an item be done twice or half.
"""

import contextlib
import hashlib
import json
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any

from filelock import FileLock, Timeout

from assistant import rows
from assistant.answer import Answer
from assistant.errors import AssistantError
from assistant.jobs.item import UNFINISHED, Item
from assistant.jobs.order import Order
from assistant.library import Library

_COLUMNS = ("source", "question", "state", "reason", "key", "document_id", "tokens", "answer_id")


class JobBusy(AssistantError):
    """Another process works on the job of that name."""


class JobDiffers(AssistantError):
    """The job of that name does something else."""


class JobMissing(AssistantError):
    """The library knows no job of that name."""


class Jobs:
    """The jobs of one library. Raises LibraryDamaged."""

    def __init__(self, library: Library) -> None:
        self.library = library
        self._store = library.store

    @contextlib.contextmanager
    def held(self, order: Order) -> Iterator[str]:
        """The job is this process's alone for as long as the block lasts; gives the conversation of its answers.

        What was being worked on when another process was ended is queued again. Raises JobBusy, JobDiffers.
        """
        lock = FileLock(self.library.folder / f".job-{hashlib.sha256(order.name.encode()).hexdigest()[:32]}.lock")
        try:
            lock.acquire(blocking=False)
        except Timeout as error:
            raise JobBusy(
                f"The job {order.name} is being worked on by another process.", "Wait for it, or name this one: --job."
            ) from error
        try:
            yield self._open(order)
        finally:
            lock.release()

    def orders(self) -> list[Order]:
        """What every job does, without its questions: those are in its items."""
        with self._store.guarded():
            known = self._store.db.query("SELECT name, task FROM jobs ORDER BY rowid")
            return [Order.from_json(row["name"], json.loads(row["task"])) for row in known]

    def order(self, name: str) -> Order:
        """What the job of that name does. Raises JobMissing."""
        found = [order for order in self.orders() if order.name == name]
        if not found:
            raise JobMissing(f"There is no job “{name}”.", "Start it first.")
        return found[0]

    def counted(self, job: str) -> dict[str, int]:
        """How many items of a job are in each state."""
        with self._store.guarded():
            found = self._store.db.query(
                "SELECT state, count(*) AS number FROM items WHERE job = ? GROUP BY state", [job]
            )
            return {row["state"]: row["number"] for row in found}

    def add(self, job: str, items: Sequence[Item]) -> None:
        """Queue what the job does not know yet."""
        with self._store.writing():
            self._store.db.conn.executemany(
                "INSERT OR IGNORE INTO items VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                [(job, number, *(getattr(item, name) for name in _COLUMNS)) for number, item in enumerate(items)],
            )

    def items(self, job: str) -> list[Item]:
        """All items of a job, in the order in which their sources were named."""
        with self._store.guarded():
            found = self._store.db.query(
                f"SELECT {', '.join(_COLUMNS)} FROM items WHERE job = ? ORDER BY number, source, question", [job]
            )
            return [Item(**row) for row in found]

    def keep(self, job: str, item: Item) -> None:
        """How far an item has come."""
        with self._store.writing():
            self._update(job, item)

    def finish(self, job: str, conversation: str, item: Item, answer: Answer, model: str, run: str) -> None:
        """Done: its answer is kept and the replies that led to it are forgotten, all or nothing."""

        def done(key: int) -> None:
            self._update(job, _done(item, key))
            self._store.db.execute("DELETE FROM replies WHERE run = ?", [run])

        self.library.add_answer(conversation, answer, model, done)

    def share(self, job: str, item: Item) -> bool:
        """Whether another item, of this or another job, has done the same; then this one is done by its answer."""
        with self._store.writing():
            same = "SELECT answer_id FROM items WHERE key = ? AND state = 'done' AND answer_id IS NOT NULL LIMIT 1"
            found = list(self._store.db.query(same, [item.key]))
            if found:
                self._update(job, _done(item, found[0]["answer_id"]))
        return bool(found)

    def queue_failed(self, job: str, *, unread_only: bool = False) -> int:
        """Try again what failed, or `unread_only` what could not be read: its file may be mended or there by now, and
        to find out costs no engine. Returns how many items that are."""
        chosen = "job = ? AND state = 'failed'" + (" AND document_id = ''" if unread_only else "")
        with self._store.writing():
            found = self._store.db.execute(f"UPDATE items SET state = 'queued', reason = '' WHERE {chosen}", [job])
            return int(found.rowcount)

    def answer(self, item: Item) -> dict[str, Any] | None:
        """The answer of an item that is done, in the form of `Library.answers`."""
        with self._store.guarded():
            found = list(self._store.db.query("SELECT * FROM answers WHERE id = ?", [item.answer_id]))
        return rows.answer(found[0]) if found else None

    def _open(self, order: Order) -> str:
        asked = json.dumps(order.to_json(), sort_keys=True)
        with self._store.guarded():
            known = list(self._store.db.query("SELECT task, conversation_id FROM jobs WHERE name = ?", [order.name]))
        if known and known[0]["task"] != asked:
            raise JobDiffers(f"The job {order.name} does something else.", "Give this one another name: --job.")
        conversation = known[0]["conversation_id"] if known else None
        if conversation is None:
            conversation = self.library.start_conversation(f"Batch: {order.name}")
        with self._store.writing():
            row = [order.name, asked, conversation]
            self._store.db.execute("INSERT OR REPLACE INTO jobs VALUES (?, ?, ?)", row)
            marks = ", ".join("?" * len(UNFINISHED))
            self._store.db.execute(
                f"UPDATE items SET state = 'queued' WHERE job = ? AND (state IN ({marks})"
                " OR (state = 'done' AND answer_id IS NULL))",
                [order.name, *UNFINISHED],
            )
        return str(conversation)

    def _update(self, job: str, item: Item) -> None:
        values = [item.state, item.reason, item.key, item.document_id, item.tokens, item.answer_id]
        self._store.db.execute(
            "UPDATE items SET state = ?, reason = ?, key = ?, document_id = ?, tokens = ?, answer_id = ?"
            " WHERE job = ? AND source = ? AND question = ?",
            [*values, job, item.source, item.question],
        )


def _done(item: Item, answer_id: int) -> Item:
    return replace(item, state="done", reason="", answer_id=answer_id)
