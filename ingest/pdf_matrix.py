"""Matrices and rectangles of a PDF page in, where they stand on the page as displayed out; knows no file."""

from __future__ import annotations

from collections.abc import Sequence

Matrix = tuple[float, float, float, float, float, float]
"""(a, b, c, d, e, f) in x' = ax + cy + e, y' = bx + dy + f (PDF 32000-1, 8.3.3)."""
Sides = tuple[float, float, float, float]
"""(left, top, right, bottom) as displayed, in points."""


def display(box: Sides, turn: int) -> Matrix:
    """From PDF user space to the page as displayed; `box` is the page's (left, bottom, right, top) in user space.

    PDF 32000-1, 8.3.2.3 (user space), 14.11.2 (page boundaries), table 30 (Rotate, clockwise).
    """
    left, bottom, right, top = box
    return {
        0: (1.0, 0.0, 0.0, -1.0, -left, top),
        90: (0.0, 1.0, 1.0, 0.0, -bottom, -left),
        180: (-1.0, 0.0, 0.0, 1.0, right, -bottom),
        270: (0.0, -1.0, -1.0, 0.0, top, right),
    }[turn]


def after(first: Sequence[float], then: Matrix) -> Matrix:
    """The matrix that does what `first` does, then what `then` does (PDF 32000-1, 8.3.4)."""
    a, b, c, d, e, f = first
    p, q, r, s, t, u = then
    return a * p + b * r, a * q + b * s, c * p + d * r, c * q + d * s, e * p + f * r + t, e * q + f * s + u


def around(place: Matrix, x0: float, y0: float, x1: float, y1: float) -> Sides:
    """What a rectangle takes up once it is moved and turned."""
    a, b, c, d, e, f = place
    xs = [a * x + c * y + e for x in (x0, x1) for y in (y0, y1)]
    ys = [b * x + d * y + f for x in (x0, x1) for y in (y0, y1)]
    return min(xs), min(ys), max(xs), max(ys)
