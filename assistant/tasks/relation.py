"""A row of a comparison and the documents in, whether they agree on it, differ, or only one says it out: code decides.

What a model calls a row is a proposal. It is checked against each document by itself, by the rules of every statement.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from assistant.answer import Citation, Statement
from assistant.check import check
from assistant.context import ShownSpan
from assistant.passage import passage
from assistant.replies import Claim
from assistant.tasks.work import Part, Work

AGREES, DIFFERS, ONLY = "agrees", "differs", "only in one"
NEAREST = 8
"""Passages of another document in which a statement is looked for, by their nearness to it."""


@dataclass(frozen=True, slots=True)
class Row:
    """A statement with what holds between the documents."""

    kind: str
    statement: Statement
    document: str = ""
    """The one that says it, where only one does."""


def related(work: Work, row: Statement, called: object) -> Row:
    """The row as the documents bear it out, whatever the model calls it."""
    cited = [(part, shown) for part in work.parts if (shown := _cited(row, part))]
    silent = [part.title for part, shown in cited if not _carried(row, shown)]
    if row.status != "verified" or not cited:
        kind = str(called) if called in (AGREES, DIFFERS) else DIFFERS
        return Row(kind, row) if len(cited) > 1 else Row(ONLY, row, cited[0][0].title if cited else "")
    if len(cited) == 1:
        (one, _) = cited[0]
        there = [item for part in work.parts if part is not one and (item := _elsewhere(work, row, part))]
        more = tuple(Citation(item, passage(row.text, item)) for item in there)
        return Row(AGREES, replace(row, citations=(*row.citations, *more))) if more else Row(ONLY, row, one.title)
    if not silent:
        return Row(AGREES, row)
    if called == AGREES:
        finding = f"It is said to agree, but {', '.join(silent)} alone does not say it."
        return Row(DIFFERS, replace(row, status="weak", findings=(finding,)))
    return Row(DIFFERS, row)


def _cited(row: Statement, part: Part) -> dict[int, ShownSpan]:
    here = part.shown
    return {each.shown.mark: each.shown for each in row.citations if each.shown.mark in here}


def _carried(row: Statement, shown: Mapping[int, ShownSpan]) -> bool:
    (alone,) = check([Claim(row.text, tuple(shown))], shown)
    return alone.status == "verified"


def _elsewhere(work: Work, row: Statement, part: Part) -> ShownSpan | None:
    """The passage of another document that says it, too."""
    passages = list(part.shown.values())
    order = work.search.order(row.text, [(item.document, item.span) for item in passages])
    near = (passages[index] for index in order[:NEAREST])
    return next((item for item in near if _carried(row, {item.mark: item})), None)
