"""Calls of tools in, what they look up out: passages under new marks, or lists; reads the chosen documents alone.

A call is text that a model wrote, after reading documents that anyone wrote. So nothing here opens a file, an address
or another document: everything comes from the values of the selections. What comes back is data like any other text of
a document: broken where it looks like a mark or a control token, and enclosed by the library's seal.
"""

import re
from bisect import bisect_right
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from assistant.context import Context, Selection, ShownSpan
from assistant.rendering import Neutralise, as_data, place, render
from assistant.search import Search
from assistant.tool_forms import CallInvalid, read_call, tools
from ingest import Document, MapTooSmall, Page, Span, Symbols, code_map, symbols
from yarn_runtime import Tool

MOST_FOUND = 8
"""Passages that one search shows, beside those that are shown already."""
_LINES = re.compile(r"(\d{1,9})(?:\s*[-–]\s*(\d{1,9}))?")

Held = tuple[Document, Page, Span]
Shown = Mapping[int, ShownSpan]


@dataclass(frozen=True, slots=True)
class Found:
    """What one call gave: the text for the model, and the passages in it that it may cite from now on."""

    text: str
    passages: tuple[ShownSpan, ...] = ()


def tools_of(selections: Sequence[Selection]) -> tuple[Tool, ...]:
    """What may be called over these documents."""
    return tools(any(each.document.kind == "code" for each in selections))


