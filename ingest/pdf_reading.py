"""The bytes of a PDF in; what the worker says of it, line by line, or a page's picture, out."""

from __future__ import annotations

import gc
import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any

from ingest.document import Box, OutlineItem
from ingest.errors import PageMissing, SourceDamaged, SourceTooHeavy
from ingest.page_line import page_line
from ingest.pdf_columns import in_columns
from ingest.pdf_extras import extra
from ingest.pdf_fields import comments_of, with_fields
from ingest.pdf_layout import lay_out
from ingest.pdf_margins import REACH, with_margins
from ingest.pdf_marker import marked
from ingest.pdf_pdfium import VERSION, Pdf
from ingest.pdf_ranges import ranges
from ingest.pdf_repair import with_new_end
from ingest.pdf_sheet import Sheet, sheet
from ingest.pdf_tables import with_tables
from ingest.pdf_unreadable import UNREADABLE, Unreadable
from ingest.unseen import kept_apart
from ingest.words import Words

CUT_OFF = "the end of the file is missing, and with it perhaps some pages or pictures"


def read(data: bytes, password: str | None, most: int, part: int = 0, of: int = 1) -> Iterator[dict[str, Any]]:
    """{"pages": n, "in_ranges": ...}, {"page": ...} for each and {"end": ...}; raises SourceTooHeavy over `most` pages.

    Of the ranges of a long file, this is every `of`-th, from number `part` on: see ingest.pdf_ranges. Where pdfium
    refuses the file, pypdf reads all of it; raises SourceDamaged where that refuses it too.
    """
    gc.disable()  # what is made here has no cycles, and looking for them takes a tenth of the time
    digest = hashlib.sha256(data).hexdigest()
    warnings: list[str] = []
    try:
        file = _opened(data, password, warnings)
    except Unreadable as refusal:
        yield from _rescued(data, digest, password, most, str(refusal))
        return
    yield _counted(file.page_count, most, in_ranges=True)
    for numbers in ranges(file.page_count)[part::of]:
        yield from _pages(file, data, password, numbers)
    if part:
        yield _end(digest, VERSION, [], {}, [])
        return
    outline = extra("outline", warnings, lambda: list(file.outline()))
    metadata = extra("metadata", warnings, file.metadata)
    attached = extra("attachments", warnings, file.attachments)
    yield _end(digest, VERSION, outline, metadata, warnings, attached)


def picture(data: bytes, password: str | None, number: int, boxes: Sequence[Box], scale: float) -> bytes:
    """A page as PNG with the boxes marked; raises SourceDamaged, PageMissing, SourceTooHeavy."""
    file = to_draw(data, password)
    if not 1 <= number <= file.page_count:
        raise PageMissing(f"This PDF has no page {number}.", f"Its pages are numbered 1 to {file.page_count}.")
    return marked(file.drawn(number, scale), boxes, scale)


def to_draw(data: bytes, password: str | None) -> Pdf:
    """The file opened for pictures only; raises SourceDamaged, SourceEncrypted."""
    try:
        return _opened(data, password, [])
    except Unreadable as error:
        raise SourceDamaged(
            f"This PDF is too damaged to be drawn ({error}).", "Its text may still be readable."
        ) from error


def _opened(data: bytes, password: str | None, warnings: list[str]) -> Pdf:
    try:
        return Pdf(data, password)
    except Unreadable:
        mended = with_new_end(data)
        if mended is None:
            raise
        file = Pdf(mended, password)
    warnings.append(CUT_OFF)
    return file


def _counted(pages: int, most: int, *, in_ranges: bool) -> dict[str, Any]:
    if pages > most:
        raise SourceTooHeavy(
            f"This PDF has {pages:,} pages, and the limit is {most:,}.", "Split it, or raise the limit."
        )
    return {"pages": pages, "in_ranges": in_ranges}


def _pages(file: Pdf, data: bytes, password: str | None, numbers: range) -> Iterator[dict[str, Any]]:
    """The pages as they are said, a few pages after each is read: the pages around it tell what runs through all."""
    second = None
    around = range(max(1, numbers.start - REACH), min(file.page_count + 1, numbers.stop + REACH))
    for page, margins in with_margins(_sheets(file, around)):
        if page.number not in numbers:
            continue
        if page.glyphs is None:
            if second is None:
                from ingest.pdf_rescue import SecondReading  # here: pypdf takes long to load, and few files need it

                second = SecondReading(data, password, file.page_count)
            yield second.page(page.number, page.label, page.warnings)
            continue
        apart = set(margins)
        body = [line for line in page.lines if line not in apart]
        seen = in_columns(page.glyphs, with_tables(page.glyphs, body, page.grids))
        layout = with_fields(lay_out(page.glyphs, seen), page.notes)
        comments, unseen = comments_of(page.notes)
        yield page_line(
            page.number,
            page.label,
            layout.text,
            layout.spans,
            size=(round(page.glyphs.width, 2), round(page.glyphs.height, 2)),
            hidden=[*page.hidden, *unseen],
            warnings=page.warnings if not unseen else [*page.warnings, *kept_apart(unseen)],
            comments=comments,
            margins=[line.text for line in margins],
            doubt=page.doubt,
        )


def _sheets(file: Pdf, numbers: range) -> Iterator[Sheet]:
    """The pages one by one; the words of those before settle the hyphens of those after."""
    words = Words()
    for number in numbers:
        label = file.label(number) or str(number)
        try:
            glyphs = file.glyphs(number)
        except Unreadable as error:
            yield Sheet(number, label, None, (), (), [f"{UNREADABLE} ({error})"])
            continue
        words.learn(glyphs.text)
        found = sheet(number, label, glyphs, words)
        yield replace(found, notes=notes) if (notes := file.notes()) else found


def _rescued(data: bytes, digest: str, password: str | None, most: int, refusal: str) -> Iterator[dict[str, Any]]:
    gc.enable()
    from ingest.pdf_rescue import VERSION, Rescue

    file = Rescue(data, password, refusal)
    yield _counted(file.page_count, most, in_ranges=False)
    yield from file.pages()
    outline = extra("outline", file.warnings, file.outline)
    metadata = extra("metadata", file.warnings, file.metadata)
    yield _end(digest, VERSION, outline, metadata, file.warnings)


def _end(
    digest: str,
    reader: str,
    outline: list[OutlineItem] | None,
    metadata: dict[str, str] | None,
    warnings: list[str],
    attached: list[str] | None = None,
) -> dict[str, Any]:
    items = [(item.title, item.level, item.page) for item in outline or ()]
    return {
        "end": {
            "sha256": digest,
            "reader": reader,
            "outline": items,
            "metadata": metadata or {},
            "warnings": warnings,
            "attached": attached or [],
        }
    }
