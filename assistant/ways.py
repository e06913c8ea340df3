"""Documents and a question in, what each way to read them would send and cost out, before anything is sent."""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from assistant.brief import brief
from assistant.context import DocumentCoverage, Selection, ShownSpan
from assistant.layout import messages
from assistant.read_all import window_room
from assistant.rendering import place, render, render_span
from assistant.reserve import reserve
from assistant.search import Search
from assistant.turn import Shelf, Turn
from assistant.windows import OVERLAP
from yarn_runtime import Engine

WayName = Literal["whole", "search", "read", "selection"]

Seconds = Callable[[int, int], float | None]
"""How long the engine reads so many tokens, of which so many are cached; None while that is unknown."""


@dataclass(frozen=True, slots=True)
class WayCost:
    """One way to read: `whole` sends everything, `search` the nearest passages, `read` everything window after window,
    `selection` as many of the first pages as fit."""

    name: WayName
    fits: bool
    tokens: int
    """What the engine reads for the first draft, over all prompts."""
    prompts: int
    seconds: float | None
    what: str
    """What of the documents would be read, in words."""

    def to_json(self) -> dict[str, Any]:
        """The way as plain JSON values."""
        return {
            "way": self.name,
            "fits": self.fits,
            "tokens": self.tokens,
            "prompts": self.prompts,
            "seconds": self.seconds,
            "what": self.what,
        }


def ways(
    engine: Engine,
    selections: Sequence[Selection],
    question: str,
    *,
    history: Sequence[Turn] = (),
    rounds: int = 1,
    search: Search | None = None,
    seal: str = "",
    seconds: Seconds | None = None,
) -> tuple[WayCost, ...]:
    """The ways in the order in which they are named above; those that cannot be gone are told as not fitting. How many
    windows it takes to read everything follows from one count of it all; what they share is told by the plan itself.

    `seconds` is the engine's own pace where none is given. Raises QuestionMissing, NothingToAsk, ContextTooLong where
    not one passage fits, or what counting raises.
    """
    takes = seconds or engine.pace.seconds
    budget = engine.limit - reserve(rounds)
    near = brief(
        engine, selections, question, history=history, rounds=rounds, way="search", search=search, seal=seal
    ).coverage
    fixed = engine.count(messages(engine, "", question, history, seal))
    documents, passages = _everything(engine, selections)
    whole = fixed + documents
    first, spent = _first_pages(engine, selections, budget - fixed)
    room, around = window_room(engine, question, seal)
    passage = documents // passages  # by one of them a window is never full
    shared = OVERLAP * passage
    windows = 1 if documents <= room else math.ceil((documents - shared) / max(1, room - passage - shared))
    read = documents + windows * around + (windows - 1) * shared
    times = [takes(read // windows, 0), takes(min(whole, budget), 0)]  # over the notes: as long as any other prompt
    return (
        WayCost("whole", whole <= budget, whole, 1, takes(whole, 0), "everything"),
        WayCost("search", True, near.prompt_tokens, 1, takes(near.prompt_tokens, 0), _share(near.documents)),
        WayCost(
            "read",
            True,
            read,
            windows + 1,
            None if None in times else windows * (times[0] or 0) + (times[1] or 0),
            f"everything in {windows} windows, then what was noted",
        ),
        WayCost("selection", bool(first), fixed + spent, 1, takes(fixed + spent, 0), first or "not one page fits"),
    )


def _everything(engine: Engine, selections: Sequence[Selection]) -> tuple[int, int]:
    """Tokens of all that was chosen, counted at once, and how many passages it is: passage by passage, a server that
    counts itself takes long."""
    shown = [ShownSpan(mark, *held) for mark, held in enumerate(Shelf(selections).chosen, 1)]
    return engine.tokenizer.count(render(shown, engine.tokenizer.neutralise)), len(shown)


def _share(documents: Sequence[DocumentCoverage]) -> str:
    tokens, included = sum(each.tokens for each in documents), sum(each.included_tokens for each in documents)
    pages = sum(1 for each in documents for share in each.pages if share)
    return f"the nearest passages: {included:,} of {tokens:,} tokens, on {pages} pages"


def _first_pages(engine: Engine, selections: Sequence[Selection], room: int) -> tuple[str, int]:
    """As many whole pages from the first on as fit, in words, and their tokens."""
    count, neutralise = engine.tokenizer.count, engine.tokenizer.neutralise
    spent = pages = 0
    last = ""
    for selection in selections:
        document = selection.document
        for page in document.pages:
            if selection.includes(page) and page.spans:
                text = "\n".join(render_span(9999, span, document, neutralise) for span in page.spans)
                tokens = count(f"[{place(document, page)}]\n{text}\n")
                if spent + tokens > room:
                    return (f"the first {pages} pages, to {last}", spent) if pages else ("", spent)
                spent += tokens
                pages += 1
                last = f"{place(document, page)} of {document.name}" if len(selections) > 1 else place(document, page)
    return f"all {pages} pages", spent
