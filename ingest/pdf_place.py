"""A rectangle on a page, as it is handed about while a PDF is read; ingest.document.Box is the same for keeps."""

from __future__ import annotations

from typing import NamedTuple


class Place(NamedTuple):
    """See ingest.document.Box. A tuple, for it is made a hundred times a page."""

    x0: float
    y0: float
    x1: float
    y1: float
