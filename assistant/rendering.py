"""Spans in, the text that a model reads out: marks, page headings, byte for byte the same for the same spans."""

import re
from collections.abc import Callable, Iterable
from itertools import groupby

from assistant.context import ShownSpan
from ingest import Document, Page, Span

Neutralise = Callable[[str], str]
"""Breaks the served model's control tokens in a text."""

_MARK_LIKE = re.compile(r"<(?=\s*\d+\s*>)")
_WORD_JOINER = "\u2060"

_NOUNS = {"pptx": "slide", "xlsx": "sheet", "epub": "chapter", "docx": "section"}
_ONE_PAGE = frozenset({"text", "markdown", "csv"})


def place(document: Document, page: Page, span: Span | None = None) -> str:
    """What a person calls a place: "page 7 (printed xi)" of a PDF, "src/a.py:40-52" of a codebase, "slide 3",
    "lines 20-31" of a text.

    Text that was recognised on a picture, and may be misread, is told: "page 7 (by OCR)".
    """
    first, last = page.lines(span) if span is not None else (0, 0)
    if document.kind == "code":
        return page.label if span is None else f"{page.label}:{first}-{last}"
    if document.kind in _ONE_PAGE and span is not None:
        return f"lines {first}-{last}"
    if noun := _NOUNS.get(document.kind):
        name = f"{noun} {page.number}" if page.label == str(page.number) else f"{noun} {page.number} ({page.label})"
        return f"{name}, lines {first}-{last}" if noun == "sheet" and span is not None else name
    notes = [f"printed {page.label}"] if page.label != str(page.number) else []
    if page.source == "ocr":
        notes.append("by OCR")
    return f"page {page.number}" + (f" ({', '.join(notes)})" if notes else "")


def render(shown: Iterable[ShownSpan], neutralise: Neutralise) -> str:
    """The documents' part of the prompt. A mark is `<n>` before its passage; documents and pages have headings."""
    lines: list[str] = []
    for document, of_document in groupby(shown, key=lambda item: item.document):
        lines.append(f"=== {_line(document.name, neutralise)} ===")
        for page, of_page in groupby(of_document, key=lambda item: item.page):
            lines.append(f"[{_line(place(document, page), neutralise)}]")
            lines.extend(render_span(item.mark, item.span, document, neutralise) for item in of_page)
    return "\n".join(lines)


def render_span(mark: int, span: Span, document: Document, neutralise: Neutralise) -> str:
    """One passage; code keeps its first line's indentation, so its mark stands on a line of its own."""
    separator = "\n" if document.kind == "code" else " "
    return f"<{mark}>{separator}{as_data(span.text.rstrip(), neutralise)}"


def as_data(text: str, neutralise: Neutralise) -> str:
    """A document's text as a prompt may hold it: what looks like a mark or a control token is broken."""
    return neutralise(_MARK_LIKE.sub(f"<{_WORD_JOINER}", text))


def _line(text: str, neutralise: Neutralise) -> str:
    """A name or a place, which a file may have chosen, in one line."""
    return as_data(" ".join(text.split()), neutralise)
