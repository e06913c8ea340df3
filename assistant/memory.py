"""The turns of a conversation and a room in tokens in, which of them a prompt holds whole and which recalled out.

As long as all turns fit they stand whole, and every prompt begins with the one before it. When they no longer do, the
earliest leave, so many at once that the next prompts can grow again; of those that left, the ones nearest to the new
question are recalled with it: their question and statements, word for word, with the marks of the passages that they
cite, which are shown again where they are not. Nothing is shortened by a model, and the ledger tells of every turn.
"""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass

from assistant.context import How, TurnCoverage
from assistant.turn import Turn

MOST_RECALLED = 6
"""Turns that one question brings back."""
RECALL_SHARE = 2
"""Half of the room for the conversation is left to turns that are recalled, when some have left; the last turn stands
whole even so, if it fits at all."""


@dataclass(frozen=True, slots=True)
class Memory:
    """Turns by their place in the conversation."""

    first: int
    """The first that stands whole; all after it do, too."""
    recalled: tuple[int, ...]
    """Those that are recalled with the new question."""


def remember(
    turns: Sequence[Turn],
    room: int,
    *,
    whole: Callable[[int], int],
    recalled: Callable[[int], int],
    nearest: Callable[[], Sequence[int]],
) -> Memory:
    """What stands in the prompt. `whole` and `recalled` give the tokens of a turn in either form, `nearest` all turns
    by their nearness to the new question.
    """
    start = turns[-1].layout.first if turns else 0
    costs = [whole(index) if index >= start else 0 for index in range(len(turns))]
    first, spent = start, sum(costs)
    if spent > room:
        while first < len(turns) and spent > (room if first == len(turns) - 1 else room // RECALL_SHARE):
            spent -= costs[first]
            first += 1
    if first == 0:
        return Memory(0, ())
    there = {index for turn in turns[first:] for index in turn.layout.recalled}
    chosen: list[int] = []
    left = room - spent
    for index in nearest():
        if index < first and index not in there and len(chosen) < MOST_RECALLED and (cost := recalled(index)) <= left:
            chosen.append(index)
            left -= cost
    return Memory(first, tuple(sorted(chosen)))


def remembered(turns: Sequence[Turn], memory: Memory, recalled: Collection[int] = ()) -> tuple[TurnCoverage, ...]:
    """The ledger's lines of the turns; `recalled` are others that an earlier question recalled."""
    found = []
    for index, turn in enumerate(turns):
        short: How = "recalled" if index in memory.recalled or index in recalled else "left out"
        found.append(TurnCoverage(turn.question, "whole" if index >= memory.first else short))
    return tuple(found)
