"""The passages of the last prompt and the nearest to a new question in, what the next prompt shows of them out.

What was shown stays at the start, so that the engine has it in its cache; what the new question needs besides is added
after it. Only where there is no room for both the start is shortened, at its end, by more than is needed at once.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import accumulate

from assistant.turn import Held, key

FRESH = 4
"""A quarter of the room is for what is nearest to the new question, or half of what is free."""
LEAST_KEPT = 3
"""If less than a third of the start can stay, it is packed anew."""


@dataclass(frozen=True, slots=True)
class Passages:
    """What a follow-up shows: the start, and what is added with the new question."""

    base: list[Held]
    added: list[Held]


def follow_up(
    base: Sequence[Held],
    between: Sequence[Held],
    wanted: Sequence[Held],
    ranked: Sequence[Held],
    room: int,
    cost: Callable[[Held], int],
) -> Passages | None:
    """`between` was added with earlier questions and stays, outside of the room; `wanted` must be shown; `ranked` are
    the passages by their nearness to the question. None where the start is better packed anew.
    """
    sums = [0, *accumulate(cost(held) for held in base)]
    near = nearest(ranked, max(room // FRESH, (room - sums[-1]) // 2), cost)
    there = {key(held) for held in between}
    size, spare = len(base), 0
    while size * LEAST_KEPT >= len(base) and size:
        shown = there | {key(held) for held in base[:size]}
        added = list({key(held): held for held in (*wanted, *near) if key(held) not in shown}.values())
        if sums[size] + sum(map(cost, added)) + spare <= room:
            return Passages(list(base[:size]), added)
        spare = room // FRESH  # once it is shortened, the next questions find room, too
        size -= 1
    return None


def nearest(ranked: Sequence[Held], room: int, cost: Callable[[Held], int]) -> list[Held]:
    """The first of them that fit together."""
    found: list[Held] = []
    for held in ranked:
        room -= cost(held)
        if room < 0:
            break
        found.append(held)
    return found
