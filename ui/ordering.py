"""A kind of task and a person's wishes for it in, the order of a job out; knows no terminal and no web."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from assistant import Length, Order, QuestionMissing, Task, parse_entries, parse_glossary

JobKind = Literal["summarise", "ask", "review", "extract", "translate"]


@dataclass(frozen=True, slots=True)
class Wishes:
    """What is wanted of every document; which of it counts depends on the kind."""

    kind: JobKind
    instructions: Sequence[str] = ()
    """The questions where something is asked, else what to mind."""
    length: Length = "medium"
    language: str = ""
    """Of what is written; the one that is translated to."""
    lines: Sequence[str] = ()
    """A checklist, or the fields to extract."""
    glossary: Sequence[str] = ()


def order_of(name: str, wanted: Wishes, rounds: int) -> Order:
    """The order. Raises QuestionMissing where the kind needs something that is not there, ListInvalid."""
    about = " ".join(wanted.instructions)
    if wanted.kind == "ask":
        questions = tuple(dict.fromkeys(each for each in wanted.instructions if each.strip()))
        if not questions:
            raise QuestionMissing("Nothing is asked.", "Give a question as the instruction.")
        return Order(name, None, questions, rounds)
    if wanted.kind == "translate":
        if not wanted.language:
            raise QuestionMissing("No language is named.", "Say which to translate to, such as German.")
        terms = parse_glossary(wanted.glossary) if wanted.glossary else ()
        return Order(name, Task("translate", about, language=wanted.language, glossary=terms), rounds=rounds)
    entries = parse_entries(wanted.lines) if wanted.kind in ("review", "extract") else ()
    task = Task(wanted.kind, about, language=wanted.language, length=wanted.length, entries=entries)
    return Order(name, task, rounds=rounds)
