"""The JSON that a model may reply to a task, and what it says, however cut off or wrong it is; asks nothing itself."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from assistant.prompts import MAX_MARKS, MAX_STATEMENT_CHARACTERS
from assistant.replies import Claim, read_object, words_of

Schema = Mapping[str, Any]

STATEMENT_TOKENS = 100
"""A statement of 300 characters (about 75 tokens), its marks and the JSON."""


@dataclass(frozen=True, slots=True)
class Form:
    """What a reply may be, and how long."""

    schema: Schema
    tokens: int


def statements(first: int, last: int, most: int, **beside: Schema) -> Form:
    """At most `most` statements with marks between `first` and `last`; `beside` are further fields of each."""
    mark = {"type": "integer", "minimum": first, "maximum": last}
    statement = object_of(
        **beside,
        text=text(MAX_STATEMENT_CHARACTERS),
        marks={"type": "array", "items": mark, "minItems": 1, "maxItems": MAX_MARKS},
    )
    return Form(object_of(statements=list_of(statement, most)), 32 + STATEMENT_TOKENS * most)


def text(most: int) -> Schema:
    """A text of so many characters."""
    return {"type": "string", "minLength": 1, "maxLength": most}


def one_of(*words: str) -> Schema:
    """One of these words."""
    return {"type": "string", "enum": list(words)}


def number(most: int) -> Schema:
    """A number from 1 on."""
    return {"type": "integer", "minimum": 1, "maximum": most}


def list_of(item: Schema, most: int) -> Schema:
    """A list of at most so many."""
    return {"type": "array", "items": item, "maxItems": most}


def object_of(**fields: Schema) -> Schema:
    """An object with all of these fields, in this order, and no other."""
    return {"type": "object", "properties": fields, "required": list(fields), "additionalProperties": False}


def read_claims(reply: str) -> list[Claim]:
    """The statements of a reply; marks that were not shown stay, for the check to find."""
    return [claim for claim, _ in read_beside(reply)]


def read_beside(reply: str) -> list[tuple[Claim, Mapping[str, Any]]]:
    """The statements of a reply, each with the further fields that it has."""
    found: dict[tuple[str, str], tuple[Claim, Mapping[str, Any]]] = {}
    for item in listed(read_object(reply).get("statements")):
        if isinstance(item, dict) and isinstance(item.get("text"), str) and (sentence := words_of(item["text"])):
            marks = tuple(dict.fromkeys(mark for mark in listed(item.get("marks")) if is_number(mark)))
            rest = {name: value for name, value in item.items() if name not in ("text", "marks")}
            found.setdefault((sentence.casefold(), repr(rest)), (Claim(sentence, marks), rest))
    return list(found.values())


def listed(value: object) -> Sequence[Any]:
    """A list, or an empty one for anything else."""
    return value if isinstance(value, list) else []


def is_number(value: object) -> bool:
    """Whether it is an integer; JSON's true and false are none."""
    return isinstance(value, int) and not isinstance(value, bool)
