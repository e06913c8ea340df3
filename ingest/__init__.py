"""Files in, Documents out: pages, spans and their places. Knows no model, no tokens and no database."""

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
    "Warned",
    "code_map",
    "is_current",
    "language",
    "pages",
    "read",
    "render_page",
    "symbols",
]
