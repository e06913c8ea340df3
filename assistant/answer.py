"""What a person gets, as values: statements, the spans that carry them, and how well; knows no model."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import accumulate
from typing import Any, Literal

from assistant.context import Ledger, ShownSpan
from assistant.rendering import place
from assistant.turn import Layout
from ingest import Span

Status = Literal["verified", "weak", "unsupported"]
"""See `assistant.check` for the rules."""


@dataclass(frozen=True, slots=True)
class Citation:
    """A place in a document that carries a statement; it always resolves, because it is made from a shown span."""

    shown: ShownSpan
    passage: Span
    """The part of the shown span that carries the statement, with its own boxes where the format has them."""

    @property
    def place(self) -> str:
        """What a person calls the place: the page, or the path with its lines."""
        return place(self.shown.document, self.shown.page, self.passage)

    def to_json(self) -> dict[str, Any]:
        """The citation as plain JSON values; `start` and `end` are characters of the page's text."""
        span = self.passage
        return {
            "document": self.shown.document.name,
            "document_id": self.shown.document.id,
            "page": span.page,
            "label": self.shown.page.label,
            "place": self.place,
            "start": span.start,
            "end": span.end,
            "text": span.text,
            "source": self.shown.page.source,
            "confidence": span.confidence,
            "boxes": [[box.x0, box.y0, box.x1, box.y1] for box in span.boxes],
        }


@dataclass(frozen=True, slots=True)
class Statement:
    """One sentence of an answer, with what carries it."""

    text: str
    status: Status
    citations: tuple[Citation, ...]
    findings: tuple[str, ...] = ()
    """What the check found wrong, one sentence each."""

    def to_json(self) -> dict[str, Any]:
        """The statement as plain JSON values."""
        return {
            "text": self.text,
            "status": self.status,
            "findings": list(self.findings),
            "citations": [citation.to_json() for citation in self.citations],
        }


@dataclass(frozen=True, slots=True)
class StepRecord:
    """One finished step of a run, with the engine's own counts; zeros where no model was asked."""

    kind: str
    prompt_tokens: int
    cached_tokens: int
    completion_tokens: int
    seconds: float
    note: str = ""
    """What came of it, in a few words."""

    def to_json(self) -> dict[str, Any]:
        """The step as plain JSON values."""
        return {
            "kind": self.kind,
            "prompt_tokens": self.prompt_tokens,
            "cached_tokens": self.cached_tokens,
            "completion_tokens": self.completion_tokens,
            "seconds": round(self.seconds, 3),
            "note": self.note,
        }


@dataclass(frozen=True, slots=True)
class Section:
    """A part of what a task gives: a chapter of a summary, a clause of a checklist, a cell of a table."""

    title: str
    statements: tuple[Statement, ...] = ()
    verdict: str = ""
    """Found, missing, deviating ...; empty where the task gives none."""
    of: str = ""
    """The document that it is about, where the task has such a section for each of them."""
    note: str = ""
    """What is to be said of it beside its statements; where it has none, why."""

    def to_json(self, first: int) -> dict[str, Any]:
        """The section as plain JSON values; its statements are those of the answer from index `first` on."""
        indexes = list(range(first, first + len(self.statements)))
        return {"title": self.title, "verdict": self.verdict, "of": self.of, "note": self.note, "statements": indexes}


@dataclass(frozen=True, slots=True)
class Answer:
    """Everything that came of one question."""

    question: str
    statements: tuple[Statement, ...]
    coverage: Ledger
    steps: tuple[StepRecord, ...]
    unanswered: str = ""
    """Set where there is no statement: why."""
    said: bool = True
    """False where the answer is that the documents do not say."""
    remarks: tuple[str, ...] = ()
    """What is still weak in the answer as a whole, one sentence each."""
    task: str = "ask"
    """What was to be done: ask, summarise, review ..."""
    sections: tuple[Section, ...] = ()
    """The same statements in the same order, by their parts; none where a question was asked."""
    body: str = ""
    """The text that was wanted, where that is not the statements: a translation."""
    layout: Layout = field(default_factory=Layout)
    """What stood where in its prompt, for the next question of the conversation."""

    @property
    def text(self) -> str:
        """The answer as prose, each statement followed by the numbers of its citations; sections under heads."""
        if self.body:
            return self.body
        numbers = {citation: number for number, citation in enumerate(self.citations, 1)}
        if self.sections:
            return "\n\n".join(_headed(section, numbers) for section in self.sections)
        return _prose(self.statements, numbers) if self.statements else self.unanswered

    @property
    def citations(self) -> tuple[Citation, ...]:
        """All places cited, each once, in the order in which the text names them."""
        return tuple(dict.fromkeys(citation for statement in self.statements for citation in statement.citations))

    def to_json(self) -> dict[str, Any]:
        """The answer as plain JSON values."""
        return {
            "question": self.question,
            "answer": self.text,
            "said": self.said,
            "remarks": list(self.remarks),
            "task": self.task,
            "sections": sections_to_json(self.sections),
            "statements": [statement.to_json() for statement in self.statements],
            "coverage": self.coverage.to_json(),
            "steps": [step.to_json() for step in self.steps],
        }


def sections_to_json(sections: Sequence[Section]) -> list[dict[str, Any]]:
    """The sections of an answer as plain JSON values."""
    firsts = accumulate((len(section.statements) for section in sections), initial=0)
    return [section.to_json(first) for section, first in zip(sections, firsts, strict=False)]


def _headed(section: Section, numbers: Mapping[Citation, int]) -> str:
    head = ": ".join(word for word in (section.of, section.title) if word)
    verdict = f" ({section.verdict})" if section.verdict else ""
    said = [_prose(section.statements, numbers), section.note]
    return "\n".join(line for line in (f"{head}{verdict}", *said) if line)


def _prose(statements: Sequence[Statement], numbers: Mapping[Citation, int]) -> str:
    return " ".join(
        statement.text + "".join(f" [{numbers[citation]}]" for citation in statement.citations)
        for statement in statements
    )


def counts(statements: tuple[Statement, ...]) -> Mapping[Status, int]:
    """How many statements have each status."""
    found: dict[Status, int] = {"verified": 0, "weak": 0, "unsupported": 0}
    for statement in statements:
        found[statement.status] += 1
    return found
