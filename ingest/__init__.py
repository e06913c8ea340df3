"""Files in, Documents out: pages, spans and their places. Knows no model, no tokens and no database."""

from ingest.document import Box, Document, Hidden, Kind, OutlineItem, Page, Secret, Skipped, Span, Warned
from ingest.errors import (
    IngestError,
    PageMissing,
    SourceDamaged,
    SourceEmpty,
    SourceEncrypted,
    SourceMissing,
    SourceTooHeavy,
    SourceUnreadable,
    SourceUnsupported,
)
from ingest.limits import Limits
from ingest.source import SUPPORTED, read, render_page

__all__ = [
    "SUPPORTED",
    "Box",
    "Document",
    "Hidden",
    "IngestError",
    "Kind",
    "Limits",
    "OutlineItem",
    "Page",
    "PageMissing",
    "Secret",
    "Skipped",
    "SourceDamaged",
    "SourceEmpty",
    "SourceEncrypted",
    "SourceMissing",
    "SourceTooHeavy",
    "SourceUnreadable",
    "SourceUnsupported",
    "Span",
    "Warned",
    "read",
    "render_page",
]
