"""PDF bytes in; characters with their places, outline and page images out. The one user of pypdfium2."""

from __future__ import annotations

import ctypes
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from itertools import accumulate
from typing import Any

import pypdfium2 as pdfium
import pypdfium2.raw as raw

from ingest.document import OutlineItem
from ingest.errors import SourceDamaged, SourceEncrypted, SourceTooHeavy
from ingest.pdf_annotations import Note, notes
from ingest.pdf_drawn import Drawn, DrawnKind
from ingest.pdf_matrix import Matrix, Sides, after, around, display
from ingest.pdf_place import Place
from ingest.pdf_rects import joined
from ingest.pdf_unreadable import Unreadable

VERSION = f"pypdfium2 {pdfium.PYPDFIUM_INFO.version}"
_VALUE_LONGEST = 2000
_OUTLINE_DEPTH, _OUTLINE_MOST = 12, 20_000
_PIXELS_MOST, _ATTACHMENTS_MOST = 40_000_000, 10_000


def _quick(function: Any, answer: Any, *arguments: Any) -> Any:
    """The same C function without the conversions and checks of its arguments, which take longer than the call.

    Used for what is called hundreds of times a page; handles and places for answers are plain addresses here.
    """
    return ctypes.PYFUNCTYPE(answer, *arguments)(ctypes.cast(function, ctypes.c_void_p).value or 0)


_AT, _INT, _SINGLE = ctypes.c_void_p, ctypes.c_int, ctypes.c_float
_count_rects = _quick(raw.FPDFText_CountRects, _INT, _AT, _INT, _INT)
_get_rect = _quick(raw.FPDFText_GetRect, _INT, _AT, _INT, _AT, _AT, _AT, _AT)
_get_origin = _quick(raw.FPDFText_GetCharOrigin, _INT, _AT, _INT, _AT, _AT)
_get_size = _quick(raw.FPDFText_GetFontSize, ctypes.c_double, _AT, _INT)
_get_index = _quick(raw.FPDFText_GetCharIndexFromTextIndex, _INT, _AT, _INT)
_get_drawn_by = _quick(raw.FPDFText_GetTextObject, _AT, _AT, _INT)
_get_on_page = _quick(raw.FPDFPage_GetObject, _AT, _AT, _INT)
_get_in_form = _quick(raw.FPDFFormObj_GetObject, _AT, _AT, ctypes.c_ulong)
_count_in_form = _quick(raw.FPDFFormObj_CountObjects, _INT, _AT)
_get_type = _quick(raw.FPDFPageObj_GetType, _INT, _AT)
_get_mode = _quick(raw.FPDFTextObj_GetTextRenderMode, _INT, _AT)
_get_bounds = _quick(raw.FPDFPageObj_GetBounds, _INT, _AT, _AT, _AT, _AT, _AT)
_get_ink = _quick(raw.FPDFPageObj_GetFillColor, _INT, _AT, _AT, _AT, _AT, _AT)
_get_painting = _quick(raw.FPDFPath_GetDrawMode, _INT, _AT, _AT, _AT)
_get_matrix = _quick(raw.FPDFPageObj_GetMatrix, _INT, _AT, _AT)
_get_em = _quick(raw.FPDFTextObj_GetFontSize, _INT, _AT, _AT)
_set_active = _quick(raw.FPDFPageObj_SetIsActive, _INT, _AT, _INT)

# Where pdfium writes its answers: made once. pdfium itself allows one thread only.
_RECT, _SIDES, _INKS = (ctypes.c_double * 4)(), (_SINGLE * 4)(), (ctypes.c_uint * 4)()
_MATRIX, _PAINTING, _EM = (_SINGLE * 6)(), (_INT * 2)(), _SINGLE()


def _places(array: Any) -> tuple[int, ...]:
    width = ctypes.sizeof(array) // len(array)
    return tuple(range(ctypes.addressof(array), ctypes.addressof(array) + ctypes.sizeof(array), width))


_RECT_AT, _SIDES_AT, _INKS_AT, _PAINTING_AT = _places(_RECT), _places(_SIDES), _places(_INKS), _places(_PAINTING)
_MATRIX_AT, _EM_AT = ctypes.addressof(_MATRIX), ctypes.addressof(_EM)
_NO_COLOUR = (0, 0, 0, 255)
_TEXT, _PATH, _FORM = raw.FPDF_PAGEOBJ_TEXT, raw.FPDF_PAGEOBJ_PATH, raw.FPDF_PAGEOBJ_FORM
_NESTING_MOST, _OBJECTS_MOST = 12, 500_000


