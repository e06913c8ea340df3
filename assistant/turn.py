"""An earlier question and its answer, as a later prompt needs them: what was said, where it stands, what was shown."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from assistant.context import Selection
from ingest import Document, Page, Span

Held = tuple[Document, Page, Span]
Place = tuple[str, int, int]
"""Document id, page number, a character of the page."""
Runs = tuple[tuple[str, int, int], ...]
"""Passages that follow each other: document id, the first and the last by their place among all of the document."""


@dataclass(frozen=True, slots=True)
class Said:
    """A statement of an earlier answer."""

    text: str
    places: tuple[Place, ...] = ()
    doubted: bool = False
    """Whether nothing that it cites carries it."""


@dataclass(frozen=True, slots=True)
class Layout:
    """What stood where in the prompt of a question, so that the next one can begin with the same bytes."""

    base: Runs = ()
    """The documents' part."""
    first: int = 0
    """Which turn of the conversation is the first that stands there whole."""
    since: int = 0
    """From which turn on the passages that were added with a question stand there."""
    added: Runs = ()
    """The passages that were added with this question."""
    recalled: tuple[int, ...] = ()
    """The turns of which it was reminded with this question."""

    def to_json(self) -> dict[str, Any]:
        """Plain JSON values."""
        return {
            "base": list(map(list, self.base)),
            "first": self.first,
            "since": self.since,
            "added": list(map(list, self.added)),
            "recalled": list(self.recalled),
        }

    @classmethod
    def from_json(cls, value: Mapping[str, Any]) -> "Layout":
        """Back from `to_json`."""
        return cls(
            tuple((str(a), int(b), int(c)) for a, b, c in value["base"]),
            int(value["first"]),
            int(value["since"]),
            tuple((str(a), int(b), int(c)) for a, b, c in value["added"]),
            tuple(map(int, value["recalled"])),
        )


@dataclass(frozen=True, slots=True)
class Turn:
    """An earlier question of the conversation and what was answered."""

    question: str
    answer: str
    said: tuple[Said, ...] = ()
    """The answer's statements; empty where there was none, or where nothing is known of them."""
    layout: Layout = field(default_factory=Layout)

    @property
    def documents(self) -> list[str]:
        """Ids of the documents that it was shown or cites."""
        shown = [document for document, _, _ in (*self.layout.base, *self.layout.added)]
        return list(dict.fromkeys([*shown, *(place[0] for said in self.said for place in said.places)]))


def said(statements: Sequence[Mapping[str, Any]]) -> tuple[Said, ...]:
    """Statements as `Statement.to_json` gives them."""
    return tuple(
        Said(
            str(statement["text"]),
            tuple((str(each["document_id"]), int(each["page"]), int(each["start"])) for each in statement["citations"]),
            statement["status"] == "unsupported",
        )
        for statement in statements
    )


def held_by(selection: Selection) -> Iterable[Held]:
    """The chosen passages of a document, in reading order."""
    return (
        (selection.document, page, span)
        for page in selection.document.pages
        if selection.includes(page)
        for span in page.spans
    )


def key(held: Held) -> Place:
    """By which a passage is known."""
    return held[0].id, held[2].page, held[2].start


class Shelf:
    """The passages of the chosen documents, by what turns know of them."""

    def __init__(self, selections: Sequence[Selection]) -> None:
        self.chosen = [held for selection in selections for held in held_by(selection)]
        self._known = {key(held) for held in self.chosen}
        self._all = {
            each.document.id: [(each.document, page, span) for page in each.document.pages for span in page.spans]
            for each in selections
        }
        self._numbers = {key(held): number for every in self._all.values() for number, held in enumerate(every)}
        self._order = {key(held): number for number, held in enumerate(self.chosen)}

    def sorted(self, held: Iterable[Held]) -> list[Held]:
        """In reading order, each once."""
        return sorted({key(each): each for each in held}.values(), key=lambda each: self._order[key(each)])

    def of(self, runs: Runs) -> list[Held]:
        """The passages of runs, as far as they are chosen now."""
        every = [held for document, first, last in runs for held in self._all.get(document, ())[first : last + 1]]
        return [held for held in every if key(held) in self._known]

    def runs(self, held: Iterable[Held]) -> Runs:
        """The runs of passages, in their order."""
        found: list[tuple[str, int, int]] = []
        for each in held:
            document, number = each[0].id, self._numbers[key(each)]
            if found and found[-1][0] == document and found[-1][2] == number - 1:
                found[-1] = (document, found[-1][1], number)
            else:
                found.append((document, number, number))
        return tuple(found)

    def at(self, place: Place) -> Held | None:
        """The chosen passage that holds a place, if there is one."""
        document, number, start = place
        for held in self._all.get(document, ()):
            if held[2].page == number and held[2].start <= start < held[2].end and key(held) in self._known:
                return held
        return None

    def cited(self, turns: Iterable[Turn]) -> list[Held]:
        """What the statements of turns cite, as far as it is chosen now."""
        places = dict.fromkeys(place for turn in turns for said in turn.said for place in said.places)
        return [held for held in map(self.at, places) if held is not None]
