"""Shelved documents in, the list to tick them in as HTML out, and what reading them found; knows no page.

Names are data and are escaped.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from html import escape

from assistant import Shelved
from ingest import Document
from ui.place_html import address
from ui.problem_html import problem_html
from ui.readings import Reading
from ui.words import Words

CHARACTERS_A_TOKEN = 3.5
"""Of English text in Qwen's tokens: 3.51 over eight manuals; for the sizes of documents that were not counted yet."""
_LISTED = 200


def documents_html(
    documents: Sequence[Shelved], ticked: Collection[str], tokens: Mapping[str, int], words: Words
) -> str:
    """One row a document: a box to tick, its name, its size, buttons that tell about it and remove it."""
    if not documents:
        return f'<p class="empty">{words.no_documents}</p>'
    rows = "".join(_row(document, document.id in ticked, tokens.get(document.id), words) for document in documents)
    count = sum(document.id in ticked for document in documents)
    tally = words.documents_in_context(count, len(documents))
    return f'<p class="tally" role="status">{tally}</p><ul class="documents">{rows}</ul>'


def readings_html(readings: Iterable[Reading], words: Words) -> str:
    """What is read, how far, and what came of it."""
    return "".join(_reading(reading, words) for reading in readings)


def facts_html(document: Document, tokens: int | None, words: Words) -> str:
    """What there is to know of a document: size, outline, warnings, hidden text, secrets, notes, what was left out."""
    size = words.tokens(tokens, exact=True) if tokens is not None else ""
    facts = " · ".join(
        fact for fact in (words.pages(document.kind, len(document.pages)), size, document.reader) if fact
    )
    outline = [
        f'<span style="padding-left:{item.level}em">{_opens(document, item.page, item.title)}</span>'
        for item in document.outline
    ]
    hidden = [f"{_opens(document, each.page)} {escape(each.how)}: “{escape(each.text)}”" for each in document.hidden]
    secrets = [f"{_opens(document, each.page, each.path)}:{each.line} {escape(each.kind)}" for each in document.secrets]
    notes = [
        f"{_opens(document, each.page)} {escape(each.kind)} {escape(each.author)}: “{escape(each.text)}”"
        for each in document.annotations
    ]
    warned = [f"{_opens(document, each.page)} {escape(words.told(each.text))}" for each in document.warnings]
    skipped = [f"{escape(each.path)}: {escape(words.told(each.why))}" for each in document.skipped]
    parts = (
        (words.warnings(len(warned)), warned),
        (words.hidden(len(hidden)), hidden),
        (words.secrets(len(secrets)), secrets),
        (words.annotations(len(notes)), notes),
        (words.skipped(len(skipped)), skipped),
        (words.outline, outline),
    )
    lists = "".join(_list(title, items, words) for title, items in parts if items)
    return f'<div class="sheet-facts"><p>{escape(facts)}</p>{lists}</div>'


def _list(title: str, items: Sequence[str], words: Words) -> str:
    shown = "".join(f"<li>{item}</li>" for item in items[:_LISTED])
    more = f"<li>{words.and_more(len(items) - _LISTED)}</li>" if len(items) > _LISTED else ""
    return f"<section><h3>{escape(title)}</h3><ul>{shown}{more}</ul></section>"


def _opens(document: Document, page: int | None, said: str = "") -> str:
    """A button that opens the page, where one is named."""
    if page is None:
        return escape(said)
    name = said or document.page(page).label
    return (
        f'<button type="button" class="link" name="place" value="{address(document.id, page)}">{escape(name)}</button>'
    )


def _reading(reading: Reading, words: Words) -> str:
    if reading.problem is not None:
        return problem_html(reading.problem, words)
    if reading.document is not None:
        return _read(reading.document, words)
    if reading.over:
        return f'<div class="problem">{words.broken}</div>'
    said = escape(words.reading_source(reading.name, reading.done, reading.of))
    bar = f'<progress value="{reading.done}" max="{reading.of}" aria-label="{said}"></progress>' if reading.of else ""
    return f'<div class="busy" role="status">{said}{bar}</div>'


def _read(document: Document, words: Words) -> str:
    said = words.read_source(document.name, document.kind, len(document.pages))
    found = (
        (words.warnings, document.warnings),
        (words.hidden, document.hidden),
        (words.secrets, document.secrets),
        (words.skipped, document.skipped),
    )
    told = ", ".join(say(len(some)) for say, some in found if some)
    more = f'<button type="button" class="link" name="place" value="{document.id}/0">{told}</button>' if told else ""
    return f'<div class="read" role="status"><strong>{escape(said)}</strong>{more}</div>'


def _row(document: Shelved, ticked: bool, tokens: int | None, words: Words) -> str:
    size = tokens if tokens is not None else round(document.characters / CHARACTERS_A_TOKEN, -2)
    facts = f"{words.pages(document.kind, document.pages)} · {words.tokens(int(size), exact=tokens is not None)}"
    if document.warnings:
        facts += f" · {words.warnings(document.warnings)}"
    name = escape(document.name)
    return (
        f'<li><label><input type="checkbox" value="{document.id}"{" checked" if ticked else ""}>'
        f'<span class="name" title="{name}">{name}</span><span class="facts">{facts}</span></label>'
        f'<button type="button" name="place" value="{document.id}/0" aria-label="{words.facts}: {name}"'
        f' title="{words.facts}">i</button>'
        f'<button type="button" data-remove="{document.id}" data-sure="{words.remove_surely}"'
        f' aria-label="{words.remove}: {name}" title="{words.remove}">✕</button></li>'
    )
