"""Where a stretch of text stands on a page: a plain tuple, for it is made a hundred times a page."""

from __future__ import annotations

from ingest.pdf_matrix import Sides

Measure = tuple[tuple[Sides, ...], tuple[tuple[float, float], ...], float, float, float, float]
"""(boxes, gaps, x, y, size, last size), all in points as displayed.

`boxes` are around each line of it, `gaps` the (left, right) of the wide blank stretches within them; (`x`, `y`) is the
start of its baseline, the sizes are those of the fonts of its first and last character.
"""
