"""An object of a page's content, as what is hidden is told from it: a plain value, which knows no library of PDFs."""

from __future__ import annotations

from typing import Literal, NamedTuple

from ingest.pdf_matrix import Sides

DrawnKind = Literal["text", "fill", "picture", "rule"]


class Drawn(NamedTuple):
    """A text, a filled area, a picture (also a shading) or a straight line that is stroked, upright or level.

    `box` is (left, top, right, bottom) as displayed; `ink` is the (red, green, blue, alpha) of its filling, 0
    to 255 each; `mode` is the text rendering mode (PDF 32000-1, table 106).
    """

    key: int
    kind: DrawnKind
    box: Sides
    ink: tuple[int, int, int, int]
    mode: int
