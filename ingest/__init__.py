"""Files in, Documents out: pages, spans and their places. Knows no model, no tokens and no database."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ingest.code_map import CodeMap, code_map
from ingest.currency import is_current
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
from ingest.indexing import symbols
from ingest.language import language
from ingest.limits import Limits
from ingest.source import SUPPORTED, pages, read, render_page
from ingest.symbol import Definition, Place, SymbolKind, Symbols
from ingest.tesseract import LANGUAGES

if TYPE_CHECKING:
    from ingest.langchain import UnspoolBlobParser, UnspoolLoader

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


def __getattr__(name: str) -> Any:
    """What needs LangChain, loaded when it is first asked for: it takes longer than all the rest."""
    if name in ("UnspoolBlobParser", "UnspoolLoader"):
        from ingest import langchain

        return getattr(langchain, name)
    raise AttributeError(f"module 'ingest' has no attribute {name!r}")
