"""A codebase and a question or the text of an error in, the passages to read and the calls between them out: from what
is named there along the calls to what it uses; asks no model.
"""

import re
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass

from assistant.call_graph import MOST_MEANINGS
from assistant.context import Selection
from assistant.search import Search
from ingest import Definition, Document, Page, Span, Symbols, symbols

MOST_DEPTH = 3
"""Calls that are followed one after the other."""
NEAREST = 3
"""Passages to begin from where nothing is named."""
_FRAME = re.compile(r"""["(\s]?([\w./\\-]+\.\w{1,5})["]?(?:, line |:)(\d+)""")
_IDENTIFIER = re.compile(r"[A-Za-z_][A-Za-z0-9_]{2,}(?:\.[A-Za-z_]\w+)*")


@dataclass(frozen=True, slots=True)
class Hop:
    """A call: on a line of one definition, to another; to one of several where the name has as many definitions."""

    document: Document
    caller: Definition
    callees: tuple[Definition, ...]
    line: int


@dataclass(frozen=True, slots=True)
class Chain:
    """What a question about code leads to: passages, the nearest first, and the calls that lead from one to another."""

    passages: tuple[tuple[Document, Page, Span], ...]
    hops: tuple[Hop, ...]
    frames: tuple[tuple[Document, int, int], ...]
    """Places that an error names: document, page and line."""


def chain(selections: list[Selection], asked: str, search: Search) -> Chain:
    """Follow the calls from the places and names that `asked` holds; from the nearest passages where it holds none."""
    passages: dict[tuple[str, int, int], tuple[Document, Page, Span]] = {}
    hops: list[Hop] = []
    frames: list[tuple[Document, int, int]] = []
    for selection in selections:
        document = selection.document
        if document.kind != "code":
            continue
        known = symbols(document)
        named = list(_frames(document, asked))
        frames += [(document, page, line) for page, line in named]
        starts = list(_starts(selection, known, named, asked, search))
        for page, line in named:
            for item in _spans(document, page, line, line):
                passages.setdefault((document.id, page, item[2].start), item)
        for definition, hop in _followed(document, known, starts):
            for item in _spans(document, definition.page, definition.first, definition.last):
                passages.setdefault((document.id, definition.page, item[2].start), item)
            hops += [hop] if hop is not None else []
    kept = [item for item in passages.values() if _chosen(selections, item)]
    return Chain(tuple(kept), tuple(hops), tuple(frames))


def _chosen(selections: list[Selection], item: tuple[Document, Page, Span]) -> bool:
    return any(each.document is item[0] and each.includes(item[1]) for each in selections)


def _frames(document: Document, asked: str) -> Iterator[tuple[int, int]]:
    """The lines of this codebase that an error's text names, the innermost of Python last; a path may be longer."""
    for path, line in _FRAME.findall(asked):
        plain = path.replace("\\", "/")
        pages = [
            page
            for page in document.pages
            if f"/{plain}".endswith(f"/{page.label}") or f"/{page.label}".endswith(f"/{plain}")
        ]
        if pages:
            best = max(pages, key=lambda page: len(page.label))
            if int(line) <= best.text.count("\n") + 1:
                yield best.number, int(line)


def _starts(
    selection: Selection, known: Symbols, named: list[tuple[int, int]], asked: str, search: Search
) -> Iterator[Definition]:
    found = [known.around(page, line) for page, line in reversed(named)]
    for name in dict.fromkeys(_IDENTIFIER.findall(asked)):
        meant = known.defined(name)
        distinct = "_" in name or "." in name or name != name.lower() or len(meant) == 1
        if 0 < len(meant) <= MOST_MEANINGS and distinct:
            found += meant
    if not any(found):
        document = selection.document
        spans = [(page, span) for page in document.pages for span in page.spans if selection.includes(page)]
        for index in search.order(asked, [(document, span) for _, span in spans])[:NEAREST]:
            page, span = spans[index]
            found.append(known.around(page.number, page.lines(span)[0]))
    yield from (each for each in found if each is not None)


def _followed(document: Document, known: Symbols, starts: list[Definition]) -> Iterator[tuple[Definition, Hop | None]]:
    """Every definition that is reached, breadth first, so that what is nearest comes first; and each call once."""
    seen = {(each.page, each.first): each for each in starts}
    waiting = deque((each, 0) for each in seen.values())
    yield from ((each, None) for each in list(seen.values()))
    while waiting:
        caller, depth = waiting.popleft()
        if depth == MOST_DEPTH or caller.kind == "class":
            continue
        for name in known.within(caller.page, caller.first, caller.last):
            meant = [each for each in known.defined(name) if each.qualified != caller.qualified]
            if not 0 < len(meant) <= MOST_MEANINGS:
                continue
            uses = (at for page, at in known.used(name) if page == caller.page)
            hop = Hop(document, caller, tuple(meant), next(at for at in uses if caller.first <= at <= caller.last))
            for number, callee in enumerate(meant):
                yield callee, None if number else hop
                if (callee.page, callee.first) not in seen:
                    seen[callee.page, callee.first] = callee
                    waiting.append((callee, depth + 1))


def _spans(document: Document, number: int, first: int, last: int) -> list[tuple[Document, Page, Span]]:
    page = document.page(number)
    found = []
    for span in page.spans:
        begins, ends = page.lines(span)
        if begins <= last and ends >= first:
            found.append((document, page, span))
    return found