@dataclass(frozen=True, slots=True)
class Glyphs:
    """The characters of a page as pdfium orders them: `text[i]` is pdfium's character `index(i)`."""

    text: str
    width: float
    height: float
    _page: Any
    _layer: Any
    _at: int
    _to_display: Matrix
    _units: Sequence[int] | None

    def index(self, at: int) -> int:
        """pdfium's number of the character `text[at]`: it counts UTF-16 units, and knows textless ones."""
        return at if self._units is None else int(_get_index(self._at, self._units[at]))

    def objects(self) -> list[Drawn] | None:
        """What the page's content draws, in that order; None where it is too much to look through."""
        found: list[Drawn] = []
        top = ctypes.cast(self._page.raw, _AT).value or 0
        count = raw.FPDFPage_CountObjects(self._page.raw)
        return found if _gather(found, top, count, _get_on_page, self._to_display, 0) else None

    def drawn_by(self) -> Iterator[tuple[int, int]]:
        """(place in `text`, key of the text object that draws it) of each character that one draws."""
        for at in range(len(self.text)):
            key = _get_drawn_by(self._at, self.index(at))
            if key:
                yield at, key

    def em(self, drawn: Drawn) -> float:
        """The height or the width of the em square of a text's font, whichever is smaller, in points."""
        _get_em(drawn.key, _EM_AT)
        _get_matrix(drawn.key, _MATRIX_AT)
        a, b, c, d = _MATRIX[:4]
        return float(abs(_EM.value) * min(abs(a) + abs(b), abs(c) + abs(d)))

    def shade(self, without: Sequence[Drawn], part: Sides, scale: float) -> Any:
        """A part (left, top, right, bottom) of the page as a picture of PIL, as it looks without these objects."""
        for drawn in without:
            _set_active(drawn.key, 0)
        try:
            left, top, right, bottom = part
            edges = left, self.height - bottom, self.width - right, top
            picture = self._page.render(scale=scale, crop=edges, may_draw_forms=False, draw_annots=False)
            return picture.to_pil().convert("RGB")
        finally:
            for drawn in without:
                _set_active(drawn.key, 1)

    def baseline(self, at: int) -> tuple[float, float, float]:
        """(x, y, font size) of the origin of the character `text[at]`, as displayed."""
        index = at if self._units is None else self.index(at)
        _get_origin(self._at, index, _RECT_AT[0], _RECT_AT[1])
        x, y = _RECT[0], _RECT[1]
        a, b, c, d, e, f = self._to_display
        return a * x + c * y + e, b * x + d * y + f, _get_size(self._at, index)

    def x(self, at: int) -> float:
        """The x of the origin of the character `text[at]`, as displayed."""
        _get_origin(self._at, at if self._units is None else self.index(at), _RECT_AT[0], _RECT_AT[1])
        a, _, c, _, e, _ = self._to_display
        return float(a * _RECT[0] + c * _RECT[1] + e)

    def size(self, at: int) -> float:
        """The font size of the character `text[at]`, in points."""
        return float(_get_size(self._at, at if self._units is None else self.index(at)))

    def boxes(self, start: int, end: int) -> tuple[Place, ...]:
        """The boxes around `text[start:end]`, one for each line of it, as displayed."""
        return self.stretches(start, end)[0]

    def stretches(self, start: int, end: int) -> tuple[tuple[Place, ...], tuple[tuple[float, float], ...]]:
        """The same boxes, and the (left, right) of the blank stretches of some width within them."""
        first = self.index(start)
        count = self.index(end - 1) + 1 - first
        found, gaps = joined(self._rects(_count_rects(self._at, first, count)))
        if not found:  # glyphs without an outline, such as those of a text layer over a scan
            x, y, size = self.baseline(start)
            last_x, last_y, last_size = self.baseline(end - 1)
            corners = min(x, last_x), min(y, last_y) - size, max(x, last_x) + last_size / 2, max(y, last_y)
            return (Place(*(round(value, 2) for value in corners)),), ()
        boxes = tuple([self._displayed(line) for line in found])
        if not gaps:
            return boxes, ()
        a, _, c, _, e, _ = self._to_display
        return boxes, () if c or a < 0 else tuple((left + e, right + e) for left, right in gaps)

    def _rects(self, count: int) -> Iterator[Sequence[float]]:
        """The (left, top, right, bottom) of what was counted last, in PDF user space."""
        for number in range(count):
            _get_rect(self._at, number, *_RECT_AT)
            yield _RECT[:]

    def _displayed(self, rect: list[float]) -> Place:
        a, b, c, d, e, f = self._to_display
        if a == 1:
            return Place(round(rect[0] + e, 2), round(f - rect[3], 2), round(rect[2] + e, 2), round(f - rect[1], 2))
        x0, x1 = a * rect[0] + c * rect[1] + e, a * rect[2] + c * rect[3] + e
        y0, y1 = b * rect[0] + d * rect[1] + f, b * rect[2] + d * rect[3] + f
        if x0 > x1:
            x0, x1 = x1, x0
        if y0 > y1:
            y0, y1 = y1, y0
        return Place(round(x0, 2), round(y0, 2), round(x1, 2), round(y1, 2))


