"""The bytes of a PDF or a picture and the numbers of pages in; what is recognised on each, line by line, out.

Runs in the worker: {"read": {...}} for each page that could be read, {"unread": number, "why": ...} for the others.
"""

from __future__ import annotations

import base64
import hashlib
import io
import warnings
from collections.abc import Iterator
from typing import Any, NamedTuple, Protocol

from ingest.document import Box
from ingest.errors import IngestError, PageMissing, SourceDamaged, SourceTooHeavy, SourceUnreadable
from ingest.ocr_layout import lay_out
from ingest.tesseract import NotRecognised, Tesseract, confidence, words

DOTS = 200
"""Per inch, at which pages of a PDF are drawn. Measured: 150 loses 3 % of the words of small print, 300 takes a
quarter longer and finds no more."""
_PICTURE_DOTS = range(70, 1201)
_PICTURE_DOTS_USUAL = 96
_POINTS_AN_INCH = 72
_PIXELS_MOST = 60_000_000
_FRAMES_MOST = 2000
_BLANK = 24
"""Steps of 255 between the lightest and the darkest dot of a page that is called blank."""


class Drawn(NamedTuple):
    """A page as a grey picture of PIL with its dots per inch."""

    picture: Any
    dots: float


class Drawable(Protocol):
    """Something with pages that can be drawn."""

    page_count: int

    def drawn(self, number: int) -> Drawn: ...


class Frames:
    """A picture file; each frame of a TIFF is a page. Raises SourceDamaged, SourceTooHeavy."""

    def __init__(self, data: bytes) -> None:
        from PIL import Image

        Image.MAX_IMAGE_PIXELS = _PIXELS_MOST
        warnings.simplefilter("error", Image.DecompressionBombWarning)
        try:
            self._file = Image.open(io.BytesIO(data), formats=("PNG", "JPEG", "TIFF"))
            self.page_count = min(_FRAMES_MOST, getattr(self._file, "n_frames", 1))
        except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
            raise _too_large() from error
        except Exception as error:  # over broken files, PIL raises nearly anything
            raise _damaged(error) from error

    def drawn(self, number: int) -> Drawn:
        """The frame as it is meant to be seen: turned as its camera says, on white."""
        from PIL import Image, ImageOps

        try:
            self._file.seek(number - 1)
            dots = float(self._file.info.get("dpi", (0, 0))[0])
            picture = ImageOps.exif_transpose(self._file)
            if picture.mode in ("RGBA", "LA", "PA") or "transparency" in picture.info:
                ground = Image.new("RGBA", picture.size, "white")
                picture = Image.alpha_composite(ground, picture.convert("RGBA"))
            return Drawn(picture, dots if int(dots) in _PICTURE_DOTS else _PICTURE_DOTS_USUAL)
        except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
            raise _too_large() from error
        except Exception as error:
            raise _damaged(error) from error


def look(data: bytes) -> Iterator[dict[str, Any]]:
    """How many pages a picture file has."""
    yield {"pages": Frames(data).page_count}
    yield {"end": {"sha256": hashlib.sha256(data).hexdigest()}}


def read(data: bytes, job: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """What is recognised on the pages `job["numbers"]`; raises SourceUnreadable where the file has changed."""
    if hashlib.sha256(data).hexdigest() != job["sha256"]:
        raise SourceUnreadable("The file changed while it was read.", "Read it again when nothing writes to it.")
    pages: Drawable = Frames(data) if job["form"] == "image" else _Sheets(data, job["password"])
    engine = Tesseract(**job["engine"])
    for number in job["numbers"]:
        try:
            yield {"read": _page(pages.drawn(number), number, engine, job["seconds"])}
        except IngestError as error:
            yield {"unread": number, "why": error.message}
        except NotRecognised as error:
            yield {"unread": number, "why": str(error)}


def show(data: bytes, job: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """A page of a picture file as PNG with boxes marked; raises PageMissing."""
    from ingest.pdf_marker import marked

    file = Frames(data)
    if not 1 <= job["number"] <= file.page_count:
        raise PageMissing(f"It has no page {job['number']}.", f"Its pages are numbered 1 to {file.page_count}.")
    page, scale = file.drawn(job["number"]), job["scale"]
    factor = scale * _POINTS_AN_INCH / page.dots
    size = round(page.picture.width * factor) or 1, round(page.picture.height * factor) or 1
    if size[0] * size[1] > _PIXELS_MOST:
        raise _too_large()
    boxes = [Box(*corners) for corners in job["boxes"]]
    png = marked(page.picture.convert("RGB").resize(size), boxes, scale)
    yield {"picture": base64.b64encode(png).decode("ascii")}


class _Sheets:
    """The pages of a PDF."""

    def __init__(self, data: bytes, password: str | None) -> None:
        from ingest.pdf_reading import to_draw

        self._file = to_draw(data, password)
        self.page_count = self._file.page_count

    def drawn(self, number: int) -> Drawn:
        return Drawn(self._file.drawn(number, DOTS / _POINTS_AN_INCH), DOTS)


def _page(page: Drawn, number: int, engine: Tesseract, seconds: float) -> dict[str, Any]:
    picture, points = page.picture.convert("L"), _POINTS_AN_INCH / page.dots
    darkest, lightest = picture.getextrema()
    size = round(picture.width * points, 2), round(picture.height * points, 2)
    if lightest - darkest < _BLANK:
        return {"number": number, "text": "", "spans": [], "sure": 0.0, "size": size, "blank": True}
    found = words(picture, engine, round(page.dots), seconds)
    laid = lay_out(found, points)
    sure = round(confidence(found), 3)
    return {"number": number, "text": laid.text, "spans": laid.spans, "sure": sure, "size": size, "blank": False}


def _too_large() -> SourceTooHeavy:
    return SourceTooHeavy(f"The picture has over {_PIXELS_MOST // 10**6} million pixels.", "Make it smaller.")


def _damaged(error: Exception) -> SourceDamaged:
    return SourceDamaged(
        f"This is no readable picture ({type(error).__name__}).", "Open it in a viewer and save it again."
    )
