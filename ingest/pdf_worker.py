"""The process in which a PDF is read, alone and under limits: a job on stdin, JSON lines on stdout.

They are {"pages": n}, then {"page": ...} for each, then {"end": ...}; or {"picture": ...}; or {"error": ...}.
The document comes as an open file, not as a path, so that the bytes that are hashed are those that are read.
"""

from __future__ import annotations

import base64
import hashlib
import json
import os
import signal
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType
from typing import Any, TypeVar

from ingest.document import Box, OutlineItem
from ingest.errors import IngestError, PageMissing, SourceDamaged, SourceTooHeavy
from ingest.limits import OUT_OF_MEMORY, Limits
from ingest.pdf import UNREADABLE

EXTRAS_SECONDS = 10.0
"""CPU seconds that may go into what a document can do without: its metadata and outline."""

T = TypeVar("T")


class _BudgetSpent(BaseException):
    """The CPU seconds of a step are used up. No Exception, so that no library takes it for one of its own."""


def main() -> None:
    """Read the job, do it, report; whatever a broken document leads to ends as one line of error."""
    job = json.loads(sys.stdin.readline())
    sys.stdout.reconfigure(encoding="utf-8", errors="replace")  # type: ignore[union-attr]
    threading.Thread(target=_die_with_parent, daemon=True).start()
    Limits(**job["limits"]).bind()
    try:
        with open(job["file"], "rb", buffering=0) as file:
            file.seek(0)  # the parent has looked at the head of this very open file
            data = file.read()
        if job["task"] == "picture":
            _picture(data, job)
        else:
            _read(data, job["password"], job["limits"]["pages"])
    except IngestError as error:
        _say({"error": {"type": type(error).__name__, "message": error.message, "hint": error.hint}})
    except MemoryError:
        os._exit(OUT_OF_MEMORY)
    sys.stdout.flush()
    # Without the destructors of a library that has just worked on a hostile file.
    os._exit(0)


def _die_with_parent() -> None:
    """stdin stays open for as long as the parent lives."""
    sys.stdin.buffer.read()
    os._exit(1)


def _say(message: dict[str, Any]) -> None:
    sys.stdout.write(json.dumps(message, ensure_ascii=False, separators=(",", ":")) + "\n")


def _read(data: bytes, password: str | None, most: int) -> None:
    from ingest import pdf_pdfium

    digest = hashlib.sha256(data).hexdigest()
    try:
        file = pdf_pdfium.Pdf(data, password)
    except pdf_pdfium.Unreadable as refusal:
        _rescue(data, digest, password, most, str(refusal))
        return
    _bounded(file.page_count, most)
    for number in range(1, file.page_count + 1):
        _say({"page": _page(file, number)})
    warnings: list[str] = []
    outline = _extra("outline", warnings, lambda: list(file.outline()))
    metadata = _extra("metadata", warnings, lambda: _metadata(data, password))
    _end(digest, pdf_pdfium.VERSION, outline, metadata, warnings)


def _bounded(pages: int, most: int) -> None:
    if pages > most:
        raise SourceTooHeavy(
            f"This PDF has {pages:,} pages, and the limit is {most:,}.", "Split it, or raise the limit."
        )
    _say({"pages": pages})


def _page(file: Any, number: int) -> dict[str, Any]:
    from ingest.pdf_layout import lay_out
    from ingest.pdf_pdfium import PageUnreadable

    label = file.label(number) or str(number)
    try:
        glyphs = file.glyphs(number)
    except PageUnreadable as error:
        return _plain_page(number, label, "", [f"{UNREADABLE} ({error})"])
    layout = lay_out(glyphs)
    warnings = []
    if not layout.text:
        warnings.append("no text on this page: probably a scan")
    if layout.outside:
        warnings.append(f"{layout.outside} lines that lie off the page were left out")
    spans = [[start, end, [[*_corners(box)] for box in boxes]] for start, end, boxes in layout.spans]
    size = [round(glyphs.width, 2), round(glyphs.height, 2)]
    return {
        "number": number,
        "label": label,
        "text": layout.text,
        "spans": spans,
        "size": size,
        "warnings": warnings,
    }


