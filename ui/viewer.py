"""A place in a document of the library in, its page as HTML out, drawn or written; knows no web framework."""

from functools import lru_cache
from pathlib import Path

from assistant import Library, cut, place
from ingest import Document, IngestError, Page, Span, render_page
from ui.place_html import code_html, picture_html, place_html, prose_html
from ui.problem_html import problem_html

_DOCUMENTS = 4
_PICTURES = 64
_SCALE = 1.75
"""Pixels a point: sharp at the width of the page's pane on most screens, 0.2 MB a page."""


class Viewer:
    """Shows places of the documents in one library; keeps the last ones at hand."""

    def __init__(self, library: Library) -> None:
        self._library = library
        self._document = lru_cache(_DOCUMENTS)(library.document)
        self._picture = lru_cache(_PICTURES)(_draw)

    def show(self, document_id: str, number: int, start: int = 0, end: int = 0) -> str:
        """The page with that number; what a citation names, the characters `start` to `end` of a span, is marked.

        Raises DocumentMissing or PageMissing.
        """
        document = self._document(document_id)
        page = document.page(number)
        around = next((span for span in page.spans if span.start <= start < end <= span.end), None)
        span = cut(around, start - around.start, end - around.start) if around else None
        return place_html(document, page, place(document, page, span), self._content(document, page, span))

    def forget(self) -> None:
        """Let go of what is kept; a document may have been removed."""
        self._document.cache_clear()
        self._picture.cache_clear()

    def _content(self, document: Document, page: Page, span: Span | None) -> str:
        if document.kind == "code":
            return code_html(page, span)
        file = self._library.file(document.id)
        if document.kind not in ("pdf", "image") or file is None:
            return prose_html(page, span)
        try:
            return picture_html(page, self._picture(file, page.number), span)
        except IngestError as problem:
            return problem_html(problem) + prose_html(page, span)


def _draw(file: Path, number: int) -> bytes:
    return render_page(file, number, scale=_SCALE)
