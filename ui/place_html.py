"""A place in a document in, that page as HTML with the passage marked out; knows no library and no page of ours.

All text is data and is escaped.
"""

import base64
from html import escape

from ingest import Document, Page, Span
from ui.words import Words

LINES_AROUND = 300
"""Lines of a long file that are shown before and after the passage."""


def address(document_id: str, page: int, start: int = 0, end: int = 0) -> str:
    """What a button named "place" carries: the document's id, the page, and the passage's characters in its text."""
    return f"{document_id}/{page}" + (f"/{start}-{end}" if end else "")


def empty_html(words: Words) -> str:
    """Nothing is open."""
    return f'<p class="empty">{words.nothing_open}</p>'


def place_html(document: Document, page: Page, place: str, content: str, words: Words) -> str:
    """The place's name with the buttons that turn the page and go from citation to citation, and the page below."""
    number, last = page.number, len(document.pages)
    return (
        f"<header><div><strong>{escape(document.name)}</strong><span>{escape(words.told(place))}</span></div>"
        f'<nav class="cited" hidden aria-label="{words.citations}">{_step(-1, words.citation_before, "↑")}<span></span>'
        f"{_step(1, words.citation_after, '↓')}</nav>"
        f'<nav aria-label="{words.page}">{_turn(document, number - 1, words.page_before, "‹")}'
        f"<span>{words.position(number, last)}</span>{_turn(document, number + 1, words.page_after, '›')}"
        f"</nav></header>"
        f'<div class="paper" tabindex="0" role="region" aria-label="{escape(words.told(place))}">{content}</div>'
    )


def facts_page_html(document: Document, content: str, words: Words) -> str:
    """What is known of a document, where its pages are shown, with a button that opens the first of them."""
    return (
        f"<header><div><strong>{escape(document.name)}</strong><span>{words.facts}</span></div>"
        f'<nav aria-label="{words.page}">{_turn(document, 1, words.page_after, "›")}</nav></header>'
        f'<div class="paper" tabindex="0" role="region" aria-label="{words.facts}">{content}</div>'
    )


def picture_html(page: Page, picture: bytes, span: Span | None) -> str:
    """The page's picture with the span's boxes laid over it."""
    marks = "".join(
        f'<span class="mark" style="left:{100 * box.x0 / page.width:.2f}%;top:{100 * box.y0 / page.height:.2f}%;'
        f"width:{100 * (box.x1 - box.x0) / page.width:.2f}%;height:{100 * (box.y1 - box.y0) / page.height:.2f}%"
        f'"></span>'
        for box in (span.boxes if span else ())
    )
    source = base64.b64encode(picture).decode("ascii")
    return f'<div class="sheet"><img alt="{escape(page.label)}" src="data:image/png;base64,{source}">{marks}</div>'


def prose_html(page: Page, span: Span | None) -> str:
    """The page's text with the span's characters marked."""
    if span is None:
        return f'<div class="text">{escape(page.text)}</div>'
    before, cited, after = page.text[: span.start], page.text[span.start : span.end], page.text[span.end :]
    return f'<div class="text">{escape(before)}<mark class="mark">{escape(cited)}</mark>{escape(after)}</div>'


def code_html(page: Page, span: Span | None, words: Words) -> str:
    """The file's numbered lines with those of the span marked; of a long file only the lines around them."""
    lines = page.text.split("\n")
    first, last = page.lines(span) if span else (0, 0)
    start, end = max(1, first - LINES_AROUND), min(len(lines), last + LINES_AROUND)
    shown = "".join(
        f'<span class="line{" mark" if first <= number <= last else ""}" data-line="{number}">{escape(line)}\n</span>'
        for number, line in enumerate(lines[start - 1 : end], start)
    )
    part = "" if (start, end) == (1, len(lines)) else f"<p>{words.lines_shown(start, end, len(lines))}</p>"
    return f'{part}<pre class="code">{shown}</pre>'


def _turn(document: Document, number: int, title: str, sign: str) -> str:
    if not 1 <= number <= len(document.pages):
        return f'<button type="button" disabled aria-label="{title}">{sign}</button>'
    return (
        f'<button type="button" name="place" value="{address(document.id, number)}" title="{title}"'
        f' aria-label="{title}">{sign}</button>'
    )


def _step(by: int, title: str, sign: str) -> str:
    return f'<button type="button" data-step="{by}" title="{title}" aria-label="{title}">{sign}</button>'
