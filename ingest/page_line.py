"""A page between the worker and us: its parts in, a line of JSON out, and the same back; knows no format."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from ingest.document import Box, Hidden, Page, Span


def page_line(
    number: int,
    label: str,
    text: str,
    spans: Sequence[tuple[int, int, Sequence[Sequence[float]]]],
    *,
    size: tuple[float, float] = (0, 0),
    hidden: Sequence[tuple[str, str]] = (),
    warnings: Sequence[str] = (),
    margins: Sequence[str] = (),
    secrets: Sequence[tuple[int, str]] = (),
    doubt: str = "",
    comments: Sequence[tuple[str, str, str]] = (),
) -> dict[str, Any]:
    """A page as the worker says it: spans are (start, end, boxes), hidden texts (text, how), secrets (line,
    kind), comments (kind, author, text)."""
    page = {
        "number": number,
        "label": label,
        "text": text,
        "spans": spans,
        "size": size,
        "hidden": hidden,
        "warnings": warnings,
        "margins": margins,
        "secrets": secrets,
        "doubt": doubt,
        "comments": comments,
    }
    return {"page": page}


def said_page(line: dict[str, Any]) -> tuple[Page, list[Hidden]]:
    """The page that such a line says, and the hidden texts on it; its secrets stay in the line."""
    said = line["page"]
    number, text = said["number"], said["text"]
    width, height = said["size"]
    spans = tuple(
        Span(number, start, stop, text[start:stop], tuple(Box(*corners) for corners in boxes))
        for start, stop, boxes in said["spans"]
    )
    page = Page(number, said["label"], text, spans, tuple(said["warnings"]), width, height, tuple(said["margins"]))
    return page, [Hidden(number, hidden, how) for hidden, how in said["hidden"]]


def unplaced(borders: Sequence[tuple[int, int]]) -> list[tuple[int, int, Sequence[Sequence[float]]]]:
    """Spans of a format that has no places on a page."""
    return [(start, end, ()) for start, end in borders]
