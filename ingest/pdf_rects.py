"""The rectangles around pieces of text in PDF user space in, those around whole lines of it out; knows no file."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

GAP = 7.0
"""Points. No space between words is as wide; what parts columns is wider."""


def joined(rects: Iterable[Sequence[float]]) -> tuple[list[list[float]], list[tuple[float, float]]]:
    """Each line's [left, bottom, right, top], and the (left, right) of the blank stretches of some width in them.

    `rects` are (left, top, right, bottom) in reading order, as pdfium gives them; those without an area are passed by.
    """
    lines: list[list[float]] = []
    gaps: list[tuple[float, float]] = []
    for left, top, right, bottom in rects:
        if left == right or top == bottom:
            continue
        if lines and _goes_on(lines[-1], left, bottom, right, top):
            line = lines[-1]
            if left - line[2] > GAP:
                gaps.append((line[2], left))
            if left < line[0]:
                line[0] = left
            if bottom < line[1]:
                line[1] = bottom
            if right > line[2]:
                line[2] = right
            if top > line[3]:
                line[3] = top
        else:
            lines.append([left, bottom, right, top])
    return lines, gaps


def _goes_on(line: list[float], left: float, bottom: float, right: float, top: float) -> bool:
    """Whether a rectangle goes on where the line stands: they overlap in height (vertical text: in width)."""
    high, wide = top - bottom, right - left
    line_high = line[3] - line[1]
    if high > wide and line_high > 2 * (line[2] - line[0]):
        return min(line[2], right) - max(line[0], left) > 0.5 * min(wide, line[2] - line[0])
    lower, upper = max(line[1], bottom), min(line[3], top)
    return upper - lower > 0.5 * (high if high < line_high else line_high)
