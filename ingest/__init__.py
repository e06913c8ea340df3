"""Files in, Documents out: pages, spans and their places. Knows no model, no tokens and no database."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from ingest.document import Annotation, Box, Document, Hidden, Kind, OutlineItem, Page, Secret, Skipped, Span, Warned
from ingest.errors import (
    IngestError,
    MapTooSmall,
    PageMissing,
    SourceDamaged,
    SourceEmpty,
    SourceEncrypted,
    SourceMissing,
    SourceTooHeavy,
    SourceUnreachable,
    SourceUnreadable,
    SourceUnsupported,
)
from ingest.limits import Limits

if TYPE_CHECKING:
    from ingest.currency import is_current
    from ingest.indexing import symbols
    from ingest.langchain import UnspoolBlobParser, UnspoolLoader
    from ingest.languages import language
    from ingest.repository_map import CodeMap, code_map
    from ingest.source import SUPPORTED, pages, read, render_page
    from ingest.symbol import Definition, Place, SymbolKind, Symbols
    from ingest.tesseract import LANGUAGES

__all__ = [
    "LANGUAGES",
    "SUPPORTED",
    "Annotation",
    "Box",
    "CodeMap",
    "Definition",
    "Document",
    "Hidden",
    "IngestError",
    "Kind",
    "Limits",
    "MapTooSmall",
    "OutlineItem",
    "Page",
    "PageMissing",
    "Place",
    "Secret",
    "Skipped",
    "SourceDamaged",
    "SourceEmpty",
    "SourceEncrypted",
    "SourceMissing",
    "SourceTooHeavy",
    "SourceUnreachable",
    "SourceUnreadable",
    "SourceUnsupported",
    "Span",
    "SymbolKind",
    "Symbols",
    "UnspoolBlobParser",
    "UnspoolLoader",
    "Warned",
    "code_map",
    "is_current",
    "language",
    "pages",
    "read",
    "render_page",
    "symbols",
]

_LATER = {
    **dict.fromkeys(("UnspoolBlobParser", "UnspoolLoader"), "langchain"),
    **dict.fromkeys(("CodeMap", "code_map"), "repository_map"),
    **dict.fromkeys(("SUPPORTED", "pages", "read", "render_page"), "source"),
    **dict.fromkeys(("Definition", "Place", "SymbolKind", "Symbols"), "symbol"),
    "LANGUAGES": "tesseract",
    "is_current": "currency",
    "language": "languages",
    "symbols": "indexing",
}
"""Name and module of what is loaded when it is first asked for: every process that reads a file passes this door, and
none needs all of it."""


def __getattr__(name: str) -> Any:
    if name not in _LATER:
        raise AttributeError(f"module 'ingest' has no attribute {name!r}")
    value = globals()[name] = getattr(import_module(f"ingest.{_LATER[name]}"), name)
    return value
