"""A folder and a run's key in, a saver that keeps each finished round there out; the only place that knows aiosqlite.

What is kept holds replies and ids of documents, never a document's text. A run that is over is forgotten.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import aiosqlite
from filelock import FileLock, Timeout
from langgraph.checkpoint.base import BaseCheckpointSaver
from langgraph.checkpoint.memory import InMemorySaver
from langgraph.checkpoint.sqlite.aio import AsyncSqliteSaver

from assistant.errors import LibraryDamaged

FILE = "runs.db"


@asynccontextmanager
async def saver(folder: Path | None, key: str) -> AsyncIterator[BaseCheckpointSaver[str]]:
    """Where the rounds of the run `key` are kept: in memory without a folder, or while another process runs the same.

    Raises LibraryDamaged where the file is none or the disk fails, be it in the middle of the run.
    """
    if folder is None:
        yield InMemorySaver()
        return
    lock = FileLock(folder / f".run-{key[:32]}.lock", blocking=False)
    try:
        lock.acquire()
    except Timeout:
        yield InMemorySaver()
        return
    try:
        async with _connection(folder / FILE) as connection:
            await connection.execute("PRAGMA secure_delete = ON")
            yield AsyncSqliteSaver(connection)
    except (aiosqlite.Error, OSError) as error:
        raise LibraryDamaged(
            f"The rounds of this run cannot be kept in {folder}: {error}.",
            "Check that the disk is not full and that the folder is yours, then ask again.",
        ) from error
    finally:
        lock.release()
        (folder / f".run-{key[:32]}.lock").unlink(missing_ok=True)


@asynccontextmanager
async def _connection(file: Path) -> AsyncIterator[aiosqlite.Connection]:
    """One that is opened and closed whole, also by a run that is stopped meanwhile: its thread would else report to a
    loop that has ended."""
    opening = asyncio.ensure_future(_opened(file))
    try:
        connection = await asyncio.shield(opening)
    except asyncio.CancelledError:
        await (await opening).close()
        raise
    try:
        yield connection
    finally:
        await connection.close()


async def _opened(file: Path) -> aiosqlite.Connection:
    return await aiosqlite.connect(file, timeout=30.0)
