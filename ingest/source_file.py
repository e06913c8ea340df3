"""A text with its path in, the borders of its spans out: as prose or as code, whichever its name says."""

from __future__ import annotations

from pathlib import PurePosixPath
from typing import Any

from ingest import code, prose
from ingest.languages import language
from ingest.page_line import page_line, unplaced
from ingest.secrets import masked, secrets
from ingest.unseen import HOW, without_unseen

MARKDOWN = frozenset({".md", ".markdown", ".mdown", ".mkd"})
PROSE = frozenset({"", ".txt", ".text", ".rst", ".adoc", ".org", ".tex", ".latex", ".ltx", ".log"})


def borders(text: str, path: str, *, alone: bool) -> list[tuple[int, int]]:
    """The (start, end) of every span; no suffix means prose for a file `alone`, code in a codebase."""
    suffix = PurePosixPath(path).suffix.lower()
    if suffix in MARKDOWN | PROSE and (suffix or alone):
        return prose.borders(text, prose.blocks(text))
    return code.borders(text, language(path, text))


def shown(text: str, *, secrets_too: bool) -> tuple[str, str, list[tuple[int, str]]]:
    """The text as a model may see it, what no reader sees in it, and its secrets as (line, kind), covered or not."""
    text, unseen = without_unseen(text)
    found = secrets(text)
    lines = [(text.count("\n", 0, secret.start) + 1, secret.kind) for secret in found]
    return text if secrets_too else masked(text, found), unseen, lines


def file_line(number: int, label: str, text: str, *, secrets_too: bool) -> dict[str, Any]:
    """A file of a codebase as the worker says a page."""
    text, unseen, lines = shown(text, secrets_too=secrets_too)
    spans = unplaced(borders(text, label, alone=False))
    return page_line(number, label, text, spans, hidden=[(unseen, HOW)] if unseen else [], secrets=lines)
