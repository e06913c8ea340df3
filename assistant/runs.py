"""A statement or a sentence in, its names out, those that follow each other taken for one, each with its place."""

import re
from collections.abc import Callable
from dataclasses import dataclass

from assistant.fold import fold
from assistant.names import looks_common, named

_JOINT = re.compile(r"\s+(?:(?:of|&|and the|of the|von|und)\s+)?|\s?&\s?|[-’']")


@dataclass(frozen=True, slots=True)
class Run:
    """Names that follow each other: "Castleford Estate", "Councillor Dale Aubrey"."""

    start: int
    end: int
    text: str

    @property
    def folds(self) -> list[str]:
        """Its words as they are compared."""
        return [fold(word) for word in re.findall(r"\w+", self.text)]

    @property
    def last(self) -> str:
        """The word that tells it from others: a family's name, not "Mr"."""
        return self.folds[-1]


def runs(text: str, common: Callable[[str], bool]) -> list[Run]:
    """In their order. A word that begins a sentence is none where it looks common or is so by `common`."""
    found: list[Run] = []
    for name in sorted(named(text), key=lambda name: name.start):
        last = found[-1] if found else None
        if (last and name.start < last.end) or (name.begins and (looks_common(name.word) or common(name.word))):
            continue
        if last and _JOINT.fullmatch(text, last.end, name.start):
            found[-1] = Run(last.start, name.end, text[last.start : name.end])
        else:
            found.append(Run(name.start, name.end, text[name.start : name.end]))
    return found
