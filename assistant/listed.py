"""What a list of the library shows of a document and of a conversation, as values; knows no database."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Shelved:
    """A document as a list shows it."""

    id: str
    name: str
    kind: str
    pages: int
    characters: int
    warnings: int
    added: str
    """UTC, ISO 8601."""


@dataclass(frozen=True, slots=True)
class Conversation:
    """A conversation as a list shows it."""

    id: str
    title: str
    started: str
