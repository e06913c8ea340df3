"""Running text in, the borders of its spans out: paragraphs, long ones cut, short ones joined."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Iterator
from typing import NamedTuple

LONGEST = 600
"""Characters of a span at most, a heading in front of it not counted: about 150 tokens of English."""
FILLED = 240
"""A span of at least this many characters ends where a heading begins; a shorter one takes it in."""

_PARAGRAPH = re.compile(r"\S.*(?:\n[^\S\n]*\S.*)*")
_FENCE = re.compile(r"^ {0,3}(`{3,}|~{3,}).*\n(?:.*\n)*?(?: {0,3}\1[`~]*[^\S\n]*$|\Z)", re.MULTILINE)
_MARKED_HEADING = re.compile(r"#{1,6}\s.*\Z|.+\n(?:=+|-+)\s*\Z")
_CUTS = (
    re.compile(r"(?<=[\w\"'”’)\]])[.!?…][\"'”’)\]]*\s+(?=[\"'“‘(\[]*[^\sa-z])|[。！？]+[”’」』）]*"),
    re.compile(r"\n"),
    re.compile(r"\s"),
)


class Block(NamedTuple):
    """A paragraph, heading, list or listing: the characters `start` to `end`, neither end being white."""

    start: int
    end: int
    heading: bool


def blocks(text: str) -> list[Block]:
    """The paragraphs of plain or Markdown text: what blank lines part; a fenced listing is one."""
    found: list[Block] = []
    at = 0
    for fence in _FENCE.finditer(text):
        found += _paragraphs(text, at, fence.start())
        found.append(Block(fence.start(1), fence.start() + len(fence[0].rstrip()), False))
        at = fence.end()
    return found + _paragraphs(text, at, len(text))


def _paragraphs(text: str, start: int, end: int) -> list[Block]:
    found = []
    for match in _PARAGRAPH.finditer(text, start, end):
        body = match[0].rstrip()
        found.append(Block(match.start(), match.start() + len(body), _is_heading(body)))
    return found


def _is_heading(body: str) -> bool:
    if _MARKED_HEADING.match(body):
        return len(body) <= LONGEST
    return "\n" not in body and len(body) <= 80 and body[-1] not in ".,;:!?|。，；：！？"


def borders(text: str, parts: Iterable[Block]) -> list[tuple[int, int]]:
    """The (start, end) of every span of `text`, in order: `parts` cut where too long, joined where short."""
    spans: list[tuple[int, int]] = []
    for unit in _units(text, parts):
        if spans:
            start, end = spans[-1]
            if unit.end - start <= LONGEST and not (unit.heading and end - start >= FILLED):
                spans[-1] = (start, unit.end)
                continue
        spans.append((unit.start, unit.end))
    return spans


def _units(text: str, parts: Iterable[Block]) -> Iterator[Block]:
    """What must not be parted: headings together with the first piece of what follows them."""
    headings: Block | None = None
    for block in parts:
        if headings is not None and headings.end - headings.start > LONGEST:
            yield headings
            headings = None
        if block.heading:
            headings = Block(headings.start if headings else block.start, block.end, True)
            continue
        for start, end in pieces(text, block.start, block.end):
            yield Block(headings.start if headings else start, end, headings is not None)
            headings = None
    if headings is not None:
        yield headings


def pieces(text: str, start: int, end: int, longest: int = LONGEST) -> Iterator[tuple[int, int]]:
    """The stretch in near-equal pieces of at most `longest`: cut after a sentence, a line or a word."""
    while end - start > longest:
        share = (end - start) // math.ceil((end - start) / longest)
        cut = _cut(text, start + share // 2, start + longest, start + share)
        yield start, start + len(text[start:cut].rstrip())
        start = _next_start(text, cut)
    yield start, end


def _next_start(text: str, at: int) -> int:
    """Where the text goes on after a cut; the indentation of a line belongs to it."""
    start = at
    while text[start].isspace():
        start += 1
    return max(at, text.rfind("\n", at, start) + 1)


def _cut(text: str, low: int, high: int, wanted: int) -> int:
    """The best border's place nearest to `wanted` between `low` and `high`; `high` where there is none."""
    for border in _CUTS:
        found = [match.end() for match in border.finditer(text, low, high)]
        if found:
            return min(found, key=lambda place: abs(place - wanted))
    return high
