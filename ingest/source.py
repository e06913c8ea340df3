"""A path in, a Document out: finds out what lies there, opens it safely and picks the reader."""

from __future__ import annotations

import hashlib
import os
import stat
from collections.abc import Sequence
from io import BufferedReader
from pathlib import Path

from ingest import code, prose
from ingest.decode import decode
from ingest.document import Box, Document, Kind, Page, Skipped, Span
from ingest.errors import (
    IngestError,
    SourceEmpty,
    SourceMissing,
    SourceTooHeavy,
    SourceUnreadable,
    SourceUnsupported,
)
from ingest.limits import MIB, Limits
from ingest.pdf import draw_page, read_pdf

READER = "unspool-text/1"
"""Counts up whenever the same bytes would give another text or other spans."""
SUPPORTED = "Supported are PDF, plain text, Markdown, single source files, and folders of source code."
_MARKDOWN = frozenset({".md", ".markdown", ".mdown", ".mkd"})
_PROSE = frozenset({"", ".txt", ".text", ".rst", ".adoc", ".org", ".tex", ".log"})
_PDF_PROBE = 1024  # "%PDF-" may stand behind some bytes of junk (PDF 32000-1, annex H.3, note 13)


def read(source: str | Path, *, password: str | None = None, limits: Limits | None = None) -> Document:
    """Read a PDF, a text, Markdown or source file, or a folder of source code.

    Raises a subclass of IngestError and nothing else. `password` is for encrypted PDFs.
    """
    limits = limits or Limits()
    path = _located(source)
    if path.is_dir():
        return _read_folder(path, limits)
    with _opened(path, limits) as file:
        if _is_pdf(file, path):
            return read_pdf(file, path, password, limits)
        return _read_text(file.read(limits.source_bytes), path)


def render_page(
    path: str | Path,
    number: int,
    *,
    boxes: Sequence[Box] = (),
    scale: float = 1.5,
    password: str | None = None,
    limits: Limits | None = None,
) -> bytes:
    """A page of a PDF (counted from 1) as PNG, `scale` pixels a point, with the boxes marked in yellow.

    Raises a subclass of IngestError; PageMissing where there is no such page.
    """
    limits = limits or Limits()
    place = _located(path)
    if place.is_dir():
        raise SourceUnsupported(f"{place.name} is a folder and has no page pictures.", "Only PDFs have them.")
    with _opened(place, limits) as file:
        if not _is_pdf(file, place):
            raise SourceUnsupported(
                f"{place.name} is no PDF and has no page pictures.", "Only PDFs have them."
            )
        return draw_page(file, place, number, boxes, scale, password, limits)


def _located(source: str | Path) -> Path:
    try:
        return Path(source).expanduser().resolve(strict=True)
    except (FileNotFoundError, NotADirectoryError) as error:
        raise SourceMissing(f"There is nothing at {source}.", "Check the path.") from error
    except PermissionError as error:
        raise SourceUnreadable(
            f"{source} cannot be reached: {error.strerror}.", "Check its permissions."
        ) from error
    except (OSError, RuntimeError, ValueError) as error:  # a loop of links, a name too long, a NUL in it
        raise SourceMissing(f"{source!s:.200} is no usable path ({error}).", "Check the path.") from error


def _opened(path: Path, limits: Limits) -> BufferedReader:
    try:
        # O_NONBLOCK: opening a FIFO would otherwise wait for a writer for ever.
        file = os.fdopen(os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC), "rb")
    except OSError as error:
        raise SourceUnreadable(
            f"{path.name} cannot be opened: {error.strerror}.", "Check its permissions."
        ) from error
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


def _read_text(data: bytes, path: Path) -> Document:
    text = decode(data)
    if text is None:
        raise SourceUnsupported(f"{path.name} is a binary file of a type that cannot be read.", SUPPORTED)
    if not text.strip():
        raise SourceEmpty(f"{path.name} holds nothing but white space.", "Check that it was saved whole.")
    suffix = path.suffix.lower()
    kind: Kind = "markdown" if suffix in _MARKDOWN else "text" if suffix in _PROSE else "code"
    label = path.name if kind == "code" else "1"
    return _document(path, kind, hashlib.sha256(data).hexdigest(), (_page(1, label, text, kind != "code"),))


def _read_folder(path: Path, limits: Limits) -> Document:
    # Here, not at the top: the PDF worker need not load pathspec.
    from ingest.folder import walk

    found = walk(path, limits)
    if not found.files:
        raise SourceEmpty(
            f"The folder {path.name} holds no text that may be read ({len(found.skipped)} entries left out).",
            "Check the path and its .gitignore.",
        )
    digest = hashlib.sha256()
    pages = []
    for number, (label, data, text) in enumerate(found.files, 1):
        digest.update(b"%d %d\0" % (len(label.encode()), len(data)) + label.encode() + data)
        pages.append(_page(number, label, text, Path(label).suffix.lower() in _MARKDOWN | _PROSE - {""}))
    return _document(path, "code", digest.hexdigest(), tuple(pages), tuple(found.skipped))


def _document(
    path: Path, kind: Kind, sha256: str, pages: tuple[Page, ...], skipped: tuple[Skipped, ...] = ()
) -> Document:
    reader = f"{READER} {kind}"
    return Document(
        id=hashlib.sha256(f"{reader}\n{sha256}".encode()).hexdigest(),
        name=path.name or str(path),
        kind=kind,
        sha256=sha256,
        reader=reader,
        path=str(path),
        pages=pages,
        skipped=skipped,
    )


def _page(number: int, label: str, text: str, is_prose: bool) -> Page:
    found = prose.borders(text, prose.blocks(text)) if is_prose else code.borders(text)
    return Page(number, label, text, tuple(Span(number, start, end, text[start:end]) for start, end in found))