def _gather(found: list[Drawn], above: int, count: int, get: Any, place: Matrix, depth: int) -> bool:
    """Add what a page or form draws; False where it is too much. A hundred objects a page: written to be quick."""
    if depth > _NESTING_MOST or len(found) + count > _OBJECTS_MOST:
        return False
    a, b, c, d, e, f = place
    upright = not b and not c and a > 0 > d
    left_at, bottom_at, right_at, top_at = _SIDES_AT
    red_at, green_at, blue_at, alpha_at = _INKS_AT
    kind: DrawnKind
    for number in range(count):
        key = get(above, number)
        what = _get_type(key)
        mode, ink = 0, _NO_COLOUR
        if what == _TEXT:
            kind, mode = "text", _get_mode(key)
        elif what == _PATH:
            kind = "fill"
            _get_painting(key, *_PAINTING_AT)
            if not _PAINTING[0]:
                continue
        elif what == _FORM:
            _get_matrix(key, _MATRIX_AT)
            own = after(tuple(_MATRIX), place)
            if not _gather(found, key, _count_in_form(key), _get_in_form, own, depth + 1):
                return False
            continue
        else:
            kind = "picture"
        _get_bounds(key, left_at, bottom_at, right_at, top_at)
        left, bottom, right, top = _SIDES[:]  # not the array itself: going through one takes three times as long
        if upright:
            box = a * left + e, d * top + f, a * right + e, d * bottom + f
        else:
            box = around(place, left, bottom, right, top)
        if kind != "picture" and _get_ink(key, red_at, green_at, blue_at, alpha_at):
            red, green, blue, alpha = _INKS[:]
            ink = red, green, blue, alpha
        found.append(Drawn(key, kind, box, ink, mode))
    return True


class Pdf:
    """An open PDF; raises Unreadable where pdfium refuses it, SourceEncrypted where it wants a password."""

    def __init__(self, data: bytes, password: str | None) -> None:
        try:
            self._file = pdfium.PdfDocument(data, password=password)
        except pdfium.PdfiumError as error:
            if error.err_code == raw.FPDF_ERR_PASSWORD:
                raise _locked(password) from error
            raise Unreadable(str(error)) from error
        with suppress(pdfium.PdfiumError):
            self._file.init_forms()  # before the pages are counted; without it, fields have no values
        self.page_count = len(self._file)
        self._latest: tuple[Any, Matrix] | None = None

    def metadata(self) -> dict[str, str]:
        """What the file says of itself (Title, Author, ...), without empty values."""
        found = self._file.get_metadata_dict(skip_empty=True)
        return {key: value.replace("\0", "").strip()[:_VALUE_LONGEST] for key, value in found.items()}

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
        """The characters of a page (counted from 1); raises Unreadable."""
        try:
            page = self._file[number - 1]
            layer = page.get_textpage()
            box, turn = page.get_bbox(), page.get_rotation()
            width, height = page.get_size()
        except (pdfium.PdfiumError, KeyError) as error:
            raise Unreadable(str(error)) from error
        text = layer.get_text_range(errors="replace")
        plain = len(text) == layer.count_chars()
        units = None if plain else [0, *accumulate(1 + (char > "\uffff") for char in text)]
        at = ctypes.cast(layer.raw, _AT).value or 0
        self._latest = page, display(box, turn)
        return Glyphs(text, width, height, page, layer, at, display(box, turn), units)

    def notes(self) -> list[Note]:
        """The comments and form fields of the page whose glyphs were asked for last."""
        return list(notes(*self._latest)) if self._latest else []

    def attachments(self) -> list[str]:
        """The names of the files within the file, which are never opened."""
        count = min(_ATTACHMENTS_MOST, self._file.count_attachments())
        return [self._file.get_attachment(number).get_name() for number in range(count)]

    def drawn(self, number: int, scale: float) -> Any:
        """The page as a picture of PIL, `scale` pixels a point; raises SourceDamaged, SourceTooHeavy."""
        try:
            page = self._file[number - 1]
            width, height = page.get_size()
            if width * height * scale * scale > _PIXELS_MOST:
                raise SourceTooHeavy(
                    f"The picture of page {number} would have over {_PIXELS_MOST // 10**6} million pixels.",
                    "Ask for a smaller scale.",
                )
            return page.render(scale=scale).to_pil().convert("RGB")
        except pdfium.PdfiumError as error:
            raise SourceDamaged(f"Page {number} cannot be drawn.", "Its text may still be readable.") from error


def _locked(password: str | None) -> SourceEncrypted:
    if password:
        return SourceEncrypted("The password does not open this PDF.", "Give the right password.")
    return SourceEncrypted("This PDF is encrypted and needs a password.", "Give its password.")
