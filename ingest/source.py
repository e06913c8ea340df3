"""A path in, a Document out: finds out what lies there, opens it safely and picks the reader."""

from __future__ import annotations

import hashlib
import os
import stat
from collections.abc import Mapping, Sequence
from dataclasses import replace
from io import BufferedReader
from pathlib import Path
from types import MappingProxyType
from typing import Any, BinaryIO

from ingest import headings
from ingest.document import Box, Document, Hidden, Kind, OutlineItem, Page, Secret, Skipped, Span, Warned
from ingest.errors import (
    IngestError,
    SourceEmpty,
    SourceMissing,
    SourceTooHeavy,
    SourceUnreadable,
    SourceUnsupported,
)
from ingest.image import draw_image, read_image
from ingest.limits import MIB, Limits
from ingest.page_line import said_page
from ingest.pdf import Progress, draw_page, read_pdf
from ingest.process import answers
from ingest.source_file import borders, shown
from ingest.tesseract import LANGUAGES
from ingest.text_file import text_file
from ingest.unseen import HOW

READER = "unspool-text/5"
"""Counts up whenever the same bytes would give another text or other spans."""
SUPPORTED = (
    "Supported are PDF, DOCX, PPTX, XLSX, HTML, EPUB, Jupyter notebooks, e-mail, CSV, JSON, XML, Markdown,"
    " reStructuredText, LaTeX, plain text, PNG, JPEG and TIFF pictures, single source files, and source code in"
    " folders, .zip and .tar archives."
)
_WITH_HEADINGS = frozenset({"docx", "pptx", "html", "epub", "ipynb"})
_FORMS: Mapping[str, Kind] = {
    ".docx": "docx",
    ".pptx": "pptx",
    ".xlsx": "xlsx",
    ".xlsm": "xlsx",
    ".html": "html",
    ".htm": "html",
    ".xhtml": "html",
    ".epub": "epub",
    ".ipynb": "ipynb",
    ".eml": "eml",
}
_ARCHIVES = (".zip", ".tar", ".tar.gz", ".tgz", ".tar.bz2", ".tbz2", ".tar.xz", ".txz")
PICTURES = frozenset({".png", ".jpg", ".jpeg", ".tif", ".tiff"})
_PDF_PROBE = 1024  # "%PDF-" may stand behind some bytes of junk (PDF 32000-1, annex H.3, note 13)


def _untold(_done: int, _of: int) -> None:
    """Nobody wants to know."""


def read(
    source: str | Path,
    *,
    password: str | None = None,
    limits: Limits | None = None,
    secrets_too: bool = False,
    languages: str = LANGUAGES,
    progress: Progress = _untold,
) -> Document:
    """Read a PDF, an office or web file, a text, or source code in a file, folder or archive (see SUPPORTED).

    Raises a subclass of IngestError and nothing else. `password` is for encrypted PDFs. Keys, tokens and passwords
    that stand in text or code are covered by asterisks of the same length, unless `secrets_too`. `languages` are
    those of scans, in tesseract's names joined by "+". `progress` is told how many pages are read, of how many.
    """
    limits = limits or Limits()
    path = _located(source)
    if path.is_dir():
        return _read_folder(path, limits, secrets_too)
    with _opened(path, limits) as file:
        if _is_pdf(file, path):
            return read_pdf(file, path, password, limits, languages, progress)
        if path.suffix.lower() in PICTURES:
            return read_image(file, path, limits, languages, progress)
        if form := _FORMS.get(path.suffix.lower()):
            return _read_apart(file, path, form, {"task": "convert", "form": form}, limits)
        if path.name.lower().endswith(_ARCHIVES):
            return _read_apart(file, path, "code", {"task": "unpack", "secrets_too": secrets_too}, limits)
        return _read_text(file.read(limits.source_bytes), path, secrets_too)


def render_page(
    path: str | Path,
    number: int,
    *,
    boxes: Sequence[Box] = (),
    scale: float = 1.5,
    password: str | None = None,
    limits: Limits | None = None,
) -> bytes:
    """A page of a PDF or picture file (counted from 1) as PNG, `scale` pixels a point, with the boxes marked in yellow.

    Raises a subclass of IngestError; PageMissing where there is no such page.
    """
    limits = limits or Limits()
    place = _located(path)
    if place.is_dir():
        raise SourceUnsupported(
            f"{place.name} is a folder and has no page pictures.", "Only PDFs and pictures have them."
        )
    with _opened(place, limits) as file:
        if _is_pdf(file, place):
            return draw_page(file, place, number, boxes, scale, password, limits)
        if place.suffix.lower() in PICTURES:
            return draw_image(file, place, number, boxes, scale, limits)
        raise SourceUnsupported(f"{place.name} is no PDF or picture.", "Only these have page pictures.")


def _located(source: str | Path) -> Path:
    try:
        return Path(source).expanduser().resolve(strict=True)
    except (FileNotFoundError, NotADirectoryError) as error:
        raise SourceMissing(f"There is nothing at {source}.", "Check the path.") from error
    except PermissionError as error:
        raise SourceUnreadable(f"{source} cannot be reached: {error.strerror}.", "Check its permissions.") from error
    except (OSError, RuntimeError, ValueError) as error:  # a loop of links, a name too long, a NUL in it
        raise SourceMissing(f"{source!s:.200} is no usable path ({error}).", "Check the path.") from error


