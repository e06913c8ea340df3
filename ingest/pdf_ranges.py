"""How many pages a PDF has in, the ranges in which it is read out: always the same, whatever the machine."""

from __future__ import annotations

ALONE_MOST = 300
"""Pages up to which a file is one range: a second worker takes as long to start as a hundred pages to read."""
RANGE = 240
"""Pages; a few around each are read twice, for what runs through the pages (pdf_margins.REACH)."""


def ranges(pages: int) -> list[range]:
    """The numbers of the pages, counted from 1, in the ranges in which they are read."""
    if pages <= ALONE_MOST:
        return [range(1, pages + 1)]
    return [range(first, min(first + RANGE, pages + 1)) for first in range(1, pages + 1, RANGE)]
