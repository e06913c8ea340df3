"""PDF bytes in; characters with their places, outline and page images out. The one user of pypdfium2."""

from __future__ import annotations

import ctypes
import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate
from typing import Any

import pypdfium2 as pdfium
import pypdfium2.raw as raw

from ingest.document import Box, OutlineItem
from ingest.errors import SourceDamaged, SourceEncrypted, SourceTooHeavy

VERSION = f"pypdfium2 {pdfium.PYPDFIUM_INFO.version}"
_OUTLINE_DEPTH, _OUTLINE_MOST = 12, 20_000
_PIXELS_MOST = 40_000_000
_MARKER = (255, 221, 0)
"""Yellow like a highlighter; it is multiplied with the page, so that black text under it stays black."""


# Where pdfium writes its answers, 20,000 times a second: made once. pdfium itself allows one thread only.
_LEFT, _TOP, _RIGHT, _BOTTOM = (ctypes.c_double() for _ in range(4))


class PageUnreadable(Exception):
    """pdfium cannot load this one page."""


class Unreadable(Exception):
    """pdfium refuses the whole file; another reader may still take it."""


@dataclass(frozen=True, slots=True)
class Glyphs:
    """The characters of a page as pdfium orders them: `text[i]` is pdfium's character `index(i)`."""

    text: str
    width: float
    height: float
    _handle: Any
    _to_display: tuple[float, float, float, float, float, float]
    _units: Sequence[int] | None

    def index(self, at: int) -> int:
        """pdfium's number of the character `text[at]`: it counts UTF-16 units, and knows textless ones."""
        if self._units is None:
            return at
        return int(raw.FPDFText_GetCharIndexFromTextIndex(self._handle, self._units[at]))

    def baseline(self, at: int) -> tuple[float, float, float]:
        """(x, y, font size) of the origin of the character `text[at]`, as displayed."""
        index = self.index(at)
        raw.FPDFText_GetCharOrigin(self._handle, index, _LEFT, _TOP)
        x, y = _LEFT.value, _TOP.value
        a, b, c, d, e, f = self._to_display
        return a * x + c * y + e, b * x + d * y + f, raw.FPDFText_GetFontSize(self._handle, index)

    def boxes(self, start: int, end: int) -> tuple[Box, ...]:
        """The boxes around `text[start:end]`, one for each line of it, as displayed."""
        first = self.index(start)
        count = self.index(end - 1) + 1 - first
        found: list[list[float]] = []
        for number in range(raw.FPDFText_CountRects(self._handle, first, count)):
            raw.FPDFText_GetRect(self._handle, number, _LEFT, _TOP, _RIGHT, _BOTTOM)
            rect = [_LEFT.value, _BOTTOM.value, _RIGHT.value, _TOP.value]
            if rect[0] == rect[2] or rect[1] == rect[3]:
                continue
            if found and _same_line(found[-1], rect):
                line = found[-1]
                line[0], line[1] = min(line[0], rect[0]), min(line[1], rect[1])
                line[2], line[3] = max(line[2], rect[2]), max(line[3], rect[3])
            else:
                found.append(rect)
        if not found:  # glyphs without an outline, such as those of a text layer over a scan
            x, y, size = self.baseline(start)
            last_x, last_y, last_size = self.baseline(end - 1)
            corners = min(x, last_x), min(y, last_y) - size, max(x, last_x) + last_size / 2, max(y, last_y)
            return (Box(*(round(value, 2) for value in corners)),)
        return tuple(self._displayed(line) for line in found)

    def _displayed(self, rect: list[float]) -> Box:
        a, b, c, d, e, f = self._to_display
        x0, x1 = a * rect[0] + c * rect[1] + e, a * rect[2] + c * rect[3] + e
        y0, y1 = b * rect[0] + d * rect[1] + f, b * rect[2] + d * rect[3] + f
        if x0 > x1:
            x0, x1 = x1, x0
        if y0 > y1:
            y0, y1 = y1, y0
        return Box(round(x0, 2), round(y0, 2), round(x1, 2), round(y1, 2))