def _opened(path: Path, limits: Limits) -> BufferedReader:
    try:
        # O_NONBLOCK: opening a FIFO would otherwise wait for a writer for ever.
        file = os.fdopen(os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC), "rb")
    except OSError as error:
        raise SourceUnreadable(f"{path.name} cannot be opened: {error.strerror}.", "Check its permissions.") from error
    facts = os.fstat(file.fileno())
    why: IngestError | None = None
    if not stat.S_ISREG(facts.st_mode):
        why = SourceUnsupported(f"{path.name} is a device, pipe or socket, not a file.", SUPPORTED)
    elif facts.st_size == 0:
        why = SourceEmpty(f"{path.name} is empty.", "Check that it was saved or downloaded whole.")
    elif facts.st_size > limits.source_bytes:
        why = SourceTooHeavy(
            f"{path.name} is larger than {limits.source_bytes // MIB} MiB.", "Split it, or raise the limit."
        )
    if why is not None:
        file.close()
        raise why
    return file


def _is_pdf(file: BufferedReader, path: Path) -> bool:
    return b"%PDF-" in file.peek(_PDF_PROBE)[:_PDF_PROBE] or path.suffix.lower() == ".pdf"


def _read_text(data: bytes, path: Path, secrets_too: bool) -> Document:
    found = text_file(data, path.name, secrets_too=secrets_too)
    if found is None:
        raise SourceUnsupported(f"{path.name} is a binary file of a type that cannot be read.", SUPPORTED)
    if not found.text.strip():
        raise SourceEmpty(f"{path.name} holds nothing but white space.", "Check that it was saved whole.")
    page = _page(1, path.name if found.kind == "code" else "1", found.text, found.spans, found.warnings)
    made = _document(path, found.kind, hashlib.sha256(data).hexdigest(), (page,), secrets_too=secrets_too)
    return replace(
        made,
        outline=found.outline,
        warnings=tuple(Warned(1, text) for text in found.warnings),
        hidden=_hidden([found.unseen]),
        secrets=tuple(Secret(1, path.name, *item) for item in found.secrets),
    )


def _read_folder(path: Path, limits: Limits, secrets_too: bool) -> Document:
    # Here, not at the top: the PDF worker need not load pathspec.
    from ingest.folder import walk

    found = walk(path, limits)
    if not found.files:
        raise SourceEmpty(
            f"The folder {path.name} holds no text that may be read ({len(found.skipped)} entries left out).",
            "Check the path and its .gitignore.",
        )
    digest = hashlib.sha256()
    pages: list[Page] = []
    apart: list[str] = []
    secrets: list[Secret] = []
    for number, (label, data, text) in enumerate(found.files, 1):
        digest.update(b"%d %d\0" % (len(label.encode()), len(data)) + label.encode() + data)
        seen, removed, lines = shown(text, secrets_too=secrets_too)
        apart.append(removed)
        secrets += (Secret(number, label, *item) for item in lines)
        pages.append(_page(number, label, seen, borders(seen, label, alone=False)))
    made = _document(path, "code", digest.hexdigest(), tuple(pages), secrets_too=secrets_too)
    return replace(made, hidden=_hidden(apart), secrets=tuple(secrets), skipped=tuple(found.skipped))


def _document(path: Path, kind: Kind, sha256: str, pages: tuple[Page, ...], *, secrets_too: bool = False) -> Document:
    reader = f"{READER} {kind}{' with secrets' if secrets_too else ''}"
    return Document(
        id=hashlib.sha256(f"{reader}\n{sha256}".encode()).hexdigest(),
        name=path.name or str(path),
        kind=kind,
        sha256=sha256,
        reader=reader,
        path=str(path),
        pages=pages,
    )


def _hidden(apart: Sequence[str]) -> tuple[Hidden, ...]:
    return tuple(Hidden(number, text, HOW) for number, text in enumerate(apart, 1) if text)


def _page(number: int, label: str, text: str, found: Sequence[tuple[int, int]], warnings: tuple[str, ...] = ()) -> Page:
    spans = tuple(Span(number, start, end, text[start:end]) for start, end in found)
    return Page(number, label, text, spans, warnings)


def _read_apart(file: BinaryIO, path: Path, kind: Kind, job: dict[str, Any], limits: Limits) -> Document:
    """Read an office or web file or an archive in a process of its own, under the limits."""
    pages: list[Page] = []
    hidden: list[Hidden] = []
    secrets: list[Secret] = []
    end: dict[str, Any] = {}
    for answer in answers(job, file, path.name, limits):
        if "page" in answer:
            page, apart = said_page(answer)
            pages.append(page)
            hidden += apart
            secrets += (Secret(page.number, page.label, *item) for item in answer["page"]["secrets"])
        end = answer.get("end", end)
    skipped = tuple(Skipped(where, why) for where, why in end["skipped"])
    if not any(page.text.strip() for page in pages):
        raise SourceEmpty(
            f"{path.name} holds no text that may be read ({len(skipped)} entries left out, {len(hidden)} hidden).",
            "Check that it was saved whole.",
        )
    made = _document(path, kind, end["sha256"], tuple(pages), secrets_too=job.get("secrets_too", False))
    return replace(
        made,
        hidden=tuple(hidden),
        secrets=tuple(secrets),
        skipped=skipped,
        metadata=MappingProxyType(end["metadata"]),
        outline=tuple(
            OutlineItem(title, level, page.number)
            for page in pages
            if kind in _WITH_HEADINGS
            for title, level in headings.markdown(page.text)
        ),
        warnings=tuple(Warned(page.number, text) for page in pages for text in page.warnings),
    )
