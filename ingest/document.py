"""What was read from a source, as plain values: Document, Page, Span; knows nothing of files or formats."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Literal

from ingest.errors import PageMissing

Kind = Literal[
    "pdf", "image", "text", "markdown", "code", "csv", "docx", "pptx", "xlsx", "html", "epub", "ipynb", "eml"
]
PageSource = Literal["text", "ocr"]
"""Whether a page's text stands in the file, or was recognised on its picture."""


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle on a page, in points (1/72 inch); the origin is the top left of the page as displayed."""

    x0: float
    y0: float
    x1: float
    y1: float


@dataclass(frozen=True, slots=True)
class Span:
    """The smallest citable piece: the characters `start` to `end` of a page, with one box a line (PDF, pictures).

    `text == document.page(page).text[start:end]` always holds. `confidence`, from 0 to 1, is that of the text
    recognition; None where the text stands in the file.
    """

    page: int
    start: int
    end: int
    text: str
    boxes: tuple[Box, ...] = ()
    confidence: float | None = None


@dataclass(frozen=True, slots=True)
class Page:
    """One page: `text` is exactly what a model sees; `spans` cover every non-white character of it, in order.

    `number` counts from 1. `label` is what a person calls the page: the printed label in a PDF, the path of
    the file in a codebase, otherwise the number. `width` and `height` are points as displayed, or 0. `margins` are
    the running heads, feet and page numbers, which are not part of the text.
    """

    number: int
    label: str
    text: str
    spans: tuple[Span, ...] = ()
    warnings: tuple[str, ...] = ()
    width: float = 0.0
    height: float = 0.0
    margins: tuple[str, ...] = ()
    source: PageSource = "text"

    @property
    def confidence(self) -> float | None:
        """The mean confidence of the text recognition, from 0 to 1; None where the text stands in the file."""
        if self.source == "text":
            return None
        letters = sum(len(span.text) for span in self.spans)
        return sum((span.confidence or 0.0) * len(span.text) for span in self.spans) / max(1, letters)

    def lines(self, span: Span) -> tuple[int, int]:
        """The first and the last line of a span of this page, counted from 1."""
        first = self.text.count("\n", 0, span.start) + 1
        return first, first + span.text.rstrip("\n").count("\n")


@dataclass(frozen=True, slots=True)
class OutlineItem:
    """A heading of the document's own outline; `level` counts from 0, `page` is None where unknown."""

    title: str
    level: int
    page: int | None


@dataclass(frozen=True, slots=True)
class Skipped:
    """Something that belongs to the source but was not read, and why."""

    path: str
    why: str


@dataclass(frozen=True, slots=True)
class Warned:
    """Something to know of what was read; `page` is None where it concerns the whole document."""

    page: int | None
    text: str


@dataclass(frozen=True, slots=True)
class Hidden:
    """Text of a page that no reader sees, and how it is hidden; no part of the page's text."""

    page: int
    text: str
    how: str


@dataclass(frozen=True, slots=True)
class Annotation:
    """What somebody wrote onto a page of a PDF: a note, a highlight, a text box; no part of the page's text."""

    page: int
    kind: str
    author: str
    text: str


@dataclass(frozen=True, slots=True)
class Secret:
    """A key, token or password in a codebase: on which page and line (counted from 1), at which path, of what kind."""

    page: int
    path: str
    line: int
    kind: str


@dataclass(frozen=True, slots=True)
class Document:
    """What was read from one source. `id` depends on content and reader alone, not on name or place.

    `pages` never change; a store may make each of them when it is first looked at.
    """

    id: str
    name: str
    kind: Kind
    sha256: str
    reader: str
    path: str
    pages: Sequence[Page]
    outline: tuple[OutlineItem, ...] = ()
    metadata: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    warnings: tuple[Warned, ...] = ()
    skipped: tuple[Skipped, ...] = ()
    hidden: tuple[Hidden, ...] = ()
    secrets: tuple[Secret, ...] = ()
    annotations: tuple[Annotation, ...] = ()

    def page(self, number: int) -> Page:
        """The page with that physical number, counted from 1; raises PageMissing for any other."""
        if not 1 <= number <= len(self.pages):
            raise PageMissing(f"{self.name} has no page {number}.", f"Its pages are numbered 1 to {len(self.pages)}.")
        return self.pages[number - 1]