class Desk:
    """The chosen documents, looked up in. The same calls give the same, so a run that is gone on with needs no copy."""

    def __init__(
        self,
        selections: Sequence[Selection],
        context: Context,
        search: Search,
        count: Callable[[str], int],
        neutralise: Neutralise,
    ) -> None:
        self.context = context
        self.count = count
        self._selections = selections
        self._search = search
        self._neutralise = neutralise
        self._symbols: dict[str, Symbols] = {}
        self.tools = tools_of(selections)
        self._names = frozenset(str(tool["function"]["name"]) for tool in self.tools)

    def look(self, name: str, arguments: str, shown: Shown, room: int) -> Found:
        """What a call gives, in at most `room` tokens; a call that is none is told so."""
        try:
            given = read_call(name, arguments, self._names)
            match name:
                case "search":
                    return self._found(given["words"], shown, room)
                case "open":
                    return self._passages(self._opened(given), shown, room)
                case "definition":
                    return self._passages(self._defined(given["name"]), shown, room)
                case "references":
                    return self._passages(self._used(given["name"]), shown, room)
                case "outline":
                    return self._list(self._headings(self._selection(given)), room)
                case "map":
                    return self._map(self._selection(given), room)
                case _:
                    return self._list(self._omitted(given), room)
        except CallInvalid as error:
            return self._list([str(error)], room)

    def _found(self, words: str, shown: Shown, room: int) -> Found:
        every = [held for each in self._selections for held in _held(each)]
        order = self._search.order(words, [(document, span) for document, _, span in every])
        known = {_key(item.document, item.span) for item in shown.values()}
        ranked = [every[index] for index in order]
        new = [held for held in ranked if _key(held[0], held[2]) not in known][:MOST_FOUND]
        return self._passages([*new, *ranked[:MOST_FOUND]], shown, room)

    def _opened(self, given: Mapping[str, str]) -> list[Held]:
        selection = self._selection(given)
        document, wanted = selection.document, given["page"]
        pages = [page for page in document.pages if selection.includes(page)]
        named = [page for page in pages if page.label == wanted]
        if document.kind == "code":
            named = named or [page for page in pages if page.label.endswith(f"/{wanted}")]
        else:
            named = named or [page for page in pages if str(page.number) == wanted.removeprefix("page ")]
        if len(named) != 1:
            which = f"{len(named)} pages" if named else "no page"
            raise CallInvalid(f"That names {which} of what was chosen of {document.name}.")
        page = named[0]
        lines = _LINES.fullmatch(given.get("lines", ""))
        if given.get("lines") and lines is None:
            raise CallInvalid("The lines are wanted such as 20-60.")
        first, last = (int(lines[1]), int(lines[2] or lines[1])) if lines else (1, 10**9)
        return [(document, page, span) for span in page.spans if _within(page, span, first, last)]

    def _defined(self, name: str) -> list[Held]:
        found: list[Held] = []
        for selection, known in self._code():
            for each in known.defined(name):
                page = selection.document.page(each.page)
                if selection.includes(page):
                    spans = [span for span in page.spans if _within(page, span, each.first, each.last)]
                    found += [(selection.document, page, span) for span in spans]
        return found

    def _used(self, name: str) -> list[Held]:
        found: list[Held] = []
        for selection, known in self._code():
            for number, line in known.used(name):
                page = selection.document.page(number)
                if selection.includes(page):
                    spans = [span for span in page.spans if _within(page, span, line, line)]
                    found += [(selection.document, page, span) for span in spans]
        return found

    def _headings(self, selection: Selection) -> list[str]:
        document = selection.document
        chosen = {page.number: page for page in document.pages if selection.includes(page)}
        return [
            f"{'  ' * item.level}{' '.join(item.title.split())} [{place(document, chosen[item.page])}]"
            for item in document.outline
            if item.page in chosen
        ] or [f"{document.name} has no outline."]

    def _map(self, selection: Selection, room: int) -> Found:
        document = selection.document
        if document.kind != "code" or selection.pages is not None:
            return self._list([f"{document.name} was not chosen as a whole codebase."], room)
        try:
            made = code_map(document, self._symbols_of(document), room, count=self._told)
        except MapTooSmall:
            return self._list(["There is no room for a map."], room)
        return Found(as_data(made.text, self._neutralise))

    def _omitted(self, given: Mapping[str, str]) -> list[str]:
        wanted = self._selection(given).document.name if given.get("document") else None
        lines = []
        for document in self.context.documents:
            if wanted in (None, document.name):
                lines.append(f"{document.name}: {document.included_tokens:,} of {document.tokens:,} tokens are shown.")
                lines += [f"  {omission.label}, {omission.tokens:,} tokens" for omission in document.omitted]
        return lines

    def _selection(self, given: Mapping[str, str]) -> Selection:
        wanted = given.get("document", "")
        found = [each for each in self._selections if each.document.name == wanted]
        if len(self._selections) == 1 and not wanted:
            return self._selections[0]
        if len(found) != 1:
            names = ", ".join(each.document.name for each in self._selections)
            raise CallInvalid(f"Name one of the documents: {names}.")
        return found[0]

    def _code(self) -> Iterable[tuple[Selection, Symbols]]:
        return ((each, self._symbols_of(each.document)) for each in self._selections if each.document.kind == "code")

    def _symbols_of(self, document: Document) -> Symbols:
        if document.id not in self._symbols:
            self._symbols[document.id] = symbols(document)
        return self._symbols[document.id]

    def _passages(self, held: Sequence[Held], shown: Shown, room: int) -> Found:
        """As many as fit, in reading order under new marks; those that are shown already are named by theirs."""
        known = {_key(item.document, item.span): mark for mark, item in shown.items()}
        unique = list({_key(document, span): (document, page, span) for document, page, span in held}.values())
        old = sorted(known[_key(held[0], held[2])] for held in unique if _key(held[0], held[2]) in known)
        new = [held for held in unique if _key(held[0], held[2]) not in known]
        if not new and not old:
            return self._list(["Nothing was found."], room)
        above = f"Shown above: {' '.join(f'<{mark}>' for mark in old)}\n" if old else ""

        def made(size: int) -> Found:
            passages = self._marked(new[:size], max(shown, default=0) + 1)
            left = f"\n{len(new) - size} more passages are there; there is no room for them." if size < len(new) else ""
            return Found(f"{above}{render(passages, self._neutralise)}{left}", tuple(passages))

        return self._longest(len(new), made, room)

    def _marked(self, held: Sequence[Held], first: int) -> list[ShownSpan]:
        """Under marks from `first` on, in reading order."""
        documents = [each.document.id for each in self._selections]
        ordered = sorted(held, key=lambda each: (documents.index(each[0].id), each[1].number, each[2].start))
        return [ShownSpan(mark, *each) for mark, each in enumerate(ordered, first)]

    def _list(self, lines: Sequence[str], room: int) -> Found:
        """As many lines as fit; how many do not is said."""

        def made(size: int) -> Found:
            left = [f"({len(lines) - size} more lines are left out.)"] if size < len(lines) else []
            return Found(as_data("\n".join([*lines[:size], *left]), self._neutralise))

        return self._longest(len(lines), made, room)

    def _longest(self, most: int, made: Callable[[int], Found], room: int) -> Found:
        """The most of something that fits; nothing at all where not even the least does."""
        fitting = bisect_right(range(most + 1), room, key=lambda size: self.count(made(size).text))
        while fitting and self.count(made(fitting - 1).text) > room:
            fitting -= 1  # the line about what is left out makes the shorter one longer, once
        return made(fitting - 1) if fitting else Found("")

    def _told(self, text: str) -> int:
        return self.count(as_data(text, self._neutralise))


def _held(selection: Selection) -> Iterable[Held]:
    return (
        (selection.document, page, span)
        for page in selection.document.pages
        if selection.includes(page)
        for span in page.spans
    )


def _key(document: Document, span: Span) -> tuple[str, int, int]:
    return document.id, span.page, span.start


def _within(page: Page, span: Span, first: int, last: int) -> bool:
    begins, ends = page.lines(span)
    return begins <= last and ends >= first
