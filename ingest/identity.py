"""What was read from a text or codebase in, the Document with its id out; knows no format."""

from __future__ import annotations

import hashlib

from ingest.document import Document, Kind, Page

READER = "unspool-text/12"
"""Counts up whenever the same bytes would give another text or other spans."""


def document(
    name: str, path: str, kind: Kind, sha256: str, pages: tuple[Page, ...], *, secrets_too: bool = False
) -> Document:
    """The Document of these pages; its id depends on content, reader and whether secrets are shown."""
    reader = f"{READER} {kind}{' with secrets' if secrets_too else ''}"
    return Document(
        id=hashlib.sha256(f"{reader}\n{sha256}".encode()).hexdigest(),
        name=name,
        kind=kind,
        sha256=sha256,
        reader=reader,
        path=path,
        pages=pages,
    )
