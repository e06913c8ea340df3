"""Spans in, the text that a model reads out: marks, page headings, byte for byte the same for the same spans."""

from collections.abc import Callable, Iterable
from itertools import groupby

from assistant.context import ShownSpan
from ingest import Document, Page, Span

Neutralise = Callable[[str], str]
"""Breaks the served model's control tokens in a text."""


def place(document: Document, page: Page, span: Span | None = None) -> str:
    """What a person calls a place: "page 7 (printed xi)" of a PDF, "src/a.py:40-52" of a codebase.

    Text that was recognised on a picture, and may be misread, is told: "page 7 (by OCR)".
    """
    if document.kind == "code":
        if span is None:
            return page.label
        first, last = page.lines(span)
        return f"{page.label}:{first}-{last}"
    notes = [f"printed {page.label}"] if page.label != str(page.number) else []
    if page.source == "ocr":
        notes.append("by OCR")
    return f"page {page.number}" + (f" ({', '.join(notes)})" if notes else "")


def render(shown: Iterable[ShownSpan], neutralise: Neutralise) -> str:
    """The documents' part of the prompt. A mark is `<n>` before its passage; documents and pages have headings."""
    lines: list[str] = []
    for document, of_document in groupby(shown, key=lambda item: item.document):
        lines.append(f"=== {neutralise(document.name)} ===")
        for page, of_page in groupby(of_document, key=lambda item: item.page):
            lines.append(f"[{neutralise(place(document, page))}]")
            lines.extend(render_span(item.mark, item.span, document, neutralise) for item in of_page)
    return "\n".join(lines)


def render_span(mark: int, span: Span, document: Document, neutralise: Neutralise) -> str:
    """One passage; code keeps its first line's indentation, so its mark stands on a line of its own."""
    separator = "\n" if document.kind == "code" else " "
    return f"<{mark}>{separator}{neutralise(span.text.rstrip())}"
