"""The bytes of a PDF that pdfium refuses, whole or in part, in; its text without places, by pypdf, out."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from ingest import pdf_pypdf, prose
from ingest.decode import clean
from ingest.document import OutlineItem
from ingest.errors import SourceDamaged
from ingest.page_line import page_line, unplaced
from ingest.pdf_extras import extra
from ingest.pdf_unreadable import SCAN, UNREADABLE, Unreadable
from ingest.unseen import HOW, without_unseen

VERSION = pdf_pypdf.VERSION


class Rescue:
    """A file that pdfium refuses, as pypdf reads it; raises SourceDamaged where pypdf refuses it too."""

    def __init__(self, data: bytes, password: str | None, refusal: str) -> None:
        try:
            self._file = pdf_pypdf.Pdf(data, password)
            self.page_count = self._file.page_count()
        except Unreadable as error:
            raise SourceDamaged(
                f"This PDF is damaged beyond repair ({refusal}; {error}).",
                "Open it in a viewer and print it to a new PDF.",
            ) from error
        self.warnings = [f"the file is damaged and was read without the places of its words ({refusal})"]

    def pages(self) -> Iterator[dict[str, Any]]:
        """Every page as it is said."""
        labels = extra("labels", self.warnings, self._file.labels) or []
        for number in range(1, self.page_count + 1):
            label = labels[number - 1] if number <= len(labels) else str(number)
            try:
                text, why = clean(self._file.text(number)).strip(), []
                if not text:
                    why = [SCAN]
            except Unreadable as error:
                text, why = "", [f"{UNREADABLE} ({error})"]
            yield _plain_page(number, label, text, why)

    def outline(self) -> list[OutlineItem]:
        """See ingest.pdf_pypdf.Pdf; raises Unreadable."""
        return self._file.outline()

    def metadata(self) -> dict[str, str]:
        """See ingest.pdf_pypdf.Pdf; raises Unreadable."""
        return self._file.metadata()


class SecondReading:
    """The single pages that pdfium cannot load of a file that it opens; pypdf opens it when the first is asked for."""

    def __init__(self, data: bytes, password: str | None, page_count: int) -> None:
        self._data, self._password, self._page_count = data, password, page_count
        self._file: pdf_pypdf.Pdf | None = None

    def page(self, number: int, label: str, warnings: list[str]) -> dict[str, Any]:
        """The page as it is said: without places, and what is hidden in it cannot be told."""
        text = extra(f"page {number}", [], lambda: clean(self._text(number)).strip())
        if text:
            warnings = ["this page is damaged: its words were read without their places, hidden ones too"]
        return _plain_page(number, label, text or "", warnings)

    def _text(self, number: int) -> str:
        if self._file is None:
            self._file = pdf_pypdf.Pdf(self._data, self._password)
        if self._file.page_count() != self._page_count:
            raise Unreadable("the readers do not agree on the pages")
        return self._file.text(number)


def _plain_page(number: int, label: str, text: str, warnings: list[str]) -> dict[str, Any]:
    text, apart = without_unseen(text)
    spans = unplaced(prose.borders(text, prose.blocks(text)))
    return page_line(number, label, text, spans, warnings=warnings, hidden=[(apart, HOW)] if apart else [])
