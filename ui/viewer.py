"""A place in a document of the library in, its page as HTML out, drawn or written; knows no web framework."""

from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path

from assistant import Library, cut, place
from ingest import Document, IngestError, Page, Span, render_page
from ui.documents_html import facts_html
from ui.place_html import code_html, facts_page_html, picture_html, place_html, prose_html
from ui.problem_html import problem_html
from ui.words import Words

_DOCUMENTS = 4
_PICTURES = 64
_SCALE = 1.75
"""Pixels a point: sharp at the width of the page's pane on most screens, 0.2 MB a page."""


class Viewer:
    """Shows places of the documents in one library; keeps the last ones at hand."""

    def __init__(self, library: Library, tokens: Mapping[str, int] | None = None) -> None:
        """`tokens` are the sizes of documents as far as they were counted."""
        self._library = library
        self._tokens = tokens if tokens is not None else {}
        self._document = lru_cache(_DOCUMENTS)(library.document)
        self._picture = lru_cache(_PICTURES)(_draw)

    def show(self, words: Words, document_id: str, number: int, start: int = 0, end: int = 0) -> str:
        """The page with that number; what a citation names, the characters `start` to `end` of a span, is marked.

        Raises DocumentMissing or PageMissing.
        """
        document = self._document(document_id)
        page = document.page(number)
        around = next((span for span in page.spans if span.start <= start < end <= span.end), None)
        span = cut(around, start - around.start, end - around.start) if around else None
        content = self._content(document, page, span, words)
        return place_html(document, page, place(document, page, span), content, words)

    def facts(self, words: Words, document_id: str) -> str:
        """What reading the document found, in place of a page. Raises DocumentMissing."""
        document = self._document(document_id)
        return facts_page_html(document, facts_html(document, self._tokens.get(document.id), words), words)

    def forget(self) -> None:
        """Let go of what is kept; a document may have been removed."""
        self._document.cache_clear()
        self._picture.cache_clear()

    def _content(self, document: Document, page: Page, span: Span | None, words: Words) -> str:
        if document.kind == "code":
            return code_html(page, span, words)
        file = self._library.file(document.id)
        if document.kind not in ("pdf", "image") or file is None:
            return prose_html(page, span)
        try:
            return picture_html(page, self._picture(file, page.number), span)
        except IngestError as problem:
            return problem_html(problem, words) + prose_html(page, span)


def _draw(file: Path, number: int) -> bytes:
    return render_page(file, number, scale=_SCALE)
