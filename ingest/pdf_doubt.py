"""The visible lines of a PDF page and what it draws in; why its picture should be read instead, or "", out."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal, Protocol

from ingest.garble import garbled
from ingest.pdf_drawn import Drawn
from ingest.pdf_lines import Line

Doubt = Literal["", "empty", "garbled", "picture"]

_LETTERS_FEW = 200
"""A scan with a stamp or a running head in letters has fewer; a page of text has more."""
_PICTURE_SHARE = 0.5
"""Of the page's area, from which on a picture may be the page itself."""


class Drawing(Protocol):
    """What this module needs of a page: see pdf_pdfium.Glyphs."""

    @property
    def width(self) -> float: ...
    @property
    def height(self) -> float: ...
    def objects(self) -> list[Drawn] | None: ...


def doubt(seen: Sequence[Line], page: Drawing) -> Doubt:
    """No text at all, text that is debris, or hardly any on a picture that fills most of the page."""
    if not seen:
        return "empty"
    text = "\n".join(line.text for line in seen)
    if len(text) < _LETTERS_FEW and _pictured(page):
        return "picture"
    return "garbled" if garbled(text) else ""


def _pictured(page: Drawing) -> bool:
    area = page.width * page.height
    return any(_covered(item, page) > _PICTURE_SHARE * area for item in page.objects() or () if item.kind == "picture")


def _covered(item: Drawn, page: Drawing) -> float:
    left, top, right, bottom = item.box
    wide = min(right, page.width) - max(left, 0.0)
    high = min(bottom, page.height) - max(top, 0.0)
    return max(0.0, wide) * max(0.0, high)
