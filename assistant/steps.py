"""The events of a run, as values, in the order in which a person sees them; knows no page and no terminal."""

from dataclasses import dataclass

from assistant.answer import Answer, StepRecord
from assistant.context import Ledger


@dataclass(frozen=True, slots=True)
class Planned:
    """What will be sent, before it is sent."""

    coverage: Ledger
    seconds: float | None = None
    """How long the engine will read it if nothing of it is cached; None while its speed is unknown."""


@dataclass(frozen=True, slots=True)
class Consent:
    """The run waits: so many tokens are only read if the person agrees (`Run.agree`)."""

    tokens: int
    seconds: float | None
    """How long the engine will read them; None while its speed is unknown."""


@dataclass(frozen=True, slots=True)
class Started:
    """A step begins: read, pick, look, draft, check, critique or revise."""

    kind: str


@dataclass(frozen=True, slots=True)
class Reading:
    """The engine reads the prompt: `done` of `total` tokens are in its cache."""

    done: int
    total: int
    seconds_left: float | None = None
    """None while its speed is unknown."""
    estimated: bool = False
    """Whether `done` is an estimate: the engine works for others, too."""


@dataclass(frozen=True, slots=True)
class Thinking:
    """What the model has thought so far before it writes: shown by itself, never a part of the answer, never cited."""

    kind: str
    text: str


@dataclass(frozen=True, slots=True)
class Writing:
    """The words of the running step so far, as prose."""

    kind: str
    text: str


@dataclass(frozen=True, slots=True)
class Finished:
    """A step is over."""

    step: StepRecord


@dataclass(frozen=True, slots=True)
class Answered:
    """The last event of a run that was not stopped."""

    answer: Answer


Step = Planned | Consent | Started | Reading | Thinking | Writing | Finished | Answered
