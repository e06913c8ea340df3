"""Shelved documents in, the list to tick them in as HTML out; knows no page.

Names are data and are escaped.
"""

from collections.abc import Collection, Sequence
from html import escape

from assistant import Shelved
from ingest import Document
from ui import words


def documents_html(documents: Sequence[Shelved], ticked: Collection[str]) -> str:
    """One row a document: a box to tick, its name, its size, a button that removes it."""
    if not documents:
        return f'<p class="empty">{words.NO_DOCUMENTS}</p>'
    rows = "".join(_row(document, document.id in ticked) for document in documents)
    count = sum(document.id in ticked for document in documents)
    tally = words.documents_in_context(count, len(documents))
    return f'<ul class="documents">{rows}</ul><p class="tally">{tally}</p>'


def read_html(document: Document) -> str:
    """What was just read, with its warnings and what was left out."""
    said = words.read_source(document.name, document.kind, len(document.pages))
    notes = [words.warning(warned.page, warned.text) for warned in document.warnings]
    notes += [f"{skipped.path}: {skipped.why}" for skipped in document.skipped]
    if not notes:
        return f'<div class="read"><strong>{escape(said)}</strong></div>'
    title = ", ".join(
        text
        for text, some in (
            (words.warnings(len(document.warnings)), document.warnings),
            (words.skipped(len(document.skipped)), document.skipped),
        )
        if some
    )
    listed = "".join(f"<li>{escape(note)}</li>" for note in notes)
    return (
        f'<div class="read"><strong>{escape(said)}</strong>'
        f"<details><summary>{title}</summary><ul>{listed}</ul></details></div>"
    )


def _row(document: Shelved, ticked: bool) -> str:
    facts = words.pages(document.kind, document.pages)
    if document.warnings:
        facts += f" · {words.warnings(document.warnings)}"
    name = escape(document.name)
    return (
        f'<li><label><input type="checkbox" value="{document.id}"{" checked" if ticked else ""}>'
        f'<span class="name" title="{name}">{name}</span><span class="facts">{facts}</span></label>'
        f'<button type="button" data-remove="{document.id}" data-sure="{words.REMOVE_SURELY}"'
        f' aria-label="{words.REMOVE} {name}" title="{words.REMOVE}">✕</button></li>'
    )
