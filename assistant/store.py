"""A folder in, its SQLite file open and up to date out; the only place where SQLite's errors become ours."""

import contextlib
import sqlite3
import threading
from collections.abc import Iterator
from pathlib import Path

from filelock import FileLock, Timeout
from sqlite_utils import Database

from assistant.errors import LibraryDamaged
from assistant.schema import migrations

_PATIENCE_SECONDS = 30.0
"""How long one process waits for another."""

_DATABASE = "library.db"

_MOST_LEVELS = 1_000
"""Of a full-text index: SQLite (3.40 does) adds one or two with each `optimize`, without end, and calls an index of
more than 2,000 malformed (FTS5_MAX_SEGMENT)."""

_RUNS = "runs.db"
"""Where `assistant.checkpoints` keeps the rounds of unfinished runs."""


class Store:
    """One connection, used by one thread at a time. Raises LibraryDamaged."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._lock = threading.RLock()
        with self.guarded():
            (folder / "files").mkdir(parents=True, exist_ok=True)
            self._open(folder)

    def _open(self, folder: Path) -> None:
        """One process at a time: two that migrate at once would both make the same table."""
        with FileLock(folder / ".open.lock", timeout=_PATIENCE_SECONDS):
            connection = sqlite3.connect(folder / _DATABASE, timeout=_PATIENCE_SECONDS, check_same_thread=False)
            self.db = Database(connection)
            self.db.execute("PRAGMA foreign_keys = ON")
            self.db.execute("PRAGMA secure_delete = ON")
            self.db.enable_wal()
            migrations.apply(self.db)

    def close(self) -> None:
        """Let go of the file."""
        self.db.close()

    def overwrite_deleted(self) -> None:
        """Take what was deleted out of the full-text indexes and the write-ahead log, where it still stands."""
        with self.guarded():
            for table in ("page_terms", "answer_terms"):
                with self.writing():
                    made_anew = self._levels(table) > _MOST_LEVELS
                    self.db.execute(
                        f"INSERT INTO {table}({table}) VALUES (?)", ["rebuild" if made_anew else "optimize"]
                    )
            list(self.db.query("PRAGMA wal_checkpoint(TRUNCATE)"))

    def _levels(self, table: str) -> int:
        """How many levels a full-text index has: the number after the four bytes that its structure record, row 10,
        begins with (SQLite's ext/fts5/fts5_index.c, "Structure Record"), seven bits a byte."""
        (row,) = self.db.query(f"SELECT block FROM {table}_data WHERE id = 10")
        levels = 0
        for byte in row["block"][4:]:
            levels = levels << 7 | byte & 0x7F
            if byte < 0x80:
                break
        return levels

    def faults(self) -> list[str]:
        """What SQLite itself finds wrong: broken pages, rows that refer to nothing."""
        with self.guarded():
            broken = [row["integrity_check"] for row in self.db.query("PRAGMA integrity_check")]
            orphans = [
                f"A row of {row['table']} refers to nothing." for row in self.db.query("PRAGMA foreign_key_check")
            ]
        return [fault for fault in broken if fault != "ok"] + orphans

    @contextlib.contextmanager
    def snapshot(self, target: Path) -> Iterator[list[str]]:
        """Write a copy of the database to `target`, without what was deleted; gives the names of the files that its
        documents have. Inside the block nobody can change the library."""
        with self.writing():
            with contextlib.closing(sqlite3.connect(self._folder / _DATABASE, timeout=_PATIENCE_SECONDS)) as other:
                other.execute("VACUUM INTO ?", [str(target)])
            yield [row["file"] for row in self.db.query("SELECT DISTINCT file FROM documents WHERE file IS NOT NULL")]

    def replace(self, source: Path) -> None:
        """Take over everything that a snapshot holds, in one transaction; other processes see the one or the other."""
        with self.guarded(), contextlib.closing(sqlite3.connect(source)) as snapshot:
            snapshot.backup(self.db.conn)
            migrations.apply(self.db)

    @contextlib.contextmanager
    def writing(self) -> Iterator[None]:
        """One transaction. It takes the right to write at its start and waits for it: one that has read first and
        then wants to write is refused at once if another process wrote meanwhile (SQLITE_BUSY_SNAPSHOT)."""
        with self.guarded():
            self.db.conn.execute("BEGIN IMMEDIATE")
            try:
                yield
                self.db.conn.execute("COMMIT")
            except BaseException:
                self.db.rollback()
                raise

    @contextlib.contextmanager
    def guarded(self) -> Iterator[None]:
        """One thread at a time on the connection; the one door where SQLite's and the disk's errors become ours."""
        try:
            with self._lock:
                yield
        except (sqlite3.Error, OSError, Timeout) as error:
            raise LibraryDamaged(
                f"The library in {self._folder} cannot be used: {error}.",
                "Check that the disk is not full and that the folder is yours; nothing half-written was kept.",
            ) from error


def documents_of(database: Path) -> int:
    """How many documents a snapshot holds. Raises ValueError where it is none, or is damaged."""
    try:
        with contextlib.closing(sqlite3.connect(f"{database.as_uri()}?mode=ro", uri=True)) as connection:
            (sound,) = connection.execute("PRAGMA integrity_check").fetchone()
            (documents,) = connection.execute("SELECT count(*) FROM documents").fetchone()
    except sqlite3.Error as error:
        raise ValueError(str(error)) from error
    if sound != "ok":
        raise ValueError(sound)
    return int(documents)


def forget_runs(folder: Path) -> None:
    """Forget the rounds of all runs that were interrupted; one that goes on meanwhile only cannot be resumed."""
    if not (folder / _RUNS).exists():
        return
    with contextlib.closing(sqlite3.connect(folder / _RUNS, timeout=_PATIENCE_SECONDS)) as connection:
        connection.execute("PRAGMA secure_delete = ON")
        tables = connection.execute("SELECT name FROM sqlite_master WHERE name IN ('checkpoints', 'writes')").fetchall()
        with connection:
            for (table,) in tables:
                connection.execute(f"DELETE FROM {table}")
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
