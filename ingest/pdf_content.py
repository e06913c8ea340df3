"""The content of a PDF page, as pdfium holds it, in; what it draws, object by object, out. Knows no characters."""

from __future__ import annotations

import ctypes
from collections.abc import Callable

from ingest import pdf_calls as calls
from ingest.pdf_drawn import Drawn, DrawnKind
from ingest.pdf_matrix import Matrix, Sides, after, around

_NESTING_MOST, _OBJECTS_MOST, _SEGMENTS_MOST = 12, 500_000, 64
_STRAIGHT = 0.5
_NO_COLOUR = (0, 0, 0, 255)
_SIDES, _INK = calls.Answer(ctypes.c_float, 4), calls.Answer(ctypes.c_uint, 4)
_PAINTING = calls.Answer(ctypes.c_int, 2)
_POINT = calls.Answer(ctypes.c_float, 2)
_MATRIX, _EM = calls.Answer(ctypes.c_float, 6), calls.Answer(ctypes.c_float, 1)


def drawn_on(page: calls.Handle, place: Matrix) -> list[Drawn] | None:
    """What a page draws, in that order, as displayed by the matrix; None where it is too much to look through."""
    found: list[Drawn] = []
    return found if _gather(found, page, calls.count_on_page(page), calls.get_on_page, place, 0) else None


def em(key: int) -> float:
    """The height or the width of the em square of a text object's font, whichever is smaller, in points."""
    text = calls.Handle(key)
    calls.get_em(text, _EM.whole)
    calls.get_matrix(text, _MATRIX.whole)
    a, b, c, d, _, _ = _MATRIX.values()
    return float(abs(_EM.values()[0]) * min(abs(a) + abs(b), abs(c) + abs(d)))


def _gather(
    found: list[Drawn],
    above: calls.Handle,
    count: int,
    get: Callable[[calls.Handle, int], calls.Handle],
    place: Matrix,
    depth: int,
) -> bool:
    """Add what a page or form draws; False where it is too much. A hundred objects a page: written to be quick."""
    if depth > _NESTING_MOST or len(found) + count > _OBJECTS_MOST:
        return False
    get_mode, get_bounds, get_ink = calls.get_mode, calls.get_bounds, calls.get_ink
    left_at, bottom_at, right_at, top_at = _SIDES.at
    red_at, green_at, blue_at, alpha_at = _INK.at
    sides, inks, add, new = _SIDES.values, _INK.values, found.append, tuple.__new__
    a, b, c, d, e, f = place
    upright = not b and not c and a > 0 > d
    kind: DrawnKind
    for number in range(count):
        key = get(above, number)
        mode = get_mode(key)
        if mode >= 0:
            kind = "text"
        else:  # no text
            mode, kind = 0, "picture"
            what = calls.get_type(key)
            if what == calls.FORM:
                calls.get_matrix(key, _MATRIX.whole)
                own = after(_MATRIX.values(), place)
                if not _gather(found, key, calls.count_in_form(key), _get_in_form, own, depth + 1):
                    return False
                continue
            if what == calls.PATH:
                kind = "fill"
                calls.get_painting(key, *_PAINTING.at)
                filled, stroked = _PAINTING.values()
                if not filled:
                    if stroked:
                        found += [Drawn(key.value or 0, "rule", line, _NO_COLOUR, 0) for line in _stroked(key, place)]
                    continue
        get_bounds(key, left_at, bottom_at, right_at, top_at)
        left, bottom, right, top = sides()
        if upright:
            box = a * left + e, d * top + f, a * right + e, d * bottom + f
        else:
            box = around(place, left, bottom, right, top)
        coloured = kind != "picture" and get_ink(key, red_at, green_at, blue_at, alpha_at)
        add(new(Drawn, (key.value, kind, box, tuple(inks()) if coloured else _NO_COLOUR, mode)))
    return True


def _stroked(path: calls.Handle, place: Matrix) -> list[Sides]:
    """The level and upright lines that a path strokes, as displayed; none of a path with curves, which is a drawing."""
    count = calls.count_segments(path)
    if not 1 < count <= _SEGMENTS_MOST:
        return []
    calls.get_matrix(path, _MATRIX.whole)
    a, b, c, d, e, f = after(_MATRIX.values(), place)
    lines: list[Sides] = []
    last = (0.0, 0.0)
    for number in range(count):
        segment = calls.get_segment(path, number)
        kind = calls.get_segment_type(segment)
        if kind == calls.BEZIER:
            return []
        calls.get_point(segment, *_POINT.at)
        x, y = _POINT.values()
        here = a * x + c * y + e, b * x + d * y + f
        if kind != calls.MOVE and (abs(here[0] - last[0]) < _STRAIGHT or abs(here[1] - last[1]) < _STRAIGHT):
            lines.append((min(last[0], here[0]), min(last[1], here[1]), max(last[0], here[0]), max(last[1], here[1])))
        last = here
    return lines


def _get_in_form(form: calls.Handle, number: int) -> calls.Handle:
    child: calls.Handle = calls.get_in_form(form, ctypes.c_ulong(number))
    return child
