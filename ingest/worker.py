"""The process in which a file of others is parsed, alone and under limits: a job on stdin, JSON lines on stdout.

A PDF is read or drawn, an office or web file converted, an archive unpacked, source code parsed, a scan recognised. The
lines are {"pages": n}, {"page": ...} for each and {"end": ...}; {"read": ...} of a scan; {"picture": ...};
{"facts": ...} for each file of source code; or {"error": ...}.
The document comes as an open file, not as a path, so that the bytes that are hashed are those that are read.
"""

from __future__ import annotations

import base64
import hashlib
import os
import sys
import threading
from collections.abc import Iterator
from typing import Any

from ingest.confine import confine
from ingest.document import Box
from ingest.errors import IngestError
from ingest.limits import OUT_OF_MEMORY, Limits
from ingest.wire import heard, said

_CHUNK = 1 << 26


def main() -> None:
    """Read the job, do it, report; whatever a broken document leads to ends as one line of error."""
    job = heard(sys.stdin.buffer.readline())
    limits = Limits(**job["limits"])
    try:
        confine(programs=job["task"] == "recognise")
        threading.Thread(target=_die_with_parent, daemon=True).start()
        limits.bind()
        data = _content(job["file"])
        for line in _done(job, data, limits):
            _say(line)
    except IngestError as error:
        _say({"error": {"type": type(error).__name__, "message": error.message, "hint": error.hint}})
    except MemoryError:
        os._exit(OUT_OF_MEMORY)
    except Exception:
        os._exit(1)  # told as damage; leaving in the usual way, pdfium may abort, which is told as hunger
    sys.stdout.flush()
    # Without the destructors of a library that has just worked on a hostile file.
    os._exit(0)


def _die_with_parent() -> None:
    """stdin stays open for as long as the parent lives."""
    sys.stdin.buffer.read()
    os._exit(1)


def _say(line: dict[str, Any]) -> None:
    sys.stdout.buffer.write(said(line))
    sys.stdout.buffer.flush()


def _content(descriptor: int) -> bytes:
    """The whole file, from a place of our own: other workers may read the same open file at the same time."""
    chunks, at = [], 0
    while chunk := os.pread(descriptor, _CHUNK, at):
        chunks.append(chunk)
        at += len(chunk)
    return b"".join(chunks)


def _done(job: dict[str, Any], data: bytes, limits: Limits) -> Iterator[dict[str, Any]]:
    """What is to be said of the job. Each loads its own libraries only, and no other's."""
    if job["task"] == "picture":
        return _picture(data, job)
    if job["task"] == "convert":
        return _convert(data, job["form"])
    if job["task"] == "unpack":
        return _unpack(data, limits, job)
    if job["task"] == "facts":
        return _facts(data)
    if job["task"] in ("look", "recognise", "show"):
        from ingest import scan

        if job["task"] == "recognise":
            return scan.read(data, job)
        return scan.look(data) if job["task"] == "look" else scan.show(data, job)
    from ingest import pdf_reading

    return pdf_reading.read(data, job["password"], limits.pages, job["part"], job["of"])


def _picture(data: bytes, job: dict[str, Any]) -> Iterator[dict[str, Any]]:
    from ingest import pdf_reading

    boxes = [Box(*corners) for corners in job["boxes"]]
    png = pdf_reading.picture(data, job["password"], job["number"], boxes, job["scale"])
    yield {"picture": base64.b64encode(png).decode("ascii")}


def _convert(data: bytes, form: str) -> Iterator[dict[str, Any]]:
    from ingest.convert import pages

    said, end = pages(data, form)
    yield from said
    yield {"end": {"sha256": hashlib.sha256(data).hexdigest(), **end}}


def _unpack(data: bytes, limits: Limits, job: dict[str, Any]) -> Iterator[dict[str, Any]]:
    from ingest.archive import unpack
    from ingest.ignore import Choice
    from ingest.source_file import file_line

    found = unpack(data, limits, Choice.of(job["include"], job["exclude"]))
    digest = hashlib.sha256()
    for number, (label, content, text) in enumerate(found.files, 1):
        digest.update(b"%d %d\0" % (len(label.encode()), len(content)) + label.encode() + content)
        yield file_line(number, label, text, secrets_too=job["secrets_too"])
    skipped = [(item.path, item.why) for item in found.skipped]
    yield {"end": {"sha256": digest.hexdigest(), "metadata": {}, "skipped": skipped}}


def _facts(data: bytes) -> Iterator[dict[str, Any]]:
    """Of texts as lines of JSON [page, language, text]: [page, definitions, lines by name]."""
    from ingest.grammar import facts

    for line in data.splitlines():
        page, language, text = heard(line)
        yield {"facts": [page, *facts(text, language)]}


if __name__ == "__main__":
    main()
