"""What is to be done with documents, as a value: the kind of work and a person's wishes for it; knows no document."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Literal

from assistant.errors import AssistantError

Kind = Literal["summarise", "review", "compare", "explain", "extract", "translate", "write"]
Length = Literal["short", "medium", "long"]

CHECKLISTS = Path(__file__).parent / "checklists"
"""Those that come with the program, by name."""

_BULLET = re.compile(r"^\s*(?:[-*•]|\d{1,3}[.)])\s+")


class ListInvalid(AssistantError):
    """A checklist, a list of fields or a glossary cannot be read, or is empty."""


@dataclass(frozen=True, slots=True)
class Entry:
    """A clause of a checklist or a field of a table."""

    name: str
    meaning: str = ""
    """What is expected of it, or what belongs into it."""

    @property
    def line(self) -> str:
        """Both in one line."""
        return f"{self.name}: {self.meaning}" if self.meaning else self.name


@dataclass(frozen=True, slots=True)
class Term:
    """A word or name of a document and how it is always translated."""

    source: str
    target: str


@dataclass(frozen=True, slots=True)
class Task:
    """One piece of work; which of the wishes count depends on its kind."""

    kind: Kind
    instruction: str = ""
    """What is wanted in a person's own words: the topic of a text, the error of a program, what to look for."""
    language: str = ""
    """Of what is written; empty for that of the documents."""
    audience: str = ""
    length: Length = "medium"
    by_sections: bool = False
    entries: tuple[Entry, ...] = ()
    glossary: tuple[Term, ...] = ()

    def to_json(self) -> dict[str, Any]:
        """The task as plain JSON values."""
        return asdict(self)

    @classmethod
    def from_json(cls, value: Mapping[str, Any]) -> "Task":
        """What `to_json` gave."""
        entries = tuple(Entry(**each) for each in value["entries"])
        glossary = tuple(Term(**each) for each in value["glossary"])
        return cls(**{**value, "entries": entries, "glossary": glossary})


def parse_entries(lines: Sequence[str]) -> tuple[Entry, ...]:
    """The items of lines "Name: meaning", each once; empty lines and headings (#) are none, bullets are taken off.

    Raises ListInvalid where there is none.
    """
    found: dict[str, Entry] = {}
    for line in lines:
        plain = _BULLET.sub("", line).strip()
        if plain and not plain.startswith("#"):
            name, _, meaning = (part.strip() for part in plain.partition(":"))
            if name:
                found.setdefault(name.casefold(), Entry(name, meaning))
    if not found:
        raise ListInvalid("There is no item in the list.", "Write one a line: Name: what is expected.")
    return tuple(found.values())


def parse_glossary(lines: Sequence[str]) -> tuple[Term, ...]:
    """The terms of lines "source = target" or "source,target". Raises ListInvalid."""
    found: dict[str, Term] = {}
    for line in lines:
        if not line.strip() or line.startswith("#"):
            continue
        parts = [part.strip() for part in re.split(r"=|,|\t|;", line, maxsplit=1)]
        if len(parts) != 2 or not all(parts):
            raise ListInvalid(f"“{line.strip()}” is no term of a glossary.", "Write one a line: source = target.")
        found.setdefault(parts[0].casefold(), Term(parts[0], parts[1]))
    return tuple(found.values())


def read_lines(place: str) -> list[str]:
    """The lines of a text file, or of a checklist that comes with the program by its name. Raises ListInvalid."""
    path = Path(place)
    if not path.exists() and (own := CHECKLISTS / f"{place}.txt").is_file():
        path = own
    try:
        return path.read_text("utf-8-sig").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        names = ", ".join(sorted(each.stem for each in CHECKLISTS.glob("*.txt")))
        raise ListInvalid(
            f"{place} cannot be read as a list: {error}.", f"Give a UTF-8 text file, or one of: {names}."
        ) from error
