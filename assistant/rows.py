"""A Document in, the library's rows out, and back again without loss; runs no SQL."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, astuple
from types import MappingProxyType
from typing import Any

import orjson

from assistant.turn import Layout, Turn, said
from ingest import Annotation, Box, Document, Hidden, OutlineItem, Page, Secret, Skipped, Span, Warned

Row = Mapping[str, Any]

JSON_OF_ANSWERS = ("statements", "sections", "coverage", "steps")
_PLAIN = ("id", "name", "kind", "sha256", "reader", "path")
_LISTS = ("outline", "warnings", "skipped", "hidden", "secrets", "annotations")


def of_document(document: Document) -> dict[str, Any]:
    """The columns of `documents`, without those that the library adds itself."""
    plain = {name: getattr(document, name) for name in _PLAIN}
    lists = {name: _json([asdict(item) for item in getattr(document, name)]) for name in _LISTS}
    return {**plain, **lists, "metadata": _json(dict(document.metadata))}


def of_pages(document: Document) -> list[tuple[Any, ...]]:
    """One tuple a page, in the order of the table's columns; the text of its spans is the page's."""
    return [
        (
            document.id,
            page.number,
            page.label,
            page.text,
            _json(page.warnings),
            _json(page.margins),
            page.width,
            page.height,
            page.source,
            orjson.dumps(
                [(span.start, span.end, [astuple(box) for box in span.boxes], span.confidence) for span in page.spans]
            ),
        )
        for page in document.pages
    ]


def document(row: Row, pages: Sequence[Page]) -> Document:
    """The document of a row of `documents`."""
    return Document(
        **{name: row[name] for name in _PLAIN},
        pages=pages,
        outline=tuple(OutlineItem(**item) for item in json.loads(row["outline"])),
        metadata=MappingProxyType(json.loads(row["metadata"])),
        warnings=tuple(Warned(**item) for item in json.loads(row["warnings"])),
        skipped=tuple(Skipped(**item) for item in json.loads(row["skipped"])),
        hidden=tuple(Hidden(**item) for item in json.loads(row["hidden"])),
        secrets=tuple(Secret(**item) for item in json.loads(row["secrets"])),
        annotations=tuple(Annotation(**item) for item in json.loads(row["annotations"])),
    )


def page(row: Row) -> Page:
    """The page of a row of `pages`."""
    number, text = row["number"], row["text"]
    return Page(
        number=number,
        label=row["label"],
        text=text,
        spans=tuple(
            Span(number, start, end, text[start:end], tuple(Box(*box) for box in boxes), confidence)
            for start, end, boxes, confidence in orjson.loads(row["spans"])
        ),
        warnings=tuple(json.loads(row["warnings"])),
        margins=tuple(json.loads(row["margins"])),
        width=row["width"],
        height=row["height"],
        source=row["source"],
    )


def answer(row: Row) -> dict[str, Any]:
    """An answer as `Answer.to_json` gives it, plus model and time; without what only the next prompt needs."""
    plain = {name: value for name, value in row.items() if name != "layout"}
    return {**plain, **{name: json.loads(row[name]) for name in JSON_OF_ANSWERS}}


def turn(row: Row) -> Turn:
    """An answer as a later question needs it."""
    layout = Layout.from_json(json.loads(row["layout"])) if row["layout"] else Layout()
    return Turn(row["question"], row["answer"], said(json.loads(row["statements"])), layout)


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False)
