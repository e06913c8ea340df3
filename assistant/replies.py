"""A model's JSON in, what it says out, however cut off or wrong it is: nothing in here trusts it or raises."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from langchain_core.utils.json import parse_partial_json

_THOUGHT = re.compile(r"\A\s*<think>.*?(?:</think>|\Z)", re.DOTALL)
"""What a model without a reasoning parser thinks aloud is no part of its answer."""


_UNSEEN = re.compile(
    r"[\x00-\x1f\x7f-\x9f\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff\ud800-\udfff\U000e0000-\U000e007f]"
)
_SENTENCE_END = re.compile(r"(?<=[.!?])\s+(?=\w)|(?<=[。！？])\s*(?=\w)")
_FORGED_MARK = re.compile(r"<\s*\d+\s*>")
_FORGED = re.compile(r"(?<!\w)\[(\d+(?:\s*[,–-]\s*\d+)*)\]")


@dataclass(frozen=True, slots=True)
class Claim:
    """A statement as the model made it: the marks are what it wrote, shown or not."""

    text: str
    marks: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class DraftReply:
    """What a draft or revision says."""

    found: bool
    claims: tuple[Claim, ...]


@dataclass(frozen=True, slots=True)
class CritiqueReply:
    """What a critique says."""

    good: bool
    problems: tuple[str, ...]


def read_draft(text: str) -> DraftReply:
    """The claims of a reply; one that repeats an earlier one word for word is dropped."""
    value = read_object(text)
    claims: dict[str, Claim] = {}
    for item in _list(value.get("statements")):
        if isinstance(item, dict) and isinstance(item.get("text"), str) and item["text"].strip():
            sentence = words_of(item["text"])
            if not sentence:
                continue
            marks = tuple(dict.fromkeys(mark for mark in _list(item.get("marks")) if _is_mark(mark)))
            claims.setdefault(sentence.casefold(), Claim(sentence, marks))
    nothing = value.get("statements") == [] or value.get("found") is False
    return DraftReply(bool(claims) or not nothing, tuple(claims.values()))


def read_critique(text: str) -> CritiqueReply:
    """The problems of a reply; a critique that cannot be read finds nothing and approves of nothing."""
    value = read_object(text)
    problems = [item for item in _list(value.get("problems")) if isinstance(item, str) and item.strip()]
    return CritiqueReply(value.get("good") is True, tuple(dict.fromkeys(problems)))


def prose(text: str) -> str:
    """The words of a reply that may still be arriving, without its JSON."""
    value = read_object(text)
    texts = [item["text"] for item in _list(value.get("statements")) if isinstance(item, dict) and "text" in item]
    texts += _list(value.get("problems"))
    return "\n".join(item for item in texts if isinstance(item, str))


def words_of(text: str) -> str:
    """A statement's own words in one line, each sentence once."""
    return _once(_words(text))


def _words(text: str) -> str:
    """A statement's own words in one line: without control characters and reversed writing, and without what would
    look like a citation that was never made ("[3]", "<17>")."""
    kept = "".join(character for character in text if character.isspace() or not _UNSEEN.match(character))
    return " ".join(_FORGED.sub(lambda match: f"({match[1]})", _FORGED_MARK.sub("", kept)).split())


def _once(text: str) -> str:
    """A statement that says its sentence again and again, as small models do until they are cut off, says it once."""
    kept: list[str] = []
    for sentence in _SENTENCE_END.split(text):
        if not any(earlier.casefold().startswith(sentence.casefold()) for earlier in kept):
            kept.append(sentence)
    return " ".join(kept)


def read_object(text: str) -> dict[str, Any]:
    """The JSON object of a reply, as far as it goes; an empty one where there is none."""
    try:
        value = parse_partial_json(_THOUGHT.sub("", text))
    except ValueError:
        return {}
    return value if isinstance(value, dict) else {}


def _list(value: object) -> Sequence[Any]:
    return value if isinstance(value, list) else []


def _is_mark(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)
