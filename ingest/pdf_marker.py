"""The picture of a page and boxes in, a PNG with the boxes marked out, as with a highlighter."""

from __future__ import annotations

import io
from collections.abc import Sequence
from typing import Any

from ingest.document import Box

_MARKER = (255, 221, 0)
"""Yellow; it is multiplied with the page, so that black text under it stays black."""


def marked(picture: Any, boxes: Sequence[Box], scale: float) -> bytes:
    """The PNG of a picture of PIL that has `scale` pixels a point; each box is marked with a point around it."""
    from PIL import Image, ImageChops, ImageDraw

    layer = Image.new("RGB", picture.size, "white")
    pen = ImageDraw.Draw(layer)
    for box in boxes:
        corners = [value * scale for value in (box.x0 - 1, box.y0 - 1, box.x1 + 1, box.y1 + 1)]
        pen.rectangle(corners, fill=_MARKER)
    out = io.BytesIO()
    ImageChops.multiply(picture, layer).save(out, "PNG")
    return out.getvalue()
