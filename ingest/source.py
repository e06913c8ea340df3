"""A path in, a Document out: finds out what lies there, opens it safely and picks the reader.

A reader is imported when it is picked: together they take as long to load as a short document to read.
"""

from __future__ import annotations

import hashlib
import os
import stat
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from io import BufferedReader
from pathlib import Path
from types import MappingProxyType
from typing import Any, BinaryIO

from ingest.document import Box, Document, Hidden, Kind, OutlineItem, Page, Secret, Skipped, Span, Warned
from ingest.errors import (
    IngestError,
    SourceEmpty,
    SourceMissing,
    SourceTooHeavy,
    SourceUnreadable,
    SourceUnsupported,
)
from ingest.identity import document
from ingest.limits import MIB, Limits
from ingest.page_line import said_page
from ingest.pdf import Progress, draw_page, pages_of_pdf, read_pdf
from ingest.process import answers
from ingest.repository import Repository, repository
from ingest.tesseract import LANGUAGES
from ingest.unseen import HOW

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
    include: Sequence[str] = (),
    exclude: Sequence[str] = (),
    revision: str | None = None,
) -> Document:
    """Read a PDF, an office or web file, a text, or source code in a file, folder, archive or git repository.

    Raises a subclass of IngestError and nothing else. `password` is for encrypted PDFs. Keys, tokens and passwords
    that stand in text or code are covered by asterisks of the same length, unless `secrets_too`. `languages` are
    those of scans, in tesseract's names joined by "+". `progress` is told how many pages are read, of how many.

    Of a codebase, files that match a pattern of `include` (as in a .gitignore) are read even where they are ignored,
    generated, vendored or large, and those that match one of `exclude` are not. A repository is fetched from its
    address, of which `revision` (or what stands behind its last "@") names a branch, tag or commit.
    """
    limits = limits or Limits()
    if wanted := repository(str(source), revision):
        return _read_repository(wanted, limits, include, exclude, secrets_too)
    path = _located(source)
    if path.is_dir():
        if revision is not None:
            raise SourceUnsupported(f"{path.name} is no git repository and has no revisions.", "Leave --rev out.")
        return _read_folder(path, limits, include, exclude, secrets_too)
    with _opened(path, limits) as file:
        if _is_pdf(file, path):
            return read_pdf(file, path, password, limits, languages, progress)
        if path.suffix.lower() in PICTURES:
            from ingest.image import read_image

            return read_image(file, path, limits, languages, progress)
        if form := _FORMS.get(path.suffix.lower()):
            return _read_apart(file, path, form, {"task": "convert", "form": form}, limits)
        if path.name.lower().endswith(_ARCHIVES):
            job = {"task": "unpack", "secrets_too": secrets_too, "include": list(include), "exclude": list(exclude)}
            return _read_apart(file, path, "code", job, limits)
        return _read_text(file.read(limits.source_bytes), path, secrets_too)


def pages(
    source: str | Path,
    *,
    password: str | None = None,
    limits: Limits | None = None,
    secrets_too: bool = False,
    languages: str = LANGUAGES,
    progress: Progress = _untold,
) -> Iterator[Page]:
    """The pages that `read` gives, one by one: of a PDF, the first within a second, however long it is.

    Raises what `read` raises, when it comes to that. Leaving the iteration early ends the work.
    """
    bounds = limits or Limits()
    path = _located(source)
    if path.is_file():
        with _opened(path, bounds) as file:
            if _is_pdf(file, path):
                yield from pages_of_pdf(file, path, password, bounds, languages, progress)
                return
    yield from read(path, limits=bounds, secrets_too=secrets_too, languages=languages, progress=progress).pages


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
            from ingest.image import draw_image

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
    from ingest.text_file import text_file

    found = text_file(data, path.name, secrets_too=secrets_too)
    if found is None:
        raise SourceUnsupported(f"{path.name} is a binary file of a type that cannot be read.", SUPPORTED)
    if not found.text.strip():
        raise SourceEmpty(f"{path.name} holds nothing but white space.", "Check that it was saved whole.")
    spans = tuple(Span(1, start, end, found.text[start:end]) for start, end in found.spans)
    page = Page(1, path.name if found.kind == "code" else "1", found.text, spans, found.warnings)
    sha256 = hashlib.sha256(data).hexdigest()
    made = document(path.name, str(path), found.kind, sha256, (page,), secrets_too=secrets_too)
    return replace(
        made,
        outline=found.outline,
        warnings=tuple(Warned(1, text) for text in found.warnings),
        hidden=(Hidden(1, found.unseen, HOW),) if found.unseen else (),
        secrets=tuple(Secret(1, path.name, *item) for item in found.secrets),
    )


def _read_folder(
    path: Path, limits: Limits, include: Sequence[str], exclude: Sequence[str], secrets_too: bool
) -> Document:
    from ingest.code_document import code_document
    from ingest.folder import walk
    from ingest.ignore import Choice

    found = walk(path, limits, Choice.of(include, exclude))
    return code_document(found, path.name or str(path), str(path), secrets_too=secrets_too)


def _read_repository(
    wanted: Repository, limits: Limits, include: Sequence[str], exclude: Sequence[str], secrets_too: bool
) -> Document:
    from ingest.code_document import code_document
    from ingest.codebase import Codebase
    from ingest.git import fetched
    from ingest.ignore import Choice
    from ingest.members import chosen

    members, commit = fetched(wanted, limits)
    base = Codebase(limits, Choice.of(include, exclude))
    base.track(members)
    found = chosen(members, base)
    made = code_document(found, wanted.name, wanted.shown, secrets_too=secrets_too)
    said = {"repository": wanted.shown, "revision": wanted.revision or "HEAD", "commit": commit}
    return replace(made, metadata=MappingProxyType(said))


def _read_apart(file: BinaryIO, path: Path, kind: Kind, job: dict[str, Any], limits: Limits) -> Document:
    """Read an office or web file or an archive in a process of its own, under the limits."""
    from ingest import headings

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
        from ingest.code_document import nothing_read

        raise nothing_read(path.name, skipped, len(hidden))
    secrets_too = job.get("secrets_too", False)
    made = document(path.name, str(path), kind, end["sha256"], tuple(pages), secrets_too=secrets_too)
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
