"""A selection and what was sent of it in, its lines of the ledger out: nothing is left out without one."""

from collections.abc import Callable, Sequence

from assistant.context import DocumentCoverage, Omission, Selection, ShownSpan
from assistant.rendering import Neutralise, as_data, place, render
from ingest import Page

NOT_CHOSEN = "not among the chosen pages"


def covered(
    selection: Selection,
    shown: Sequence[ShownSpan],
    why_not: str,
    count: Callable[[str], int],
    neutralise: Neutralise,
) -> DocumentCoverage:
    """How much of the selection's document is among what is shown; `why_not` says why the rest of its pages is not."""
    document = selection.document
    sent = [item for item in shown if item.document is document]
    everything = [
        ShownSpan(mark, document, page, span)
        for mark, (page, span) in enumerate(((page, span) for page in document.pages for span in page.spans), 1)
    ]
    total = count(render(everything, neutralise))
    starts: dict[int, set[int]] = {}
    for item in sent:
        starts.setdefault(item.page.number, set()).add(item.span.start)
    omitted = []
    shares = []
    for page in document.pages:
        there = starts.get(page.number, set())
        shares.append(len(there) / len(page.spans) if page.spans else 1.0)
        if len(there) < len(page.spans):
            label = place(document, page)
            if there:
                label += f", {len(page.spans) - len(there)} of {len(page.spans)} passages"
            why = why_not if selection.includes(page) else NOT_CHOSEN
            omitted.append(Omission(label, count(_left(page, there, neutralise)), why))
    included = total if not omitted else count(render(sent, neutralise)) if sent else 0
    return DocumentCoverage(document.name, total, included, tuple(omitted), tuple(shares))


def _left(page: Page, there: set[int], neutralise: Neutralise) -> str:
    return "\n".join(as_data(span.text, neutralise) for span in page.spans if span.start not in there)
