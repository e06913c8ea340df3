"""A conversation, a new question and a room in tokens in, what the prompt holds out: documents, turns, what is added.

Documents go in whole as long as they fit beside the conversation, if need be in short; where they do not, the passages
of the last prompt stay at the start and the nearest to the new question are added.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from assistant.context import DocumentCoverage, ShownSpan
from assistant.errors import ContextTooLong
from assistant.follow_up import Passages, follow_up, nearest
from assistant.layout import Aside, Laid, aside, recalled
from assistant.memory import Memory, remember
from assistant.prompts import asked
from assistant.rendering import Neutralise, place, render, render_span
from assistant.reserve import TEMPLATE_TOKENS
from assistant.search import Search
from assistant.turn import Held, Layout, Shelf, Turn, key

LEAST_MEMORY = 384
"""Tokens for the conversation beside which documents still go in whole."""
SHARE = 4
"""Where the documents do not fit, a quarter of the room at most is the conversation's."""


@dataclass(frozen=True, slots=True)
class Packed:
    """What a prompt holds, how that is kept with its answer, and which turns stand in it how."""

    laid: Laid
    layout: Layout
    memory: Memory
    documents: tuple[DocumentCoverage, ...] | None = None
    """How much of each document is shown, where that is known already."""


class Conversation:
    """Fits one question after others into rooms."""

    def __init__(
        self,
        shelf: Shelf,
        turns: Sequence[Turn],
        question: str,
        search: Search,
        count: Callable[[str], int],
        neutralise: Neutralise,
    ) -> None:
        self._shelf = shelf
        self._turns = tuple(turns)
        self._question = question
        self._search = search
        self._count = count
        self._neutralise = neutralise
        self._everything = count(render(_marked(shelf.chosen, 1), neutralise))
        self._costs: dict[tuple[str, int, int], int] = {}
        self._ranked: list[Held] | None = None

    def packed(self, room: int, *, way: str, most: int | None) -> Packed:
        """What fits into `room` tokens beside the question itself; `most` bounds the documents.

        Raises ContextTooLong where `whole` is wanted and does not fit, or not one passage does.
        """
        bound = room if most is None else min(room, most)
        whole = way != "search" and self._everything <= bound
        memory = self._remember(room - self._everything if whole else room // SHARE, everything=whole)
        if whole and memory.first and self._everything + LEAST_MEMORY > room:
            whole = False
            memory = self._remember(room // SHARE, everything=False)
        if whole:
            return self._laid(Passages(self._shelf.chosen, []), memory, since=len(self._turns))
        if way == "whole":
            raise ContextTooLong(
                f"The documents need {self._everything:,} tokens, and {max(room, 0):,} are free for them and the"
                " conversation.",
                "Start a new conversation, choose fewer pages, or let the nearest passages be sent (--way search).",
            )
        return self._partial(room, most, memory)

    def _partial(self, room: int, most: int | None, memory: Memory) -> Packed:
        last = self._turns[-1].layout
        since = max(last.since, memory.first)
        between = [held for turn in self._turns[since:] for held in self._shelf.of(turn.layout.added)]
        left = room - sum(self._whole(index) for index in range(memory.first, len(self._turns)))
        left -= sum(self._count(self._short(index)) for index in memory.recalled)
        left = left if most is None else min(left, most)
        wanted = self._shelf.cited(self._turns[index] for index in self._there(memory))
        passages = follow_up(self._shelf.of(last.base), between, wanted, self._order(), left, self._cost)
        if passages is None:  # packed anew
            since = len(self._turns)
            kept = nearest(wanted, left // 2, self._cost)
            spent = sum(map(self._cost, kept))
            near = nearest(self._order(), left - spent, self._cost)
            passages = Passages(self._shelf.sorted([*near, *kept]), [])
        if not passages.base:
            raise ContextTooLong(
                f"Not one passage fits: {max(left, 0):,} tokens are free for the documents.",
                "Shorten the question, start a new conversation, or start the engine with a longer --context.",
            )
        return self._laid(passages, memory, since)

    def _laid(self, passages: Passages, memory: Memory, since: int) -> Packed:
        shown = {key(held) for held in passages.base}
        base = _marked(passages.base, 1)
        mark = len(base) + 1
        asides = []
        for index in range(memory.first, len(self._turns)):
            layout = self._turns[index].layout
            held = [each for each in self._shelf.of(layout.added) if key(each) not in shown] if index >= since else []
            shown |= {key(each) for each in held}
            asides.append(Aside(tuple(_marked(held, mark)), tuple(self._turns[each] for each in layout.recalled)))
            mark += len(held)
        added = self._shelf.sorted(held for held in passages.added if key(held) not in shown)
        reminded = tuple(self._turns[index] for index in memory.recalled)
        asides.append(Aside(tuple(_marked(added, mark)), reminded))
        laid = Laid(tuple(base), self._turns[memory.first :], tuple(asides))
        runs = self._shelf.runs
        layout = Layout(runs(passages.base), memory.first, since, runs(added), memory.recalled)
        return Packed(laid, layout, memory)

    def _remember(self, room: int, *, everything: bool) -> Memory:
        """Recalled turns cost what they say and, where not everything is shown, what they cite."""

        def short(index: int) -> int:
            cited = [] if everything else self._shelf.cited([self._turns[index]])
            return self._count(self._short(index)) + sum(map(self._cost, cited))

        def near() -> Sequence[int]:
            return self._search.nearest(self._question, [self._short(index) for index in range(len(self._turns))])

        return remember(self._turns, room, whole=self._whole, recalled=short, nearest=near)

    def _there(self, memory: Memory) -> list[int]:
        """The turns that stand in the prompt in either form."""
        whole = range(memory.first, len(self._turns))
        return sorted({*whole, *memory.recalled, *(at for index in whole for at in self._turns[index].layout.recalled)})

    def _whole(self, index: int) -> int:
        """Tokens of a turn as it stands in the history, with what was added for its question."""
        turn = self._turns[index]
        added = tuple(_marked(self._shelf.of(turn.layout.added), 10_000))
        laid = Laid((), (), (Aside(added, tuple(self._turns[each] for each in turn.layout.recalled)),))
        before = aside(laid, laid.asides[0], self._neutralise, "documents 0123456789abcdef")
        text = f"{before}{asked(turn.question)}\n{self._short(index)}"
        return self._count(text) + TEMPLATE_TOKENS

    def _short(self, index: int) -> str:
        """A turn as it is recalled, with marks that are as long as any."""
        turn = self._turns[index]
        marked = replace(
            turn, said=tuple(replace(said, text=said.text + " <9999>" * len(said.places)) for said in turn.said)
        )
        return recalled(Laid((), (), ()), marked, self._neutralise)

    def _order(self) -> list[Held]:
        if self._ranked is None:
            chosen = self._shelf.chosen
            order = self._search.order(self._question, [(document, span) for document, _, span in chosen])
            self._ranked = [chosen[index] for index in order]
        return self._ranked

    def _cost(self, held: Held) -> int:
        """Of a passage with the headings that it may need."""
        if key(held) not in self._costs:
            document, page, span = held
            heading = f"[{place(document, page)}]\n"
            text = heading + render_span(9999, span, document, self._neutralise) + "\n"
            self._costs[key(held)] = self._count(text)
        return self._costs[key(held)]


def _marked(held: Sequence[Held], first: int) -> list[ShownSpan]:
    return [ShownSpan(mark, *each) for mark, each in enumerate(held, first)]
