"""What the rounds of a run hand on, as plain values that a checkpoint holds, and what they mean; never a text read.

Statements are not kept but checked anew from the model's replies: the check is code, and the same each time.
"""

from collections.abc import Mapping
from dataclasses import replace
from typing import TypedDict

from assistant import prompts
from assistant.answer import Answer, Statement, StepRecord, counts
from assistant.briefing import Briefing
from assistant.check import check
from assistant.context import ShownSpan
from assistant.looking import Looked
from assistant.replies import read_draft

NOTHING = Looked()
NO_STATEMENT = "The model gave no statement that could be read."


class State(TypedDict, total=False):
    """Handed from node to node and kept after each."""

    documents: list[str]
    """Ids of what is asked about."""
    looks: list[list[list[str]]]
    """The calls of tools so far, see `assistant.looking.Looks`."""
    looking: bool
    """Whether the model called tools when it was last let."""
    reply: str
    """The last draft or revision, as the model wrote it."""
    best: str
    """The best one so far."""
    criticised: str
    """The one that the last critique was about."""
    problems: list[str]
    good: bool
    round: int
    enough: str
    """Why no further round began, if a bound ended them."""
    steps: list[dict[str, object]]


def marks(briefing: Briefing, looked: Looked) -> Mapping[int, ShownSpan]:
    """What the model was shown by now, and may cite."""
    return {**briefing.context.shown, **{item.mark: item for item in looked.passages}}


def statements(briefing: Briefing, reply: str, looked: Looked = NOTHING) -> tuple[Statement, ...]:
    """The statements of a reply with their status."""
    return check(read_draft(reply).claims, marks(briefing, looked))


def records(state: State) -> tuple[StepRecord, ...]:
    """The steps so far."""
    return tuple(StepRecord(**step) for step in state.get("steps", ()))  # type: ignore[arg-type]


def sound(checked: tuple[Statement, ...]) -> bool:
    """Whether there is an answer and nothing in it is doubtful."""
    return bool(checked) and all(statement.status == "verified" for statement in checked)


def better(revision: tuple[Statement, ...], kept: tuple[Statement, ...]) -> bool:
    """A revision replaces what is kept if the check likes it more, or as much and there is nothing left to like."""
    return _merit(revision) > _merit(kept) or (sound(revision) and _merit(revision) == _merit(kept))


def conclude(briefing: Briefing, state: State, looked: Looked = NOTHING) -> Answer:
    """The best answer of the rounds, with what is still weak in it said plainly."""
    best = state["best"]
    checked = statements(briefing, best, looked)
    unanswered = "" if checked else NO_STATEMENT if read_draft(best).found else not_said(briefing)
    return Answer(
        briefing.question,
        checked,
        replace(briefing.coverage, tools=looked.uses),
        (*briefing.before, *records(state)),
        unanswered,
        said=bool(checked) or unanswered == NO_STATEMENT,
        remarks=tuple(_remarks(state, checked)),
        layout=briefing.layout,
    )


def not_said(briefing: Briefing) -> str:
    """The answer where nothing was found: what was searched, and what was not."""
    documents = briefing.coverage.documents
    if all(document.whole for document in documents):
        names = ", ".join(f"{document.name} ({document.tokens:,} tokens)" for document in documents)
        return f"The documents do not say. Read whole: {names}."
    parts = ", ".join(
        f"{document.name} ({document.included_tokens:,} of {document.tokens:,} tokens)" for document in documents
    )
    return f"What was read of the documents does not say. Read: {parts}. The rest may say it."


def _remarks(state: State, checked: tuple[Statement, ...]) -> list[str]:
    remarks = []
    tally = counts(checked)
    doubtful = tally["weak"] + tally["unsupported"]
    if doubtful:
        remarks.append(f"{doubtful} of {len(checked)} statements could not be verified; each says why.")
    if state.get("criticised") == state["best"] and not state.get("good"):
        remarks.extend(f"The critique still says: {problem}" for problem in state.get("problems", ()))
    if state.get("enough"):
        remarks.append(state["enough"])
    return remarks


def _merit(checked: tuple[Statement, ...]) -> tuple[int, int]:
    """First few unsupported statements, then many verified ones; no statement at all is the worst."""
    tally = counts(checked)
    return (-tally["unsupported"] if checked else -prompts.MAX_STATEMENTS - 1), tally["verified"]
