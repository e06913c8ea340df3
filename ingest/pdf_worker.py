"""The process in which a file of others is parsed, alone and under limits: a job on stdin, JSON lines on stdout.

A PDF is read or drawn, an office or web file converted, an archive unpacked. The lines are {"pages": n} (of a PDF),
{"page": ...} for each and {"end": ...}; or {"picture": ...}; or {"error": ...}.
The document comes as an open file, not as a path, so that the bytes that are hashed are those that are read.
"""

from __future__ import annotations

import base64
import gc
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
from ingest.pdf_repair import with_new_end
from ingest.unseen import HOW, without_unseen

EXTRAS_SECONDS = 10.0
"""CPU seconds that may go into what a document can do without: its metadata and outline."""

CUT_OFF = "the end of the file is missing, and with it perhaps some pages or pictures"

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
        with os.fdopen(job["file"], "rb", buffering=0) as file:
            file.seek(0)  # the parent has looked at the head of this very open file
            data = file.read()
        if job["task"] == "picture":
            _picture(data, job)
        elif job["task"] == "convert":
            _convert(data, job["form"])
        elif job["task"] == "unpack":
            _unpack(data, Limits(**job["limits"]), job["secrets_too"])
        else:
            _read(data, job["password"], job["limits"]["pages"])
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


def _say(message: dict[str, Any]) -> None:
    sys.stdout.write(json.dumps(message, ensure_ascii=False, separators=(",", ":")) + "\n")


def _read(data: bytes, password: str | None, most: int) -> None:
    from ingest import pdf_pdfium

    gc.disable()  # what is made here has no cycles, and looking for them takes a tenth of the time
    digest = hashlib.sha256(data).hexdigest()
    warnings: list[str] = []
    try:
        file = _opened(data, password, warnings)
    except pdf_pdfium.Unreadable as refusal:
        _rescue(data, digest, password, most, str(refusal))
        return
    _bounded(file.page_count, most)
    for page in _pages(file, _by_pypdf(data, password, file.page_count)):
        _say({"page": page})
    outline = _extra("outline", warnings, lambda: list(file.outline()))
    metadata = _extra("metadata", warnings, file.metadata)
    _end(digest, pdf_pdfium.VERSION, outline, metadata, warnings)


def _opened(data: bytes, password: str | None, warnings: list[str]) -> Any:
    from ingest import pdf_pdfium

    try:
        return pdf_pdfium.Pdf(data, password)
    except pdf_pdfium.Unreadable:
        mended = with_new_end(data)
        if mended is None:
            raise
        file = pdf_pdfium.Pdf(mended, password)
    warnings.append(CUT_OFF)
    return file


def _bounded(pages: int, most: int) -> None:
    if pages > most:
        raise SourceTooHeavy(
            f"This PDF has {pages:,} pages, and the limit is {most:,}.", "Split it, or raise the limit."
        )
    _say({"pages": pages})


def _pages(file: Any, second: Callable[[int], str]) -> Iterator[dict[str, Any]]:
    """Every page as it is said, a few pages after it is read: the pages around it tell what runs through all."""
    from ingest.pdf_columns import in_columns
    from ingest.pdf_layout import lay_out
    from ingest.pdf_margins import with_margins

    for page, margins in with_margins(_sheets(file)):
        if page.glyphs is None:
            yield _second_reading(page, second)
            continue
        apart = set(margins)
        body = [line for line in page.lines if line not in apart]
        layout = lay_out(page.glyphs, in_columns(page.glyphs, body))
        yield {
            "number": page.number,
            "label": page.label,
            "text": layout.text,
            "spans": layout.spans,
            "size": [round(page.glyphs.width, 2), round(page.glyphs.height, 2)],
            "warnings": page.warnings,
            "margins": [line.text for line in margins],
            "hidden": page.hidden,
        }


