"""A number of a statement and the numbers of its passages in, whether they say it of the same thing out; no documents.

What a number is said of are the words near it. If another number of the passages has clearly more of those words near
it than the statement's own has there, the statement has probably put the wrong one to them.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from assistant.numbers import Quantity
from assistant.wording import words

BEFORE, AFTER = 60, 30
"""Characters on either side within which words belong to a number."""

MARGIN = 2
"""By so many words another number must be nearer."""

_EDGE = re.compile(r"[;:。；！？，]|[.!?]\s|\n\s*\n|•")


@dataclass(frozen=True, slots=True)
class Neighbourhood:
    """A number with the words near it."""

    quantity: Quantity
    about: frozenset[str]


def neighbourhoods(text: str, found: Sequence[Quantity]) -> list[Neighbourhood]:
    """Each number of a text with what stands near it in its clause."""
    return [Neighbourhood(quantity, words(_around(text, quantity))) for quantity in found]


def better(mine: Neighbourhood, theirs: Sequence[Neighbourhood]) -> Quantity | None:
    """The number that the passages say of the same thing, if it is clearly another one."""
    equal = [len(mine.about & other.about) for other in theirs if mine.quantity.equals(other.quantity)]
    if not equal:
        return None
    others = [
        (len(mine.about & other.about), other.quantity)
        for other in theirs
        if not mine.quantity.equals(other.quantity) and _same_kind(mine.quantity, other.quantity)
    ]
    best, quantity = max(others, key=lambda item: item[0], default=(0, mine.quantity))
    return quantity if best >= max(equal) + MARGIN else None


def stand_together(wanted: Sequence[Quantity], text: str, there: Sequence[Quantity]) -> bool:
    """Whether several numbers of a statement stand in one clause of the passages in the same order: then each is where
    it belongs."""
    if len(wanted) < 2:
        return False
    edges = [match.start() for match in _EDGE.finditer(text)]
    begin = 0
    for end in [*edges, len(text)]:
        clause = iter([quantity for quantity in there if begin <= quantity.start < end])
        if all(any(mine.equals(other) for other in clause) for mine in wanted):
            return True
        begin = end
    return False


def _same_kind(mine: Quantity, other: Quantity) -> bool:
    return (mine.unit is None) == (other.unit is None) and (
        mine.unit is None or other.unit is None or mine.unit.dimension == other.unit.dimension
    )


def _around(text: str, quantity: Quantity) -> str:
    before = _EDGE.split(text[max(0, quantity.start - BEFORE) : quantity.start])[-1]
    after = _EDGE.split(text[quantity.end : quantity.end + AFTER])[0]
    return f"{before} {after}"
