"""A PDF file in, a Document or a page's picture out; the parsing happens in a process of its own."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, BinaryIO

from ingest.document import Annotation, Box, Document, Hidden, OutlineItem, Page, Skipped, Warned
from ingest.errors import IngestError, SourceDamaged, SourceEmpty
from ingest.limits import Limits
from ingest.page_line import said_page
from ingest.pdf_parts import in_order
from ingest.pdf_unreadable import BLANK, UNREADABLE
from ingest.process import answers

if TYPE_CHECKING:
    from ingest.pdf_doubt import Doubt
    from ingest.pdf_scans import Scans

READER = "unspool-pdf/14"
"""Counts up whenever the same bytes would give another text or other spans."""

Progress = Callable[[int, int], None]
"""Told how many pages are read, of how many."""


def read_pdf(
    file: BinaryIO, path: Path, password: str | None, limits: Limits, languages: str, progress: Progress
) -> Document:
    """Read an open PDF file; raises SourceEncrypted, SourceDamaged, SourceTooHeavy or SourceEmpty."""
    reading = _Reading(file, path, password, limits)
    for _ in reading.pages_as_read():
        progress(len(reading.pages) - len(reading.doubts), reading.count)
    return reading.document(languages, progress)


def pages_of_pdf(
    file: BinaryIO, path: Path, password: str | None, limits: Limits, languages: str, progress: Progress
) -> Iterator[Page]:
    """The same pages one by one, the first of them long before the last is read; raises the same, perhaps late.

    Scans are read when all other pages are: from the first of them on, the pages come then.
    """
    reading = _Reading(file, path, password, limits)
    given = 0
    for page in reading.pages_as_read():
        progress(len(reading.pages) - len(reading.doubts), reading.count)
        if not reading.doubts:
            given += 1
            yield page
    yield from reading.document(languages, progress).pages[given:]


class _Reading:
    """What the workers have said of a file so far."""

    def __init__(self, file: BinaryIO, path: Path, password: str | None, limits: Limits) -> None:
        self._file, self._path, self._password, self._limits = file, path, password, limits
        self.count = 0
        self.pages: list[Page] = []
        self.hidden: list[Hidden] = []
        self.annotations: list[Annotation] = []
        self.doubts: dict[int, Doubt] = {}
        self._end: dict[str, Any] = {}

    def pages_as_read(self) -> Iterator[Page]:
        """Have the file read; every page as soon as it is."""
        job = {"task": "read", "password": self._password}
        for answer in in_order(job, self._file, self._path.name, self._limits):
            self.count = answer.get("pages", self.count)
            self._end = answer.get("end", self._end)
            if "page" not in answer:
                continue
            page, apart = said_page(answer)
            self.pages.append(page)
            self.hidden += apart
            self.annotations += (Annotation(page.number, *comment) for comment in answer["page"]["comments"])
            if answer["page"]["doubt"]:
                self.doubts[page.number] = answer["page"]["doubt"]
            yield page

    def document(self, languages: str, progress: Progress) -> Document:
        """What was read, once all is; scans are recognised now."""
        end, told, engine = self._end, tuple(self._end["warnings"]), ""
        pages, hidden = self.pages, self.hidden
        if self.doubts:
            scans = self._recognised(languages, progress)
            pages, hidden, engine, told = scans.pages, scans.hidden, scans.engine, (*told, *scans.warnings)
        if not any(page.text for page in pages):
            raise _empty(self._path.name, pages, hidden, engine, drawn=bool(self.doubts))
        by_ocr = any(page.source == "ocr" for page in pages)
        reader = f"{READER} ({end['reader']}{f'; {engine}' if by_ocr else ''})"
        return Document(
            id=hashlib.sha256(f"{reader}\n{end['sha256']}".encode()).hexdigest(),
            name=self._path.name,
            kind="pdf",
            sha256=end["sha256"],
            reader=reader,
            path=str(self._path),
            pages=tuple(pages),
            outline=tuple(OutlineItem(*item) for item in end["outline"]),
            metadata=MappingProxyType(end["metadata"]),
            warnings=(
                *(Warned(None, text) for text in told),
                *(Warned(page.number, text) for page in pages for text in page.warnings),
            ),
            skipped=tuple(Skipped(name, "attachment, never opened") for name in end["attached"]),
            hidden=tuple(hidden),
            annotations=tuple(self.annotations),
        )

    def _recognised(self, languages: str, progress: Progress) -> Scans:
        from ingest.pdf_scans import with_scans
        from ingest.recognition import Pictured

        left = self.count - len(self.doubts)

        def done(more: int) -> None:
            nonlocal left
            left += more
            progress(left, self.count)

        source = Pictured(self._file, self._path.name, "pdf", self._end["sha256"], self._password, self._limits)
        return with_scans(self.pages, self.hidden, self.doubts, source, languages, done)


def _empty(name: str, pages: list[Page], hidden: list[Hidden], engine: str, *, drawn: bool) -> IngestError:
    from ingest.tesseract import INSTALL

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
    if all(BLANK in page.warnings for page in pages):
        which = f"All {len(pages)} pages" if len(pages) > 1 else "The only page"
        return SourceEmpty(
            f"{which} of {name} {'are' if len(pages) > 1 else 'is'} blank.", "Check that it was saved or printed whole."
        )
    if not drawn:  # pdfium refuses the file, so its pages have no pictures to read
        return SourceEmpty(
            f"None of the {len(pages)} pages of {name} holds any text that can still be read.",
            "Open it in a viewer and print it to a new PDF.",
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
