"""PDF bytes in; metadata out, and everything where pdfium refuses the file. The one user of pypdf."""

from __future__ import annotations

import io
import logging
from collections.abc import Iterator
from typing import Any

import pypdf
from pypdf.errors import DependencyError, FileNotDecryptedError, WrongPasswordError
from pypdf.generic import Destination
from pypdf.generic._font import Font

from ingest.document import OutlineItem
from ingest.errors import SourceEncrypted
from ingest.pdf_unreadable import Unreadable

VERSION = f"pypdf {pypdf.__version__}"
_VALUE_LONGEST = 2000

# pypdf tells every oddity it meets to the log; the person gets what matters as warnings of the document.
logging.getLogger("pypdf").setLevel(logging.CRITICAL)

_SPACE_WIDEST = 300
"""Thousandths of the font size. 250, 300 and 350 were tried over seven manuals: words match pdfium's by F1 0.99 to 1.0
with each, by 0.62 to 0.87 without on the three that TeX set."""


def _with_narrow_spaces() -> None:
    """Where a font has no space, as TeX's have not, pypdf 7 takes the width of another letter for its width, and then
    finds no gap wide enough to be one: "Forthereplacementexpression" (py-pdf/pypdf#3978, open in 7.1)."""
    width = Font._add_space_width

    def capped(*facts: Any, **more: Any) -> float:
        return min(width(*facts, **more), _SPACE_WIDEST)

    Font._add_space_width = staticmethod(capped)  # type: ignore[method-assign]


if pypdf.__version__.startswith("7."):
    _with_narrow_spaces()


class Pdf:
    """An open PDF; raises Unreadable where pypdf refuses it, SourceEncrypted where it wants a password.

    Over broken files pypdf raises not only its own errors but AssertionError, TypeError, RecursionError and
    others: that is why this door, and only this door, catches all of them.
    """

    def __init__(self, data: bytes, password: str | None) -> None:
        try:
            self._file = pypdf.PdfReader(io.BytesIO(data), password=password)
            # The root is not readable while the right password is missing.
            self._file.root_object  # noqa: B018
        except (WrongPasswordError, FileNotDecryptedError) as error:
            raise SourceEncrypted(
                "This PDF is encrypted and needs another password."
                if password
                else "This PDF is encrypted and needs a password.",
                "Give its password (--password).",
            ) from error
        except DependencyError as error:
            raise Unreadable("its encryption is not supported") from error
        except Exception as error:
            raise Unreadable(_in_words(error)) from error

    def metadata(self) -> dict[str, str]:
        """What the file says of itself (Title, Author, ...), without empty values; raises Unreadable."""
        try:
            entries: dict[str, Any] = dict(self._file.metadata or {})
            values = {key.lstrip("/"): str(entries[key]).replace("\0", "").strip() for key in entries}
        except Exception as error:
            raise Unreadable(_in_words(error)) from error
        return {key: value[:_VALUE_LONGEST] for key, value in values.items() if value}

    def page_count(self) -> int:
        """How many pages there are. Reads the whole page tree: 5 s for 2,415 pages. Raises Unreadable."""
        try:
            return len(self._file.pages)
        except Exception as error:
            raise Unreadable(_in_words(error)) from error

    def text(self, number: int) -> str:
        """The text of a page (counted from 1); raises Unreadable."""
        try:
            return self._file.pages[number - 1].extract_text()
        except Exception as error:
            raise Unreadable(_in_words(error)) from error

    def labels(self) -> list[str]:
        """The printed labels of all pages; raises Unreadable."""
        try:
            return self._file.page_labels
        except Exception as error:
            raise Unreadable(_in_words(error)) from error

    def outline(self) -> list[OutlineItem]:
        """The table of contents that the file itself carries, depth first; raises Unreadable."""
        try:
            return list(self._entries(self._file.outline, 0))
        except Exception as error:
            raise Unreadable(_in_words(error)) from error

    def _entries(self, entries: list[Any], level: int) -> Iterator[OutlineItem]:
        for entry in entries:
            if isinstance(entry, Destination):
                index = self._file.get_destination_page_number(entry)
                yield OutlineItem(str(entry.title or ""), level, None if index is None else index + 1)
            else:
                yield from self._entries(entry, level + 1)


def _in_words(error: Exception) -> str:
    return f"{type(error).__name__}: {error}" if str(error) else type(error).__name__
