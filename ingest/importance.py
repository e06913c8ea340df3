"""The Symbols of a codebase and perhaps a question in, how much each file and definition matters out; knows no budget.

Personalised PageRank (Page et al. 1999, "The PageRank Citation Ranking") over the graph of files in which one that uses
a name points at those that define it, as in Aider's repository map: telling names count more, private ones and those
defined in many places less, and names and paths that a question mentions much more. The rank of a file then flows to
the definitions that it uses.
"""

from __future__ import annotations

import builtins
import math
import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

from ingest.document import Document
from ingest.symbol import Definition, Symbols

DAMPING = 0.85
ROUNDS = 40
_TELLING_LENGTH, _TELLING = 8, 3.0
_PRIVATE, _COMMON, _COMMON_FROM, _COMMON_MOST = 0.1, 0.1, 5, 20
_BUILT_IN = 0.02
"""What a name weighs that Python itself has: `print` or `strip` hardly ever means the one defined here."""
_TEST = 0.2
"""What a use in a test weighs, since tests use everything, and what is defined in one."""
_MENTIONED, _ALIKE = 30.0, 6.0
"""What a name weighs that the question mentions, or of which it has a word."""

_BUILT_IN_NAMES = frozenset(name for kind in (builtins, str, bytes, list, dict, set) for name in dir(kind))
_TEST_PATH = re.compile(
    r"(?:^|/)(?:tests?|testing|specs?|__tests__)/|(?:^|/)(?:test_|conftest)|[._-](?:test|spec)\.[a-z]+$"
)
_WORD = re.compile(r"[^\W_]+")
_HUMP = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")
_SHORTEST = 3


@dataclass(frozen=True, slots=True)
class Importance:
    """The rank of every file, by page, and of every definition, by its place in `Symbols.definitions`."""

    files: Mapping[int, float]
    definitions: tuple[float, ...]


def importance(document: Document, symbols: Symbols, question: str = "") -> Importance:
    """How much the files and definitions of a codebase matter, to the question if there is one."""
    asked = _words(question)
    names = {word for word in re.findall(r"\w+", question) if len(word) >= _SHORTEST}
    by_name: dict[str, list[int]] = {}
    for index, each in enumerate(symbols.definitions):
        by_name.setdefault(each.name, []).append(index)
    weights = {name: _weight(name, len(found), names, asked) for name, found in by_name.items()}
    share = {page.number: _TEST if _TEST_PATH.search(page.label) else 1.0 for page in document.pages}
    uses = _uses(symbols, by_name, weights, share)
    home = {page.number: share[page.number] + _MENTIONED * len(asked & _words(page.label)) for page in document.pages}
    ranks = _pagerank(uses, symbols, home)
    found = [0.0] * len(symbols.definitions)
    for page, used in uses.items():
        total = sum(used.values())
        for index, weight in used.items():
            found[index] += ranks[page] * weight / total
    if asked:
        for index, each in enumerate(symbols.definitions):
            # What a question names matters even if nothing in the codebase uses it.
            if _is_asked(each, names, asked):
                found[index] += ranks[each.page] * weights[each.name] / _MENTIONED
    marked = zip(found, symbols.definitions, strict=True)
    return Importance(ranks, tuple(rank * share[each.page] for rank, each in marked))


def _words(text: str) -> set[str]:
    """The parts of the words of a text, of names as well: `rotateKey` and `rotate_key` have the same two."""
    parts = (part.lower() for word in _WORD.findall(text) for part in _HUMP.split(word))
    return {
        part[:-1] if part.endswith("s") and len(part) > _SHORTEST else part for part in parts if len(part) >= _SHORTEST
    }


def _is_asked(each: Definition, names: set[str], asked: set[str]) -> bool:
    return each.name in names or bool(_words(each.name) & asked)


def _weight(name: str, places: int, names: set[str], asked: set[str]) -> float:
    weight = _TELLING if len(name) >= _TELLING_LENGTH and ("_" in name.strip("_") or _HUMP.search(name)) else 1.0
    if name in names:
        weight *= _MENTIONED
    elif asked and _words(name) & asked:
        weight *= _ALIKE
    if name.startswith("_"):
        weight *= _PRIVATE
    if name in _BUILT_IN_NAMES and name not in names:
        weight *= _BUILT_IN
    return weight * _COMMON if places > _COMMON_FROM else weight


def _uses(
    symbols: Symbols, by_name: Mapping[str, list[int]], weights: Mapping[str, float], share: Mapping[int, float]
) -> dict[int, dict[int, float]]:
    """By page, the definitions that it uses and with what weight; a file's uses of its own names count little."""
    uses: dict[int, dict[int, float]] = {}
    for name, places in symbols.references.items():
        defined = by_name.get(name)
        if defined is None or len(defined) > _COMMON_MOST:  # which of so many is meant, no one can tell
            continue
        for page, times in Counter(place.page for place in places).items():
            # By the root: a name on every line is not a hundred times as important.
            weight = weights[name] * share[page] * math.sqrt(times) / len(defined)
            used = uses.setdefault(page, {})
            for index in defined:
                own = symbols.definitions[index].page == page
                used[index] = weight * (0.1 if own else 1.0)
    return uses


def _pagerank(uses: Mapping[int, Mapping[int, float]], symbols: Symbols, home: Mapping[int, float]) -> dict[int, float]:
    """The rank of every page; it adds up to 1. `home` is where a random reader begins anew."""
    total = sum(home.values())
    start = {page: weight / total for page, weight in home.items()}
    edges: dict[int, dict[int, float]] = {}
    for page, used in uses.items():
        out = edges.setdefault(page, {})
        for index, weight in used.items():
            target = symbols.definitions[index].page
            out[target] = out.get(target, 0.0) + weight
        whole = sum(out.values())
        edges[page] = {target: weight / whole for target, weight in out.items()}
    ranks = dict(start)
    for _ in range(ROUNDS):
        lost = sum(rank for page, rank in ranks.items() if page not in edges)
        following = {page: (1 - DAMPING + DAMPING * lost) * share for page, share in start.items()}
        for page, out in edges.items():
            for target, share in out.items():
                following[target] += DAMPING * ranks[page] * share
        ranks = following
    return ranks
