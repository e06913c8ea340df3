"""Documents, a question and a budget in, the Context that fits out: whole, else the nearest passages.

Nothing is left out without its line in the coverage, and the order never depends on the question, so that every prompt
over the same passages begins with the same bytes.
"""

from collections.abc import Callable, Sequence
from typing import Literal

from assistant.context import Context, Selection, ShownSpan
from assistant.coverage import covered
from assistant.errors import ContextTooLong, NothingToAsk
from assistant.rendering import Neutralise, place, render, render_span
from assistant.search import Search
from ingest import Document, Page, Span

Way = Literal["auto", "whole", "search"]
"""How to read: `whole` sends everything or nothing, `search` the nearest passages, `auto` the first that fits."""

Candidate = tuple[Document, Page, Span]

_NOT_FITTING = "did not fit; other passages are nearer to the question"
_NOT_FITTING_BY_WORDS = (
    "did not fit; other passages are nearer to the question by their words (unspool engine install fetches the model"
    " that compares meaning, too)"
)


MOST_MISSES = 32
"""Passages one after the other that do not fit any more; where the server counts, each costs a request."""


def pack(
    selections: Sequence[Selection],
    question: str,
    budget: int,
    *,
    count: Callable[[str], int],
    neutralise: Neutralise,
    way: Way = "auto",
    search: Search | None = None,
) -> Context:
    """Fit the selected spans into `budget` tokens of documents' text.

    `count` gives the tokens of a text; `search` ranks, by words alone where none is given. Raises NothingToAsk, or
    ContextTooLong where `whole` is wanted and does not fit.
    """
    candidates = [
        (selection.document, page, span)
        for selection in selections
        for page in selection.document.pages
        if selection.includes(page)
        for span in page.spans
    ]
    if not candidates:
        raise NothingToAsk("There is no text to ask about.", "Choose a document, or pages of it, that hold text.")
    shown, why = _marked(candidates), ""
    needed = count(render(shown, neutralise))
    if needed > budget or way == "search":
        if way == "whole":
            raise ContextTooLong(
                f"The documents need {needed:,} tokens, and {max(budget, 0):,} are free for them.",
                "Choose fewer pages (--pages A-B), let the nearest passages be sent (--way search),"
                " or start the engine with a longer --context.",
            )
        search = search or Search()
        why = not_fitting(search)
        order = search.order(question, [(document, span) for document, _, span in candidates])
        shown = _nearest(candidates, order, budget, count, neutralise)
    return Context(
        render(shown, neutralise),
        {item.mark: item for item in shown},
        tuple(covered(selection, shown, why, count, neutralise) for selection in selections),
    )


def not_fitting(search: Search) -> str:
    """Why a passage was left out, in the ledger's words."""
    return _NOT_FITTING if search.by_meaning else _NOT_FITTING_BY_WORDS


def _marked(candidates: Sequence[Candidate]) -> list[ShownSpan]:
    return [ShownSpan(mark, *candidate) for mark, candidate in enumerate(candidates, 1)]


def _nearest(
    candidates: Sequence[Candidate],
    order: Sequence[int],
    budget: int,
    count: Callable[[str], int],
    neutralise: Neutralise,
) -> list[ShownSpan]:
    """The best-ranked candidates that fit, in reading order.

    Tokens do not add up exactly over joined texts, so the sum only chooses; then the joined text itself is counted, and
    the worst-ranked passages go until it fits.
    """
    spent = misses = 0
    chosen: list[int] = []
    headed: set[tuple[str, int]] = set()
    for index in order:
        if misses > MOST_MISSES:
            break
        document, page, span = candidates[index]
        cost = count(render_span(len(candidates), span, document, neutralise) + "\n")
        if (document.id, page.number) not in headed:
            cost += count(f"[{neutralise(place(document, page))}]\n")
        if spent + cost <= budget:
            spent += cost
            headed.add((document.id, page.number))
            chosen.append(index)
            misses = 0
        else:
            misses += 1
    while chosen:
        shown = _marked([candidates[index] for index in sorted(chosen)])
        if count(render(shown, neutralise)) <= budget:
            return shown
        chosen.pop()
    raise ContextTooLong(
        f"Not one passage fits: {max(budget, 0):,} tokens are free for the documents.",
        "Shorten the question, start a new conversation, or start the engine with a longer --context.",
    )
