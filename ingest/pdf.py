"""A PDF file in, a Document or a page's picture out; the parsing happens in a process of its own."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Sequence
from pathlib import Path
from types import MappingProxyType
from typing import Any, BinaryIO

from ingest.document import Box, Document, Hidden, OutlineItem, Page, Warned
from ingest.errors import SourceDamaged, SourceEmpty
from ingest.limits import Limits
from ingest.page_line import said_page
from ingest.pdf_unreadable import UNREADABLE
from ingest.process import answers

READER = "unspool-pdf/3"
"""Counts up whenever the same bytes would give another text or other spans."""


def read_pdf(file: BinaryIO, path: Path, password: str | None, limits: Limits) -> Document:
    """Read an open PDF file; raises SourceEncrypted, SourceDamaged, SourceTooHeavy or SourceEmpty."""
    pages: list[Page] = []
    hidden: list[Hidden] = []
    end: dict[str, Any] = {}
    for answer in answers({"task": "read", "password": password}, file, path.name, limits):
        if "page" in answer:
            page, apart = said_page(answer)
            pages.append(page)
            hidden += apart
        end = answer.get("end", end)
    if not any(page.text for page in pages):
        unreadable = [text for page in pages for text in page.warnings if text.startswith(UNREADABLE)]
        if unreadable:
            raise SourceDamaged(
                f"{len(unreadable)} of {len(pages)} pages of {path.name} are damaged, and no other has text.",
                "Open it in a viewer and print it to a new PDF.",
            )
        if hidden:
            raise SourceEmpty(
                f"No text of {path.name} can be seen on its {len(pages)} pages; {len(hidden)} texts are hidden.",
                "If it is a scan with a text layer, run it through a text recognition (OCR) program of your own.",
            )
        raise SourceEmpty(
            f"None of the {len(pages)} pages of {path.name} holds any text; it is probably a scan.",
            "Run it through a text recognition (OCR) program first.",
        )
    reader = f"{READER} ({end['reader']})"
    return Document(
        id=hashlib.sha256(f"{reader}\n{end['sha256']}".encode()).hexdigest(),
        name=path.name,
        kind="pdf",
        sha256=end["sha256"],
        reader=reader,
        path=str(path),
        pages=tuple(pages),
        outline=tuple(OutlineItem(*item) for item in end["outline"]),
        metadata=MappingProxyType(end["metadata"]),
        warnings=(
            *(Warned(None, text) for text in end["warnings"]),
            *(Warned(page.number, text) for page in pages for text in page.warnings),
        ),
        hidden=tuple(hidden),
    )


def draw_page(
    file: BinaryIO,
    path: Path,
    number: int,
    boxes: Sequence[Box],
    scale: float,
    password: str | None,
    limits: Limits,
) -> bytes:
    """One page of an open PDF file as PNG, with the boxes marked."""
    corners = [[box.x0, box.y0, box.x1, box.y1] for box in boxes]
    job = {"task": "picture", "password": password, "number": number, "boxes": corners, "scale": scale}
    (answer,) = answers(job, file, path.name, limits)
    return base64.b64decode(answer["picture"])