def _same_line(line: list[float], rect: list[float]) -> bool:
    """Whether a rectangle goes on where the line stands: they overlap in height (vertical text: in width)."""
    high, wide = rect[3] - rect[1], rect[2] - rect[0]
    if high > wide and line[3] - line[1] > 2 * (line[2] - line[0]):
        return min(line[2], rect[2]) - max(line[0], rect[0]) > 0.5 * min(wide, line[2] - line[0])
    return min(line[3], rect[3]) - max(line[1], rect[1]) > 0.5 * min(high, line[3] - line[1])


class Pdf:
    """An open PDF; raises Unreadable where pdfium refuses it, SourceEncrypted where it wants a password."""

    def __init__(self, data: bytes, password: str | None) -> None:
        try:
            self._file = pdfium.PdfDocument(data, password=password)
        except pdfium.PdfiumError as error:
            if error.err_code == raw.FPDF_ERR_PASSWORD:
                raise _locked(password) from error
            raise Unreadable(str(error)) from error
        self.page_count = len(self._file)

    def label(self, number: int) -> str:
        """The printed label of a page (counted from 1), or "" where the document gives none."""
        return str(self._file.get_page_label(number - 1)).strip()

    def outline(self) -> Iterator[OutlineItem]:
        """The table of contents that the file itself carries, depth first, at most 20,000 entries."""
        for count, entry in enumerate(self._file.get_toc(max_depth=_OUTLINE_DEPTH)):
            if count >= _OUTLINE_MOST:
                return
            target = entry.get_dest()
            index = target.get_index() if target else None
            yield OutlineItem(entry.get_title(), entry.level, None if index is None else index + 1)

    def glyphs(self, number: int) -> Glyphs:
        """The characters of a page (counted from 1); raises PageUnreadable."""
        try:
            page = self._file[number - 1]
            layer = page.get_textpage()
            box, turn = page.get_bbox(), page.get_rotation()
            width, height = page.get_size()
        except (pdfium.PdfiumError, KeyError) as error:
            raise PageUnreadable(str(error)) from error
        text = layer.get_text_range(errors="replace")
        plain = len(text) == layer.count_chars()
        units = None if plain else [0, *accumulate(1 + (char > "\uffff") for char in text)]
        return Glyphs(text, width, height, layer, _display(box, turn), units)

    def picture(self, number: int, boxes: Sequence[Box], scale: float) -> bytes:
        """The page as PNG, `scale` pixels a point, with the boxes marked; raises what reading raises."""
        try:
            page = self._file[number - 1]
            width, height = page.get_size()
            if width * height * scale * scale > _PIXELS_MOST:
                raise SourceTooHeavy(
                    f"The picture of page {number} would have over {_PIXELS_MOST // 10**6} million pixels.",
                    "Ask for a smaller scale.",
                )
            image = page.render(scale=scale).to_pil().convert("RGB")
        except pdfium.PdfiumError as error:
            raise SourceDamaged(
                f"Page {number} cannot be drawn.", "Its text may still be readable."
            ) from error
        from PIL import Image, ImageChops, ImageDraw

        layer = Image.new("RGB", image.size, "white")
        pen = ImageDraw.Draw(layer)
        for box in boxes:
            corners = [value * scale for value in (box.x0 - 1, box.y0 - 1, box.x1 + 1, box.y1 + 1)]
            pen.rectangle(corners, fill=_MARKER)
        out = io.BytesIO()
        ImageChops.multiply(image, layer).save(out, "PNG")
        return out.getvalue()


def _locked(password: str | None) -> SourceEncrypted:
    if password:
        return SourceEncrypted("The password does not open this PDF.", "Give the right password.")
    return SourceEncrypted("This PDF is encrypted and needs a password.", "Give its password.")


def _display(
    box: tuple[float, float, float, float], turn: int
) -> tuple[float, float, float, float, float, float]:
    """From PDF user space to the page as displayed: (a, b, c, d, e, f) in x' = ax + cy + e, y' = bx + dy + f.

    PDF 32000-1, 8.3.2.3 (user space), 14.11.2 (page boundaries), table 30 (Rotate, clockwise).
    """
    left, bottom, right, top = box
    return {
        0: (1.0, 0.0, 0.0, -1.0, -left, top),
        90: (0.0, 1.0, 1.0, 0.0, -bottom, -left),
        180: (-1.0, 0.0, 0.0, 1.0, right, -bottom),
        270: (0.0, -1.0, -1.0, 0.0, top, right),
    }[turn]
