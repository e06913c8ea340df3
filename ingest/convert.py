"""The bytes and the format of an office or web file in, its pages as they are said by the worker out."""

from __future__ import annotations

from collections.abc import Iterator
from importlib import import_module
from typing import Any

from ingest import code, prose
from ingest.chapter import Chapter, Converted, Unconvertible
from ingest.decode import clean
from ingest.errors import SourceDamaged, SourceUnsupported
from ingest.page_line import page_line, unplaced
from ingest.unseen import HOW, kept_apart, without_unseen

CONVERTERS = {
    "docx": "word_file",
    "html": "web_page",
    "epub": "ebook",
    "xlsx": "workbook",
    "pptx": "slides",
    "ipynb": "notebook",
    "eml": "mail",
}
"""The module that reads each format; only the one that is needed is loaded."""


def pages(data: bytes, form: str) -> tuple[Iterator[dict[str, Any]], dict[str, Any]]:
    """The pages, and the metadata and what was skipped, to be said at the end; raises SourceDamaged, SourceTooHeavy."""
    try:
        found: Converted = import_module(f"ingest.{CONVERTERS[form]}").convert(data)
    except ModuleNotFoundError as error:
        raise SourceUnsupported(
            f"{form.upper()} files need the package {error.name}, which is missing here.", "Install this program anew."
        ) from error
    except Unconvertible as error:
        raise SourceDamaged(
            f"This is no readable {form.upper()} file ({str(error).partition(chr(10))[0]}).",
            "Open it in its own program and save it again.",
        ) from error
    end = {"metadata": dict(found.metadata), "skipped": found.skipped}
    return (_page(chapter, n) for n, chapter in enumerate(found.chapters, 1)), end


def _page(chapter: Chapter, number: int) -> dict[str, Any]:
    text, unseen = without_unseen(clean(chapter.text))
    text = text.strip("\n") if not chapter.by_lines else text.rstrip("\n")
    borders = code.borders(text) if chapter.by_lines else prose.borders(text, prose.blocks(text))
    hidden = [*chapter.hidden, *([(unseen, HOW)] if unseen else [])]
    label = " ".join(chapter.label.split())
    return page_line(number, label, text, unplaced(borders), hidden=hidden, warnings=kept_apart(hidden))
