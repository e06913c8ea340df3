"""The text layer of a PDF page, as pdfium holds it, in; characters with their places, and pictures, out."""

from __future__ import annotations

import ctypes
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from ingest import pdf_calls as calls
from ingest.pdf_content import drawn_on, em
from ingest.pdf_drawn import Drawn
from ingest.pdf_matrix import Matrix, Sides, around
from ingest.pdf_measure import Measure
from ingest.pdf_rects import joined

_RECT, _POINT = calls.Answer(ctypes.c_double, 4), calls.Answer(ctypes.c_double, 2)
_rect, (_LEFT_AT, _TOP_AT, _RIGHT_AT, _BOTTOM_AT) = _RECT.values, _RECT.at
_point, (_X_AT, _Y_AT) = _POINT.values, _POINT.at


@dataclass(frozen=True, slots=True)
class Glyphs:
    """The characters of a page as pdfium orders them: `text[i]` is pdfium's character `index(i)`.

    `page` and `layer` are pypdfium2's; `units` has for each character how many UTF-16 units stand before it, and is
    None where pdfium counts as Python does.
    """

    text: str
    width: float
    height: float
    page: Any
    layer: Any
    at: calls.Handle
    to_display: Matrix
    units: Sequence[int] | None

    def index(self, at: int) -> int:
        """pdfium's number of the character `text[at]`: it counts UTF-16 units, and knows textless ones."""
        return at if self.units is None else int(calls.get_index(self.at, self.units[at]))

    def blank(self) -> bool:
        """Whether there is nothing at all on the page."""
        page = calls.handle(self.page.raw)
        return not calls.count_on_page(page) and not calls.count_annotations(page)

    def objects(self) -> list[Drawn] | None:
        """What the page's content draws, in that order; None where it is too much to look through."""
        return drawn_on(calls.handle(self.page.raw), self.to_display)

    def drawn_by(self) -> Iterator[tuple[int, int]]:
        """(place in `text`, key of the text object that draws it) of each character that one draws."""
        for at in range(len(self.text)):
            key = calls.get_drawn_by(self.at, self.index(at))
            if key:
                yield at, key

    def em(self, drawn: Drawn) -> float:
        """The height or the width of the em square of a text's font, whichever is smaller, in points."""
        return em(drawn.key)

    def shade(self, without: Sequence[Drawn], part: Sides, scale: float) -> Any:
        """A part (left, top, right, bottom) of the page as a picture of PIL, as it looks without these objects."""
        for drawn in without:
            calls.set_active(calls.Handle(drawn.key), 0)
        try:
            left, top, right, bottom = part
            edges = left, self.height - bottom, self.width - right, top
            picture = self.page.render(scale=scale, crop=edges, may_draw_forms=False, draw_annots=False)
            return picture.to_pil().convert("RGB")
        finally:
            for drawn in without:
                calls.set_active(calls.Handle(drawn.key), 1)

    def x(self, at: int) -> float:
        """The x of the origin of the character `text[at]`, as displayed."""
        calls.get_origin(self.at, at if self.units is None else self.index(at), _X_AT, _Y_AT)
        x, y = _point()
        a, _, c, _, e, _ = self.to_display
        return float(a * x + c * y + e)

    def boxes(self, start: int, end: int) -> tuple[Sides, ...]:
        """The boxes around `text[start:end]`, one for each line of it, as displayed."""
        return self.measure(start, end)[0]

    def measure(self, start: int, end: int) -> Measure:
        """Where `text[start:end]` stands, as displayed. Called for every line: written to be quick."""
        layer, get_rect = self.at, calls.get_rect
        first, last = start, end - 1
        if self.units is not None:
            first, last = self.index(first), self.index(last)
        rects = []
        for number in range(calls.count_rects(layer, first, last + 1 - first)):
            get_rect(layer, number, _LEFT_AT, _TOP_AT, _RIGHT_AT, _BOTTOM_AT)
            rects.append(_rect())
        size, last_size = calls.get_size(layer, first), calls.get_size(layer, last)
        found, gaps = joined(rects, size)
        a, b, c, d, e, f = self.to_display
        calls.get_origin(layer, first, _X_AT, _Y_AT)
        x, y = _point()
        x, y = a * x + c * y + e, b * x + d * y + f
        if not found:  # glyphs without an outline, such as those of a text layer over a scan
            calls.get_origin(layer, last, _X_AT, _Y_AT)
            last_x, last_y = _point()
            last_x, last_y = a * last_x + c * last_y + e, b * last_x + d * last_y + f
            sides = min(x, last_x), min(y, last_y) - size, max(x, last_x) + last_size / 2, max(y, last_y)
            return (_rounded(sides),), (), x, y, size, last_size
        if a == 1:
            boxes = tuple([_rounded((left + e, f - top, right + e, f - bottom)) for left, bottom, right, top in found])
        else:
            boxes = tuple([_rounded(around(self.to_display, *line)) for line in found])
        if not gaps or c or a < 0:
            return boxes, (), x, y, size, last_size
        return boxes, tuple([(left + e, right + e) for left, right in gaps]), x, y, size, last_size


def _rounded(sides: Sides) -> Sides:
    """To hundredths of a point; round() takes three times as long."""
    left, top, right, bottom = sides
    return (
        (left * 100 + 0.5) // 1 / 100,
        (top * 100 + 0.5) // 1 / 100,
        (right * 100 + 0.5) // 1 / 100,
        (bottom * 100 + 0.5) // 1 / 100,
    )
