"""A page of a document with its picture in, the picture with every span framed and numbered, as PNG, out."""

import io

from PIL import Image, ImageDraw, ImageFont

from ingest import Page, render_page

_SCALE = 2.0
_INKS = ("#d1242f", "#0969da", "#1a7f37", "#9a6700", "#8250df")


def span_picture(path: str, page: Page, password: str | None) -> bytes:
    """Raises an IngestError where the document has no pictures of its pages."""
    drawn = Image.open(io.BytesIO(render_page(path, page.number, scale=_SCALE, password=password))).convert("RGB")
    pen, face = ImageDraw.Draw(drawn), ImageFont.load_default(size=15)
    for number, span in enumerate(page.spans, 1):
        ink = _INKS[number % len(_INKS)]
        for at, box in enumerate(span.boxes):
            corners = [value * _SCALE for value in (box.x0, box.y0, box.x1, box.y1)]
            pen.rectangle((corners[0] - 2, corners[1] - 2, corners[2] + 2, corners[3] + 2), outline=ink, width=2)
            if at == 0:
                pen.text((max(0, corners[0] - 24), corners[1]), str(number), fill=ink, font=face)
    out = io.BytesIO()
    drawn.save(out, "PNG")
    return out.getvalue()
