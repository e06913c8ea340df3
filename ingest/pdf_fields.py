"""The comments and form fields of a PDF page in; its text with the fields, the comments, and what is hidden, out."""

from __future__ import annotations

from collections.abc import Sequence

from ingest.pdf_annotations import FIELD, Note
from ingest.pdf_layout import Layout
from ingest.unseen import without_unseen


def with_fields(layout: Layout, notes: Sequence[Note]) -> Layout:
    """The page with what was entered in its form, one line and span a field, marked as such."""
    text, spans = layout.text, list(layout.spans)
    for note in notes:
        if note.kind == FIELD and not note.how:
            text += "\n\n" if text and not text.startswith("[", text.rfind("\n") + 1) else "\n" if text else ""
            start = len(text)
            name = f" {_line(note.author)}" if note.author else ""
            text += f"[Form field{name}] {_line(note.text)}"
            left, top, right, bottom = (round(side, 2) for side in note.box)
            spans.append((start, len(text), ((left, top, right, bottom),)))
    return Layout(text, tuple(spans))


def comments_of(notes: Sequence[Note]) -> tuple[list[tuple[str, str, str]], list[tuple[str, str]]]:
    """The comments as (kind, author, text), and what no reader sees as (text, how)."""
    comments = [(note.kind, note.author, note.text) for note in notes if note.kind != FIELD and not note.how]
    return comments, [(note.text, note.how) for note in notes if note.how]


def _line(text: str) -> str:
    return " ".join(without_unseen(text)[0].split())
