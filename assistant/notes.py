"""The words and forms by which a model takes notes of a window and picks the notes that matter; asks nothing itself."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from langchain_core.utils.json import parse_partial_json

from assistant import prompts
from assistant.replies import read_draft
from assistant.terms import asked

MOST_NOTES = 6
NOTE_TOKENS = 640
"""Longest reply to a window: six notes of 300 characters (about 75 tokens each), their marks and the JSON."""
PICK_TOKENS = 256
"""Longest reply to what notes matter: some dozens of numbers."""


@dataclass(frozen=True, slots=True)
class Note:
    """What one window says to the question, with the marks of the passages that say it."""

    text: str
    marks: tuple[int, ...]


def note_request(documents: str, question: str) -> str:
    """A window and what is wanted of it; documents first, as in every prompt."""
    return (
        f"{documents}\n\nThis is one part of the documents; the others are read by themselves."
        f" Question: {question}\n\n"
        "Do not answer yet. Note every fact of this part that helps to answer it, each in a short sentence with the"
        " marks of the passages that say it. Only if no passage has anything to do with the question, leave the"
        " list empty."
    )


def pick_request(notes: Sequence[Note], question: str) -> str:
    """Too many notes: which of them are needed?"""
    lines = "\n".join(f"<{number}> {note.text}" for number, note in enumerate(notes, 1))
    return (
        f"{lines}\n\nThese notes were taken while documents were read. Question: {question}\n\n"
        f"Name the numbers of the notes that are needed to answer it, at most {keepable(notes)}."
    )


def note_schema(first: int, last: int) -> dict[str, Any]:
    """JSON of notes whose marks lie between `first` and `last`: an answer's form with other bounds."""
    schema = prompts.answer_schema(last)
    statements = schema["properties"]["statements"]
    statements["maxItems"] = MOST_NOTES
    statements["items"]["properties"]["marks"]["items"]["minimum"] = first
    return schema


def pick_schema(notes: Sequence[Note]) -> dict[str, Any]:
    """JSON of the numbers of at most half of the notes."""
    number = {"type": "integer", "minimum": 1, "maximum": len(notes)}
    return {
        "type": "object",
        "properties": {"keep": {"type": "array", "items": number, "maxItems": keepable(notes)}},
        "required": ["keep"],
        "additionalProperties": False,
    }


def keepable(notes: Sequence[Note]) -> int:
    """Half of them: so that picking ends."""
    return max(1, len(notes) // 2)


def read_notes(reply: str, first: int, last: int) -> list[Note]:
    """The notes of a reply, however wrong it is: only marks of the window count, and a note needs one."""
    notes = []
    for claim in read_draft(reply).claims[:MOST_NOTES]:
        marks = tuple(mark for mark in claim.marks if first <= mark <= last)
        if marks:
            notes.append(Note(claim.text, marks))
    return notes


def read_pick(reply: str, notes: Sequence[Note], question: str) -> list[Note]:
    """The notes that a reply keeps, in their order; where it names none, those with most words of the question."""
    try:
        value = parse_partial_json(reply)
    except ValueError:
        value = None
    named = value.get("keep") if isinstance(value, dict) else None
    numbers = {number for number in named if isinstance(number, int)} if isinstance(named, list) else set()
    chosen = sorted(number - 1 for number in numbers if 1 <= number <= len(notes))[: keepable(notes)]
    if not chosen:
        wanted = set(asked(question))
        nearest = sorted(range(len(notes)), key=lambda index: (-len(wanted & set(asked(notes[index].text))), index))
        chosen = sorted(nearest[: keepable(notes)])
    return [notes[index] for index in chosen]