def _by_pypdf(data: bytes, password: str | None, pages: int) -> Callable[[int], str]:
    """The text of a page by pypdf, which is loaded and opens the file when the first page is asked for."""
    opened: list[Any] = []

    def text(number: int) -> str:
        from ingest import pdf_pypdf

        if not opened:
            opened.append(pdf_pypdf.Pdf(data, password))
        if opened[0].page_count() != pages:
            raise pdf_pypdf.Unreadable("the readers do not agree on the pages")
        return str(opened[0].text(number))

    return text


def _second_reading(page: Any, read: Callable[[int], str]) -> dict[str, Any]:
    """A page that pdfium cannot load, by pypdf; without places, and what is hidden in it cannot be told."""
    from ingest.decode import clean

    warnings: list[str] = []
    text = _extra(f"page {page.number}", warnings, lambda: clean(read(page.number)).strip())
    if text:
        page.warnings[:] = ["this page is damaged: its words were read without their places, hidden ones too"]
    return _plain_page(page.number, page.label, text or "", page.warnings)


def _sheets(file: Any) -> Iterator[Any]:
    """The pages one by one; the words of those before settle the hyphens of those after."""
    from ingest.pdf_pdfium import PageUnreadable
    from ingest.pdf_sheet import Sheet, sheet
    from ingest.words import Words

    words = Words()
    for number in range(1, file.page_count + 1):
        label = file.label(number) or str(number)
        try:
            glyphs = file.glyphs(number)
        except PageUnreadable as error:
            yield Sheet(number, label, None, (), (), [f"{UNREADABLE} ({error})"])
            continue
        words.learn(glyphs.text)
        yield sheet(number, label, glyphs, words)


def _plain_page(number: int, label: str, text: str, warnings: list[str]) -> dict[str, Any]:
    from ingest import prose

    text, apart = without_unseen(text)
    spans = [[start, end, []] for start, end in prose.borders(text, prose.blocks(text))]
    return {
        "number": number,
        "label": label,
        "text": text,
        "spans": spans,
        "size": [0, 0],
        "warnings": warnings,
        "margins": [],
        "hidden": [[apart, HOW]] if apart else [],
    }


def _rescue(data: bytes, digest: str, password: str | None, most: int, refusal: str) -> None:
    """Read with pypdf what pdfium refuses: the text without its places."""
    gc.enable()
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


def _convert(data: bytes, form: str) -> None:
    from ingest.convert import pages

    said, metadata = pages(data, form)
    for page in said:
        _say({"page": page})
    _say({"end": {"sha256": hashlib.sha256(data).hexdigest(), "metadata": metadata, "skipped": []}})


def _unpack(data: bytes, limits: Limits, secrets_too: bool) -> None:
    from ingest.archive import unpack
    from ingest.source_file import said_page

    found = unpack(data, limits)
    digest = hashlib.sha256()
    for number, (label, content, text) in enumerate(found.files, 1):
        digest.update(b"%d %d\0" % (len(label.encode()), len(content)) + label.encode() + content)
        _say({"page": said_page(number, label, text, secrets_too=secrets_too)})
    skipped = [[item.path, item.why] for item in found.skipped]
    _say({"end": {"sha256": digest.hexdigest(), "metadata": {}, "skipped": skipped}})


def _picture(data: bytes, job: dict[str, Any]) -> None:
    from ingest import pdf_pdfium

    try:
        file = _opened(data, job["password"], [])
    except pdf_pdfium.Unreadable as error:
        raise SourceDamaged(
            f"This PDF is too damaged to be drawn ({error}).", "Its text may still be readable."
        ) from error
    if not 1 <= job["number"] <= file.page_count:
        raise PageMissing(f"This PDF has no page {job['number']}.", f"Its pages are numbered 1 to {file.page_count}.")
    png = file.picture(job["number"], [Box(*corners) for corners in job["boxes"]], job["scale"])
    _say({"picture": base64.b64encode(png).decode("ascii")})


if __name__ == "__main__":
    main()
