"""What a codebase defines and who names it, as plain values: Definition, Place, Symbols; parses nothing."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Literal, NamedTuple

from ingest.document import Skipped

SymbolKind = Literal[
    "class",
    "constant",
    "constructor",
    "enum",
    "function",
    "interface",
    "macro",
    "method",
    "module",
    "property",
    "struct",
    "trait",
    "type",
]


@dataclass(frozen=True, slots=True)
class Definition:
    """A function, class, constant ... : where it stands (lines count from 1, both ends belong to it) and what it says.

    `qualified` names what it is in, with dots: `Signer.sign`. `signature` is one line, `doc` the first line of the
    docstring or of the comment in front of it, "" where there is none.
    """

    name: str
    qualified: str
    kind: SymbolKind
    page: int
    first: int
    last: int
    signature: str
    doc: str


class Place(NamedTuple):
    """A line, counted from 1, of a page: where a name is used."""

    page: int
    line: int


@dataclass(frozen=True)
class Symbols:
    """The definitions of a document in reading order, and the places at which each name is used: called, inherited
    from, imported, or named as a type. `skipped` are the files that could not be parsed, with the reasons.
    """

    definitions: tuple[Definition, ...]
    references: Mapping[str, tuple[Place, ...]]
    skipped: tuple[Skipped, ...] = field(default=())

    def defined(self, name: str) -> tuple[Definition, ...]:
        """The definitions of that name (`sign`) or qualified name (`Signer.sign`, or the end of it)."""
        found = self._by_name.get(name.rpartition(".")[2], ())
        return tuple(each for each in found if f".{each.qualified}".endswith(f".{name}"))

    def used(self, name: str) -> tuple[Place, ...]:
        """The places at which that name (`sign`; of a qualified one its last part) is used, in reading order."""
        return self.references.get(name.rpartition(".")[2], ())

    def within(self, page: int, first: int, last: int) -> tuple[str, ...]:
        """The names used on the lines `first` to `last` of a page, each once, in the order of their first use."""
        lines, names = self._uses.get(page, ([], []))
        start, end = bisect_right(lines, first - 1), bisect_right(lines, last)
        return tuple(dict.fromkeys(names[start:end]))

    def around(self, page: int, line: int) -> Definition | None:
        """The innermost definition that this line is part of."""
        holding = (each for each in self._by_page.get(page, ()) if each.first <= line <= each.last)
        return min(holding, key=lambda each: each.last - each.first, default=None)

    @cached_property
    def _by_name(self) -> dict[str, list[Definition]]:
        found: dict[str, list[Definition]] = {}
        for each in self.definitions:
            found.setdefault(each.name, []).append(each)
        return found

    @cached_property
    def _by_page(self) -> dict[int, list[Definition]]:
        found: dict[int, list[Definition]] = {}
        for each in self.definitions:
            found.setdefault(each.page, []).append(each)
        return found

    @cached_property
    def _uses(self) -> dict[int, tuple[list[int], list[str]]]:
        """By page: the lines on which names are used, in order, and the name of each."""
        uses: dict[int, list[tuple[int, str]]] = {}
        for name, places in self.references.items():
            for page, line in places:
                uses.setdefault(page, []).append((line, name))
        found = {}
        for page, pairs in uses.items():
            pairs.sort(key=lambda pair: pair[0])
            found[page] = ([line for line, _ in pairs], [name for _, name in pairs])
        return found
