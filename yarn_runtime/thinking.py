"""Pieces of a reply in, the same told apart out: what a model thinks aloud between tags, and what it says.

For engines without a parser for the model's thinking, where both come as plain content. Only a reply that begins with
the opening tag is taken for one: everywhere else the tag is a part of the text.
"""

from collections.abc import Iterator
from dataclasses import dataclass

OPEN, CLOSE = "<think>", "</think>"


@dataclass(frozen=True, slots=True)
class Piece:
    """A piece of a reply."""

    text: str
    thought: bool


class ThinkingTags:
    """Takes pieces as they come; a tag may be spread over several."""

    def __init__(self) -> None:
        self._held = ""
        self._state = "before"

    def take(self, text: str) -> Iterator[Piece]:
        """What is certain by now."""
        self._held += text
        if self._state == "before":
            start = self._held.lstrip()
            if start.startswith(OPEN):
                self._state, self._held = "thinking", start[len(OPEN) :]
            elif start and not OPEN.startswith(start):
                self._state = "saying"
        if self._state == "thinking":
            thought, closed, rest = self._held.partition(CLOSE)
            keep = 0 if closed else _begun(thought)
            if thought[: len(thought) - keep]:
                yield Piece(thought[: len(thought) - keep], True)
            self._held = rest.lstrip() if closed else thought[len(thought) - keep :]
            self._state = "saying" if closed else "thinking"
        if self._state == "saying" and self._held:
            yield Piece(self._held, False)
            self._held = ""

    def end(self) -> Iterator[Piece]:
        """What was held back, once nothing more comes."""
        if self._held:
            yield Piece(self._held, self._state == "thinking")
            self._held = ""


def _begun(text: str) -> int:
    """How many characters at the end may be the beginning of the closing tag."""
    return next((size for size in range(len(CLOSE) - 1, 0, -1) if text.endswith(CLOSE[:size])), 0)
