"""All passages and a room in tokens in, the windows by which they are read one after the other out; sends nothing.

Each window is as full as the room lets it be, and begins with the last passages of the one before it, so that what
stands across a border is seen whole. Every passage is in a window; none is cut.
"""

from collections.abc import Callable, Sequence

from assistant.context import ShownSpan, WindowRead
from assistant.errors import ContextTooLong
from assistant.rendering import Neutralise, place, render, render_span
from yarn_runtime import Engine, Message

OVERLAP = 2
"""Passages that a window shares with the one before it."""


def windows(
    shown: Sequence[ShownSpan], room: int, count: Callable[[str], int], neutralise: Neutralise
) -> list[list[ShownSpan]]:
    """The windows, in order. `count` gives the tokens of a text. Raises ContextTooLong where one passage alone is too
    long for the room.
    """
    costs = [count(render_span(item.mark, item.span, item.document, neutralise) + "\n") for item in shown]
    found: list[list[ShownSpan]] = []
    start = 0
    while start < len(shown):
        window = _window(shown, costs, start, room, count, neutralise)
        found.append(window)
        end = window[-1].mark - shown[0].mark + 1
        if end == len(shown):
            break
        # The passage after the overlap must be new, or nothing would be gained.
        start = end - min(OVERLAP, len(window) - 1)
        while start < end and len(_window(shown, costs, start, room, count, neutralise)) <= end - start:
            start += 1
    return found


def counted(
    shown: Sequence[ShownSpan], engine: Engine, prompt: Callable[[Sequence[ShownSpan]], list[Message]], budget: int
) -> list[tuple[list[ShownSpan], int]]:
    """The windows whose whole prompts take at most `budget` tokens, each with what the engine itself counts.

    Raises ContextTooLong, or what counting raises.
    """
    count, neutralise = engine.tokenizer.count, engine.tokenizer.neutralise
    room = budget - engine.count(prompt([]))
    while True:
        parted = windows(shown, room, count, neutralise)
        tokens = [engine.count(prompt(window)) for window in parted]
        over = max(tokens) - budget
        if over <= 0:
            return list(zip(parted, tokens, strict=True))
        room -= over  # counts of joined texts do not add up to the token


def unread(window: Sequence[ShownSpan], tokens: int) -> WindowRead:
    """The ledger's line of a window that is to be read."""
    first, last = window[0], window[-1]
    begins, ends = (place(item.document, item.page) for item in (first, last))
    return WindowRead(first.mark, last.mark, begins, ends, tokens)


def _window(
    shown: Sequence[ShownSpan],
    costs: Sequence[int],
    start: int,
    room: int,
    count: Callable[[str], int],
    neutralise: Neutralise,
) -> list[ShownSpan]:
    """As many passages from `start` on as fit. The sum of their tokens chooses; the joined text itself is counted."""
    end, spent = start, 0
    while end < len(shown) and spent + costs[end] <= room:
        spent += costs[end]
        end += 1
    while end > start:
        over = count(render(shown[start:end], neutralise)) - room
        if over <= 0:
            return list(shown[start:end])
        end -= 1
        over -= costs[end]
        while end > start + 1 and over > 0:
            end -= 1
            over -= costs[end]
    item = shown[start]
    raise ContextTooLong(
        f"One passage alone does not fit: {place(item.document, item.page, item.span)} of {item.document.name} needs"
        f" {costs[start]:,} tokens, and {max(room, 0):,} are free.",
        "Start the engine with a longer --context.",
    )
