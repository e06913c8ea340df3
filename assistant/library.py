"""Documents, conversations and answers in and out of one SQLite file; knows no engine and no page."""

import contextlib
import hashlib
import json
import shutil
import time
import uuid
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from assistant import answer_rows, rows
from assistant.answer import Answer
from assistant.durable import put
from assistant.errors import ConversationMissing, DocumentMissing
from assistant.journal import Journal
from assistant.kept_pages import KeptPages
from assistant.listed import Conversation, Shelved
from assistant.meaning_index import Encodes
from assistant.schema import joined
from assistant.search import Search
from assistant.store import Store, forget_runs
from assistant.turn import Turn
from ingest import Document, is_current

_ABANDONED_SECONDS = 3600
"""A copy without a document that is older is no other process's that is just being added."""


class Library:
    """One person's documents and answers. Every change is one transaction; several
    processes may hold it open, and several threads may use one.

    Raises LibraryDamaged where the file is no library or the disk fails, DocumentMissing for unknown documents.
    """

    def __init__(self, folder: Path, encoder: Encodes | None = None, say: Callable[[str], None] | None = None) -> None:
        """`encoder` lets `search` judge by meaning; without it words decide. `say` takes its progress."""
        self.search = Search(self, encoder, say=say)
        self.folder = folder
        """Where everything of it lies."""
        self.store = Store(folder)
        self.journal = Journal(self.store)
        """What running tasks have been replied so far."""
        self._db, self._guarded = self.store.db, self.store.guarded
        with self._guarded():
            self._sweep()

    @property
    def seal(self) -> str:
        """The line that encloses documents in every prompt of this library; see `assistant.prompts.system`."""
        with self._guarded():
            return str(next(iter(self._db.query("SELECT value FROM facts WHERE name = 'seal'")))["value"])

    def close(self) -> None:
        """Let go of the file."""
        self.store.close()

    def add(self, document: Document) -> None:
        """Keep a document whole, and a copy of its file, so that its pages open when the original moved. Idempotent."""
        copied: str | None = None
        try:
            with self.store.writing():
                copied = self._keep_file(document)
                self._insert(document, copied)
        except BaseException:
            self._drop_file(copied)
            raise

    def known(self, path: Path) -> str | None:
        """The id of the document that reading this file would give again, found by its bytes; None where none is kept.

        None for folders, and for what another version of a reader, another language of scans or other choices gave.
        """
        try:
            if not path.is_file():
                return None
            digest = _digest(path)
        except OSError:
            return None  # whoever reads it tells what is wrong with it
        asked = "SELECT id, reader, warnings FROM documents WHERE sha256 = ? AND name = ?"
        with self._guarded():
            for row in self._db.query(asked, [digest, path.name]):
                if is_current(row["reader"], [str(item["text"]) for item in json.loads(row["warnings"])]):
                    return str(row["id"])
        return None

    def documents(self) -> list[Shelved]:
        """All documents, the newest first."""
        with self._guarded():
            found = self._db.query("""
                SELECT documents.id, name, kind, count(*) AS pages, sum(length(text)) AS characters,
                    json_array_length(documents.warnings) AS warnings, added
                FROM documents JOIN pages ON pages.document_id = documents.id
                GROUP BY documents.id ORDER BY added DESC, documents.rowid DESC
            """)
            return [Shelved(**row) for row in found]

    def document(self, wanted: str) -> Document:
        """The document of that id, name, or beginning of an id."""
        with self._guarded():
            row = self._row(wanted)
            pages = self._db.query("SELECT * FROM pages WHERE document_id = ? ORDER BY number", [row["id"]])
            return rows.document(row, KeptPages(list(pages)))

    def file(self, document_id: str) -> Path | None:
        """The kept copy of a document's file; None for a folder."""
        with self._guarded():
            name = self._row(document_id)["file"]
            return self.folder / "files" / name if name else None

    def remove(self, wanted: str) -> str:
        """Delete a document with everything that was read from it, its copy, the answers that quote it and the rounds
        of runs that were interrupted; returns its name. Its bytes are overwritten, not only let go."""
        with self._guarded():
            row = self._row(wanted)
            with self.store.writing():
                self._forget_answers(row["id"])
                self._db.execute("DELETE FROM documents WHERE id = ?", [row["id"]])
                self._db.execute("DELETE FROM replies")
            self._drop_file(row["file"])
            forget_runs(self.folder)
            self.store.overwrite_deleted()
            return str(row["name"])

    def index(self, document_id: str, kind: str) -> bytes | None:
        """What search has kept of a document, see `assistant.search.Shelf`."""
        with self._guarded():
            found = self._db.query(
                "SELECT data FROM search_indexes WHERE document_id = ? AND kind = ?", [document_id, kind]
            )
            return next((bytes(row["data"]) for row in found), None)

    def keep_index(self, document_id: str, kind: str, data: bytes) -> None:
        """Keep it for as long as the document is kept; of an unknown document nothing is."""
        with self.store.writing():
            self._db.execute(
                "INSERT OR REPLACE INTO search_indexes SELECT id, ?, ? FROM documents WHERE id = ?",
                [kind, data, document_id],
            )

    def start_conversation(self, title: str, conversation: str | None = None) -> str:
        """A new conversation's id; one that is given is taken, and nothing changes where it is known."""
        key = conversation or uuid.uuid4().hex
        with self.store.writing():
            self._db.execute("INSERT OR IGNORE INTO conversations VALUES (?, ?, ?)", [key, title[:200], _now()])
        return key

    def conversations(self) -> list[Conversation]:
        """All conversations, the newest first."""
        with self._guarded():
            found = self._db.query("SELECT id, title, started FROM conversations ORDER BY started DESC, rowid DESC")
            return [Conversation(**row) for row in found]

    def conversation(self, wanted: str) -> Conversation:
        """The conversation of that id, or beginning of an id; raises ConversationMissing."""
        found = [item for item in self.conversations() if wanted and item.id.startswith(wanted)]
        if len(found) != 1:
            which = f"{len(found)} conversations" if found else "no conversation"
            raise ConversationMissing(f"“{wanted}” names {which}.", "See: unspool library history")
        return found[0]

    def forget(self, wanted: str) -> Conversation:
        """Delete a conversation with its answers; raises ConversationMissing."""
        conversation = self.conversation(wanted)
        with self._guarded():
            with self.store.writing():
                self._db.execute("DELETE FROM conversations WHERE id = ?", [conversation.id])
                self._db.execute("DELETE FROM replies")
            forget_runs(self.folder)
            self.store.overwrite_deleted()
        return conversation

    def add_answer(
        self,
        conversation: str,
        answer: Answer,
        model: str,
        then: Callable[[int], None] | None = None,
        *,
        after: int | None = None,
    ) -> None:
        """Keep a finished answer with citations, ledger and steps; `then` is told its id in the same transaction.

        With `after` it takes the place of all that followed the first so many answers.
        """
        with self.store.writing():
            if after is not None:
                answer_rows.forget_after(self.store, conversation, after)
            key = answer_rows.insert(self.store, conversation, answer, model, _now())
            if then is not None:
                then(key)

    def answers(self, conversation: str) -> list[dict[str, Any]]:
        """The answers of a conversation, oldest first, in the form of `Answer.to_json` plus model and time."""
        return [rows.answer(row) for row in self._answers(conversation)]

    def turns(self, conversation: str) -> list[Turn]:
        """The questions and answers of a conversation, oldest first, as a later question needs them."""
        return [rows.turn(row) for row in self._answers(conversation)]

    def _answers(self, conversation: str) -> list[dict[str, Any]]:
        with self._guarded():
            asked = "SELECT * FROM answers WHERE conversation_id = ? ORDER BY id"
            return list(self._db.query(asked, [conversation]))

    def _forget_answers(self, document_id: str) -> None:
        """Delete the answers that quote a document, and the conversations that consist of no others."""
        quoting = "SELECT answer_id FROM citations WHERE document_id = ?"
        emptied = self._db.query(f"SELECT DISTINCT conversation_id FROM answers WHERE id IN ({quoting})", [document_id])
        conversations = [row["conversation_id"] for row in emptied]
        self._db.execute(f"DELETE FROM answers WHERE id IN ({quoting})", [document_id])
        for conversation in conversations:
            self._db.execute(
                "DELETE FROM conversations WHERE id = ? AND id NOT IN (SELECT conversation_id FROM answers)",
                [conversation],
            )

    def _row(self, wanted: str) -> dict[str, Any]:
        found = list(self._db.query("SELECT * FROM documents WHERE id = ? OR name = ? LIMIT 2", [wanted, wanted]))
        if not found and len(wanted) >= 6:
            found = list(self._db.query("SELECT * FROM documents WHERE substr(id, 1, ?) = ?", [len(wanted), wanted]))
        if not found:
            raise DocumentMissing(f"The library holds no document “{wanted}”.", "See: unspool library list")
        if len(found) > 1:
            raise DocumentMissing(
                f"“{wanted}” names {len(found)} documents.", "Give the id of one of them: unspool library list"
            )
        return found[0]

    def _keep_file(self, document: Document) -> str | None:
        source = Path(document.path)
        if not source.is_file():
            return None
        name = document.sha256 + source.suffix.lower()
        target = self.folder / "files" / name
        if not target.exists():
            part = target.with_name(f".{name}.{uuid.uuid4().hex}.part")
            try:
                shutil.copyfile(source, part)
                if document.kind in ("pdf", "image") and _digest(part) != document.sha256:
                    return None  # it has changed since it was read: its pictures would be of other pages
                put(part, target)  # before a row names it
            finally:
                part.unlink(missing_ok=True)
        return name

    def _drop_file(self, name: str | None) -> None:
        """Delete a copy that no document has any more; no other process can be adding one meanwhile."""
        if name:
            with self.store.writing():
                if not list(self._db.query("SELECT 1 FROM documents WHERE file = ?", [name])):
                    (self.folder / "files" / name).unlink(missing_ok=True)

    def _sweep(self) -> None:
        """Delete the copies of documents that were never added, because the process was killed in between."""
        kept = {row["file"] for row in self._db.query("SELECT file FROM documents")}
        for file in (self.folder / "files").iterdir():
            with contextlib.suppress(FileNotFoundError):  # another process was faster
                if file.name not in kept and time.time() - file.stat().st_mtime > _ABANDONED_SECONDS:
                    self._drop_file(file.name)

    def _insert(self, document: Document, file: str | None) -> None:
        """Its pages, spans and search indexes stay where it is known: the same id is the same content."""
        known = list(self._db.query("SELECT 1 FROM documents WHERE id = ?", [document.id]))
        row = {**rows.of_document(document), "file": file, "added": _now()}
        self._db.table("documents").upsert(row, pk="id")
        if known:
            return
        self._db.conn.executemany("INSERT INTO pages VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", rows.of_pages(document))
        self._db.conn.executemany(
            "INSERT INTO page_terms VALUES (?, ?, ?)",
            ((document.id, page.number, joined(page.text)) for page in document.pages),
        )


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="microseconds")
