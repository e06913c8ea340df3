"""A codebase, its Symbols and a budget in, an overview of it that fits out: the files and definitions that matter most.

Knows no tokenizer: whoever wants a map says how tokens are counted.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass

from ingest.document import Document, Page
from ingest.errors import MapTooSmall
from ingest.importance import importance
from ingest.languages import language
from ingest.symbol import Symbols

_FOLDERS_NAMED = 24


@dataclass(frozen=True, slots=True)
class CodeMap:
    """The map as text, its tokens, and of how many files and definitions it shows how many."""

    text: str
    tokens: int
    files: int
    files_shown: int
    definitions: int
    definitions_shown: int


def code_map(
    document: Document, symbols: Symbols, budget: int, *, count: Callable[[str], int], question: str = ""
) -> CodeMap:
    """The map of at most `budget` tokens, as `count` counts them; nearer to the `question` if there is one.

    A line has the number of the line on which a definition begins, its signature and the first line of what its author
    says of it. What is not listed is counted at the end. Raises MapTooSmall where not even that fits.
    """
    ranks = importance(document, symbols, question)
    plan = _Plan(document, symbols)
    # First what is used, most of all first; then the other files; then what nothing in the codebase uses.
    order: list[tuple[int, float, int, int]] = [
        (0 if rank > 0 else 2, -rank or -ranks.files[each.page], each.page, index)
        for index, (rank, each) in enumerate(zip(ranks.definitions, symbols.definitions, strict=True))
    ]
    order += [(1, -rank, page, -1) for page, rank in ranks.files.items()]
    order.sort()
    chosen = [(page, index) for _, _, page, index in order]

    def fits(number: int) -> bool:
        return count(plan.text(chosen[:number])) <= budget

    if not fits(0):
        raise MapTooSmall(
            f"A map of {document.name} does not fit into {budget:,} tokens.",
            f"Give it more: {count(plan.text([])):,} are needed to say what is not in it.",
        )
    number = _most(len(chosen), fits)
    text, listed = plan.text(chosen[:number]), plan.listed(chosen[:number])
    return CodeMap(
        text,
        count(text),
        len(document.pages),
        len(listed),
        len(symbols.definitions),
        sum(len(indices) for indices in listed.values()),
    )


def _most(most: int, fits: Callable[[int], bool]) -> int:
    """The largest number up to `most` that fits; from small ones up, so that nothing far too long is ever counted."""
    low, high = 0, 32
    while high < most and fits(high):
        low, high = high, high * 2
    high = min(high, most)
    while low < high:
        middle = (low + high + 1) // 2
        low, high = (middle, high) if fits(middle) else (low, middle - 1)
    return low


class _Plan:
    """Writes the map of any choice of files and definitions."""

    def __init__(self, document: Document, symbols: Symbols) -> None:
        self._document = document
        self._symbols = symbols
        self._heads = {page.number: _head(page) for page in document.pages}
        index_of = {(each.page, each.qualified): index for index, each in enumerate(symbols.definitions)}
        self._holder = [
            index_of.get((each.page, each.qualified.rpartition(".")[0]), -1) for each in symbols.definitions
        ]

    def listed(self, chosen: Collection[tuple[int, int]]) -> dict[int, set[int]]:
        """By page, the chosen definitions and those that they are in."""
        listed: dict[int, set[int]] = {}
        for page, index in chosen:
            indices = listed.setdefault(page, set())
            while index >= 0 and index not in indices:
                indices.add(index)
                index = self._holder[index]
        return listed

    def text(self, chosen: Collection[tuple[int, int]]) -> str:
        """The lines of the chosen (page, index of the definition or -1), in the order in which they stand."""
        listed = self.listed(chosen)
        lines: list[str] = []
        for page in sorted(listed):
            lines.append(self._heads[page])
            lines += (self._line(index) for index in sorted(listed[page]))
        return "\n".join([*lines, *self._left_out(listed)])

    def _line(self, index: int) -> str:
        each = self._symbols.definitions[index]
        depth = each.qualified.count(".")
        said = f"{each.first:>5} {'  ' * depth}{each.signature or each.name}"
        return f"{said}  — {each.doc}" if each.doc else said

    def _left_out(self, listed: Mapping[int, Collection[int]]) -> list[str]:
        lines = []
        definitions = len(self._symbols.definitions) - sum(len(indices) for indices in listed.values())
        if definitions:
            lines.append(f"Not listed: {definitions:,} of {len(self._symbols.definitions):,} definitions.")
        pages = [page for page in self._document.pages if page.number not in listed]
        if pages:
            folders = Counter(page.label.rpartition("/")[0].partition("/")[0] or "." for page in pages)
            named = [f"{folder} {number:,}" for folder, number in folders.most_common(_FOLDERS_NAMED)]
            rest = len(folders) - len(named)
            more = f", and those of {rest} more folders" if rest else ""
            whole = len(self._document.pages)
            lines.append(f"Not listed: {len(pages):,} of {whole:,} files, by folder: {', '.join(named)}{more}.")
        return lines


def _head(page: Page) -> str:
    about = [language(page.label, page.text), _lines(page.text)]
    return f"{page.label}  ({', '.join(part for part in about if part)})"


def _lines(text: str) -> str:
    number = text.count("\n") + (not text.endswith("\n"))
    return f"{number:,} line{'s' if number > 1 else ''}"
