"""A PDF file in, a Document or a page's picture out; the parsing happens in a process of its own."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Callable, Sequence
from pathlib import Path
from types import MappingProxyType
from typing import Any, BinaryIO

from ingest.document import Annotation, Box, Document, Hidden, OutlineItem, Page, Skipped, Warned
from ingest.errors import IngestError, SourceDamaged, SourceEmpty
from ingest.limits import Limits
from ingest.page_line import said_page
from ingest.pdf_doubt import Doubt
from ingest.pdf_scans import with_scans
from ingest.pdf_unreadable import UNREADABLE
from ingest.process import answers
from ingest.recognition import Pictured
from ingest.tesseract import INSTALL

READER = "unspool-pdf/5"
"""Counts up whenever the same bytes would give another text or other spans."""

Progress = Callable[[int, int], None]
"""Told how many pages are read, of how many."""


def read_pdf(
    file: BinaryIO, path: Path, password: str | None, limits: Limits, languages: str, progress: Progress
) -> Document:
    """Read an open PDF file; raises SourceEncrypted, SourceDamaged, SourceTooHeavy or SourceEmpty."""
    pages: list[Page] = []
    hidden: list[Hidden] = []
    annotations: list[Annotation] = []
    doubts: dict[int, Doubt] = {}
    end: dict[str, Any] = {}
    count = 0
    for answer in answers({"task": "read", "password": password}, file, path.name, limits):
        count = answer.get("pages", count)
        if "page" in answer:
            page, apart = said_page(answer)
            pages.append(page)
            hidden += apart
            annotations += (Annotation(page.number, *comment) for comment in answer["page"]["comments"])
            if answer["page"]["doubt"]:
                doubts[page.number] = answer["page"]["doubt"]
            progress(len(pages) - len(doubts), count)
        end = answer.get("end", end)
    engine, told = "", tuple(end["warnings"])
    if doubts:
        left = [count - len(doubts)]

        def done(more: int) -> None:
            left[0] += more
            progress(left[0], count)

        source = Pictured(file, path.name, "pdf", end["sha256"], password, limits)
        scans = with_scans(pages, hidden, doubts, source, languages, done)
        pages, hidden, engine, told = scans.pages, scans.hidden, scans.engine, (*told, *scans.warnings)
    if not any(page.text for page in pages):
        raise _empty(path.name, pages, hidden, engine)
    by_ocr = any(page.source == "ocr" for page in pages)
    reader = f"{READER} ({end['reader']}{f'; {engine}' if by_ocr else ''})"
    return Document(
        id=hashlib.sha256(f"{reader}\n{end['sha256']}".encode()).hexdigest(),
        name=path.name,
        kind="pdf",
        sha256=end["sha256"],
        reader=reader,
        path=str(path),
        pages=tuple(pages),
        outline=tuple(OutlineItem(*item) for item in end["outline"]),
        metadata=MappingProxyType(end["metadata"]),
        warnings=(
            *(Warned(None, text) for text in told),
            *(Warned(page.number, text) for page in pages for text in page.warnings),
        ),
        skipped=tuple(Skipped(name, "attachment, never opened") for name in end["attached"]),
        hidden=tuple(hidden),
        annotations=tuple(annotations),
    )


def _empty(name: str, pages: list[Page], hidden: list[Hidden], engine: str) -> IngestError:
    unreadable = [text for page in pages for text in page.warnings if text.startswith(UNREADABLE)]
    if unreadable:
        return SourceDamaged(
            f"{len(unreadable)} of {len(pages)} pages of {name} are damaged, and no other has text.",
            "Open it in a viewer and print it to a new PDF.",
        )
    if engine:
        what = f" and {len(hidden)} texts are hidden" if hidden else ""
        return SourceEmpty(
            f"None of the {len(pages)} pages of {name} shows any text, not even to text recognition{what}.",
            "Open it in a viewer: if there is text, scan it anew, or name its language with --ocr-languages.",
        )
    if hidden:
        return SourceEmpty(
            f"No text of {name} can be seen on its {len(pages)} pages; {len(hidden)} texts are hidden.", INSTALL + "."
        )
    return SourceEmpty(
        f"None of the {len(pages)} pages of {name} holds any text; it is probably a scan.", INSTALL + "."
    )


def draw_page(
    file: BinaryIO,
    path: Path,
    number: int,
    boxes: Sequence[Box],
    scale: float,
    password: str | None,
    limits: Limits,
) -> bytes:
    """One page of an open PDF file as PNG, with the boxes marked."""
    corners = [[box.x0, box.y0, box.x1, box.y1] for box in boxes]
    job = {"task": "picture", "password": password, "number": number, "boxes": corners, "scale": scale}
    (answer,) = answers(job, file, path.name, limits)
    return base64.b64decode(answer["picture"])
