"""A picture file (PNG, JPEG, TIFF) in, a Document of what is recognised on it, or a page's picture, out."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import BinaryIO

from ingest.document import Box, Document, Page, Warned
from ingest.errors import SourceDamaged, SourceEmpty, SourceUnsupported
from ingest.limits import Limits
from ingest.pdf_scans import SURE_ENOUGH
from ingest.process import answers
from ingest.recognition import Pictured, Reading, recognise
from ingest.tesseract import INSTALL, installed

READER = "unspool-image/1"
"""Counts up whenever the same bytes would give another text or other spans."""


def read_image(
    file: BinaryIO, path: Path, limits: Limits, languages: str, progress: Callable[[int, int], None]
) -> Document:
    """Read an open picture; raises SourceUnsupported without tesseract, SourceDamaged, SourceTooHeavy, SourceEmpty."""
    engine = installed(languages)
    if engine is None:
        raise SourceUnsupported(f"{path.name} is a picture, which is read by text recognition.", INSTALL + ".")
    counted, end = answers({"task": "look"}, file, path.name, limits)
    count, digest = counted["pages"], end["end"]["sha256"]
    read = [0]

    def done(more: int) -> None:
        read[0] += more
        progress(read[0], count)

    readings = recognise(Pictured(file, path.name, "image", digest, None, limits), range(1, count + 1), engine, done)
    pages = tuple(_page(number, readings[number]) for number in range(1, count + 1))
    if not any(page.text for page in pages):
        failures = [reading.failure for reading in readings.values() if reading.failure]
        if failures:
            raise SourceDamaged(f"{path.name} cannot be read ({failures[0]}).", "Save it again, or make it smaller.")
        raise SourceEmpty(f"No text could be recognised on {path.name}.", "Scan it at 200 dots per inch or more.")
    reader = f"{READER} ({engine.name})"
    return Document(
        id=hashlib.sha256(f"{reader}\n{digest}".encode()).hexdigest(),
        name=path.name,
        kind="image",
        sha256=digest,
        reader=reader,
        path=str(path),
        pages=pages,
        warnings=tuple(Warned(page.number, text) for page in pages for text in page.warnings),
    )


def draw_image(file: BinaryIO, path: Path, number: int, boxes: Sequence[Box], scale: float, limits: Limits) -> bytes:
    """One page of an open picture as PNG, `scale` pixels a point, with the boxes marked."""
    corners = [[box.x0, box.y0, box.x1, box.y1] for box in boxes]
    job = {"task": "show", "number": number, "boxes": corners, "scale": scale}
    (answer,) = answers(job, file, path.name, limits)
    return base64.b64decode(answer["picture"])


def _page(number: int, reading: Reading) -> Page:
    warnings = []
    if reading.failure:
        warnings = [f"this page could not be read by text recognition ({reading.failure})"]
    elif not reading.text:
        warnings = ["no text could be recognised on this page"]
    elif reading.sure < SURE_ENOUGH:
        warnings = [f"read by OCR with little confidence ({reading.sure:.0%})"]
    return Page(
        number, str(number), reading.text, reading.spans, tuple(warnings), reading.width, reading.height, source="ocr"
    )
