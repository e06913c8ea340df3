"""PDF bytes in; its pages, labels, outline and page images out. With pdf_calls, the one user of pypdfium2."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from itertools import accumulate
from typing import Any

import pypdfium2 as pdfium
import pypdfium2.raw as raw

from ingest.document import OutlineItem
from ingest.errors import SourceDamaged, SourceEncrypted, SourceTooHeavy
from ingest.pdf_annotations import Note, notes
from ingest.pdf_calls import handle
from ingest.pdf_glyphs import Glyphs
from ingest.pdf_matrix import Matrix, display
from ingest.pdf_unreadable import Unreadable

VERSION = f"pypdfium2 {pdfium.PYPDFIUM_INFO.version}"
_VALUE_LONGEST = 2000
_OUTLINE_DEPTH, _OUTLINE_MOST = 12, 20_000
_PIXELS_MOST, _ATTACHMENTS_MOST = 40_000_000, 10_000


class Pdf:
    """An open PDF; raises Unreadable where pdfium refuses it, SourceEncrypted where it wants a password."""

    def __init__(self, data: bytes, password: str | None) -> None:
        try:
            self._file = pdfium.PdfDocument(data, password=password)
        except pdfium.PdfiumError as error:
            if error.err_code == raw.FPDF_ERR_PASSWORD:
                raise _locked(password) from error
            raise Unreadable(str(error)) from error
        with suppress(pdfium.PdfiumError):
            self._file.init_forms()  # before the pages are counted; without it, fields have no values
        self.page_count = len(self._file)
        self._latest: tuple[Any, Matrix] | None = None

    def metadata(self) -> dict[str, str]:
        """What the file says of itself (Title, Author, ...), without empty values."""
        found = self._file.get_metadata_dict(skip_empty=True)
        return {key: value.replace("\0", "").strip()[:_VALUE_LONGEST] for key, value in found.items()}

    def label(self, number: int) -> str:
        """The printed label of a page (counted from 1), or "" where the document gives none."""
        return str(self._file.get_page_label(number - 1)).strip()

    def outline(self) -> Iterator[OutlineItem]:
        """The table of contents that the file itself carries, depth first, at most 20,000 entries."""
        for count, entry in enumerate(self._file.get_toc(max_depth=_OUTLINE_DEPTH)):
            if count >= _OUTLINE_MOST:
                return
            target = entry.get_dest()
            index = target.get_index() if target else None
            yield OutlineItem(entry.get_title(), entry.level, None if index is None else index + 1)

    def glyphs(self, number: int) -> Glyphs:
        """The characters of a page (counted from 1); raises Unreadable."""
        try:
            page = self._file[number - 1]
            layer = page.get_textpage()
            box, turn = page.get_bbox(), page.get_rotation()
            width, height = page.get_size()
        except (pdfium.PdfiumError, KeyError) as error:
            raise Unreadable(str(error)) from error
        text = layer.get_text_range(errors="replace")
        plain = len(text) == layer.count_chars()
        units = None if plain else [0, *accumulate(1 + (char > "\uffff") for char in text)]
        self._latest = page, display(box, turn)
        return Glyphs(text, width, height, page, layer, handle(layer.raw), display(box, turn), units)

    def notes(self) -> list[Note]:
        """The comments and form fields of the page whose glyphs were asked for last."""
        return list(notes(*self._latest)) if self._latest else []

    def attachments(self) -> list[str]:
        """The names of the files within the file, which are never opened."""
        count = min(_ATTACHMENTS_MOST, self._file.count_attachments())
        return [self._file.get_attachment(number).get_name() for number in range(count)]

    def drawn(self, number: int, scale: float) -> Any:
        """The page as a picture of PIL, `scale` pixels a point; raises SourceDamaged, SourceTooHeavy."""
        try:
            page = self._file[number - 1]
            width, height = page.get_size()
            if width * height * scale * scale > _PIXELS_MOST:
                raise SourceTooHeavy(
                    f"The picture of page {number} would have over {_PIXELS_MOST // 10**6} million pixels.",
                    "Ask for a smaller scale.",
                )
            return page.render(scale=scale).to_pil().convert("RGB")
        except pdfium.PdfiumError as error:
            raise SourceDamaged(f"Page {number} cannot be drawn.", "Its text may still be readable.") from error


def _locked(password: str | None) -> SourceEncrypted:
    if password:
        return SourceEncrypted("The password does not open this PDF.", "Give the right password.")
    return SourceEncrypted("This PDF is encrypted and needs a password.", "Give its password (--password).")
