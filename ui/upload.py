"""A request with one file in, the file in a folder of its own out, for as long as it is read; bounded in size."""

import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path, PurePath

from starlette.concurrency import run_in_threadpool
from starlette.datastructures import UploadFile
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.types import Message, Receive

from ingest import SourceTooHeavy
from ui.chat_request import RequestUnsupported

FORM = {
    "requestBody": {
        "required": True,
        "content": {
            "multipart/form-data": {
                "schema": {
                    "type": "object",
                    "required": ["file"],
                    "properties": {"file": {"type": "string", "format": "binary"}},
                }
            }
        },
    }
}
"""How OpenAPI describes it."""

_COPIED = 1 << 20
_NAME_BYTES = 200
"""Linux takes 255, and what reads the file may add an ending."""
_BESIDE = 1 << 16
"""Bytes that the form itself may take beside the file."""


@asynccontextmanager
async def uploaded(request: Request, most: int) -> AsyncIterator[Path]:
    """The path of the file, under its own name. Raises SourceTooHeavy over `most` bytes, RequestUnsupported."""
    bounded = Request(request.scope, _bounded(request.receive, most + _BESIDE))
    try:
        form = await bounded.form(max_files=1, max_fields=8)
    except HTTPException as error:  # as Starlette tells it
        raise RequestUnsupported(f"The form cannot be read: {error.detail}", "Send multipart/form-data.") from error
    try:
        file = form.get("file")
        if not isinstance(file, UploadFile):
            raise RequestUnsupported("There is no file in the form.", "Send it as the form's field “file”.")
        with tempfile.TemporaryDirectory(prefix="unspool-upload-") as folder:
            path = Path(folder) / _named(file.filename or "")
            await run_in_threadpool(_copy, file, path)
            yield path
    finally:
        await form.close()


def _named(given: str) -> str:
    """The name of a file without its folder, and what is no name or too long for a file system made one."""
    name = PurePath(given.replace("\0", "").replace("\\", "/")).name
    fitting = name.encode("utf-8", "replace")[-_NAME_BYTES:].decode("utf-8", "ignore")
    return "document" if fitting in ("", ".", "..") else fitting


def _copy(file: UploadFile, path: Path) -> None:
    with path.open("wb") as target:
        while data := file.file.read(_COPIED):
            target.write(data)


def _bounded(receive: Receive, most: int) -> Receive:
    taken = 0

    async def bounded() -> Message:
        nonlocal taken
        message = await receive()
        taken += len(message.get("body", b""))
        if taken > most:
            raise SourceTooHeavy(f"The upload is larger than {most >> 20:,} MiB.", "Send less of it.")
        return message

    return bounded
