"""A Codebase in, its Document out: a page a file, secrets covered, what no reader sees kept apart."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace

from ingest.codebase import Codebase
from ingest.document import Document, Hidden, Page, Secret, Skipped, Span
from ingest.errors import SourceEmpty
from ingest.identity import document
from ingest.source_file import borders, shown
from ingest.unseen import HOW


def code_document(found: Codebase, name: str, path: str, *, secrets_too: bool) -> Document:
    """The Document; raises SourceEmpty where there is no text to be read."""
    if not found.files:
        raise nothing_read(name, found.skipped)
    digest = hashlib.sha256()
    pages: list[Page] = []
    hidden: list[Hidden] = []
    secrets: list[Secret] = []
    for number, (label, data, text) in enumerate(found.files, 1):
        digest.update(b"%d %d\0" % (len(label.encode()), len(data)) + label.encode() + data)
        seen, unseen, lines = shown(text, secrets_too=secrets_too)
        if unseen:
            hidden.append(Hidden(number, unseen, HOW))
        secrets += (Secret(number, label, *item) for item in lines)
        spans = (Span(number, start, end, seen[start:end]) for start, end in borders(seen, label, alone=False))
        pages.append(Page(number, label, seen, tuple(spans)))
    made = document(name, path, "code", digest.hexdigest(), tuple(pages), secrets_too=secrets_too)
    return replace(made, hidden=tuple(hidden), secrets=tuple(secrets), skipped=tuple(found.skipped))


def nothing_read(name: str, skipped: Sequence[Skipped], hidden: int = 0) -> SourceEmpty:
    """What to say of a source of which nothing is left: why, and what to do."""
    reasons = Counter(item.why for item in skipped).most_common()
    said = [f"{count:,} left out as {why}" for why, count in reasons]
    said += [f"{hidden:,} texts are hidden from who reads it"] if hidden else []
    hint = "Name what you want all the same with --include PATTERN." if skipped else "Check that it was saved whole."
    why = f" ({'; '.join(said)})" if said else ""
    return SourceEmpty(f"{name} holds no text that may be read{why}.", hint)
