"""The rectangles around pieces of text in PDF user space in, those around whole lines of it out; knows no file."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

GAP = 7.0
"""Points. No space between words is as wide; what parts columns is wider."""

_LETTER = 1.3
"""Of the size of the type, the most that one letter is high."""


def joined(rects: Iterable[Sequence[float]], size: float) -> tuple[list[Sequence[float]], list[tuple[float, float]]]:
    """Each line's (left, bottom, right, top), and the (left, right) of the blank stretches of some width in them.

    `rects` are (left, top, right, bottom) in reading order, as pdfium gives them; those without an area are passed by.
    `size` is that of the type in points: what is no higher than a letter is no vertical text, however narrow it is.
    Called for every line: written to be quick.
    """
    lines: list[Sequence[float]] = []
    gaps: list[tuple[float, float]] = []
    begun = False
    x0 = y0 = x1 = y1 = 0.0  # of the line that is being put together
    for left, top, right, bottom in rects:
        if left == right or top == bottom:
            continue
        if not begun:
            begun, x0, y0, x1, y1 = True, left, bottom, right, top
            continue
        high, line_high = top - bottom, y1 - y0
        if high > right - left and line_high > 2 * (x1 - x0) and line_high > _LETTER * size:  # vertical text
            overlap = min(x1, right) - max(x0, left) > 0.5 * min(right - left, x1 - x0)
        else:
            least = 0.5 * (high if high < line_high else line_high)
            overlap = (top if top < y1 else y1) - (bottom if bottom > y0 else y0) > least
        if not overlap:
            lines.append((x0, y0, x1, y1))
            x0, y0, x1, y1 = left, bottom, right, top
            continue
        if left - x1 > GAP:
            gaps.append((x1, left))
        x0 = left if left < x0 else x0
        y0 = bottom if bottom < y0 else y0
        x1 = right if right > x1 else x1
        y1 = top if top > y1 else y1
    if begun:
        lines.append((x0, y0, x1, y1))
    return lines, gaps