def _corners(box: Box) -> tuple[float, float, float, float]:
    return box.x0, box.y0, box.x1, box.y1


def _plain_page(number: int, label: str, text: str, warnings: list[str]) -> dict[str, Any]:
    from ingest import prose

    spans = [[start, end, []] for start, end in prose.borders(text, prose.blocks(text))]
    return {
        "number": number,
        "label": label,
        "text": text,
        "spans": spans,
        "size": [0, 0],
        "warnings": warnings,
    }


def _metadata(data: bytes, password: str | None) -> dict[str, str]:
    from ingest import pdf_pypdf

    return pdf_pypdf.Pdf(data, password).metadata()


def _rescue(data: bytes, digest: str, password: str | None, most: int, refusal: str) -> None:
    """Read with pypdf what pdfium refuses: the text without its places."""
    from ingest import pdf_pypdf
    from ingest.decode import clean

    try:
        file = pdf_pypdf.Pdf(data, password)
        pages = file.page_count()
    except pdf_pypdf.Unreadable as error:
        raise SourceDamaged(
            f"This PDF is damaged beyond repair ({refusal}; {error}).",
            "Open it in a viewer and print it to a new PDF.",
        ) from error
    _bounded(pages, most)
    warnings = [f"the file is damaged and was read without the places of its words ({refusal})"]
    labels = _extra("labels", warnings, file.labels) or []
    for number in range(1, pages + 1):
        label = labels[number - 1] if number <= len(labels) else str(number)
        try:
            text, why = clean(file.text(number)).strip(), []
            if not text:
                why = ["no text on this page: probably a scan"]
        except pdf_pypdf.Unreadable as error:
            text, why = "", [f"{UNREADABLE} ({error})"]
        _say({"page": _plain_page(number, label, text, why)})
    outline = _extra("outline", warnings, file.outline)
    metadata = _extra("metadata", warnings, file.metadata)
    _end(digest, pdf_pypdf.VERSION, outline, metadata, warnings)


def _extra(name: str, warnings: list[str], read: Callable[[], T]) -> T | None:
    """What a document can do without: a failure, or too long a time, is a warning."""
    from ingest import pdf_pypdf

    try:
        with _budget(EXTRAS_SECONDS):
            return read()
    except pdf_pypdf.Unreadable as error:
        warnings.append(f"the {name} cannot be read ({error})")
    except IngestError as error:
        warnings.append(f"the {name} cannot be read ({error.message})")
    except _BudgetSpent:
        warnings.append(f"the {name} took too long to read")
    return None


@contextmanager
def _budget(seconds: float) -> Iterator[None]:
    def spent(_number: int, _frame: FrameType | None) -> None:
        raise _BudgetSpent

    signal.signal(signal.SIGPROF, spent)
    # Again every second: an "except:" in the library may swallow the first.
    signal.setitimer(signal.ITIMER_PROF, seconds, 1.0)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)


def _end(
    digest: str,
    reader: str,
    outline: list[OutlineItem] | None,
    metadata: dict[str, str] | None,
    warnings: list[str],
) -> None:
    items = [[item.title, item.level, item.page] for item in outline or ()]
    end = {
        "sha256": digest,
        "reader": reader,
        "outline": items,
        "metadata": metadata or {},
        "warnings": warnings,
    }
    _say({"end": end})


def _picture(data: bytes, job: dict[str, Any]) -> None:
    from ingest import pdf_pdfium

    try:
        file = pdf_pdfium.Pdf(data, job["password"])
    except pdf_pdfium.Unreadable as error:
        raise SourceDamaged(
            f"This PDF is too damaged to be drawn ({error}).", "Its text may still be readable."
        ) from error
    if not 1 <= job["number"] <= file.page_count:
        raise PageMissing(
            f"This PDF has no page {job['number']}.", f"Its pages are numbered 1 to {file.page_count}."
        )
    png = file.picture(job["number"], [Box(*corners) for corners in job["boxes"]], job["scale"])
    _say({"picture": base64.b64encode(png).decode("ascii")})


if __name__ == "__main__":
    main()
