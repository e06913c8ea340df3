"""The words that were recognised on a picture in; the text in paragraphs, with spans, boxes and confidence, out."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby, pairwise
from statistics import median

from ingest.prose import Block, borders
from ingest.tesseract import Word
from ingest.words import Words

_WIDE = "\u2e80-\u9fff\uac00-\ud7af\uf900-\ufaff\uff00-\uffef"
# Chinese and Japanese are written without spaces; tesseract parts their words all the same.
_NO_SPACE = re.compile(f"[{_WIDE}]")
_HYPHEN = re.compile(r"([^\W\d_]+(?:-[^\W\d_]+)*)[-\u2010]\Z")
_REST = re.compile(r"[^\W\d_]+")
_HEADING = 1.25
"""Times the height of most lines."""

Place = tuple[float, float, float, float]


@dataclass(frozen=True, slots=True)
class Recognised:
    """The text of a picture with its spans as (start, end, boxes, confidence); boxes in points, one a line."""

    text: str
    spans: tuple[tuple[int, int, tuple[Place, ...], float], ...]


@dataclass(slots=True)
class _Set:
    """A word where it stands in the text."""

    word: Word
    text: str
    start: int = 0


def lay_out(words: Sequence[Word], points: float) -> Recognised:
    """Set words in paragraphs, parted by an empty line; `points` is the size of a pixel."""
    lines = [[_Set(word, word.text) for word in line] for _, line in groupby(words, key=lambda word: word.line)]
    text, parts, placed = _paragraphs(_mended(lines))
    spans = tuple((start, end, *_placed(placed, start, end, points)) for start, end in borders(text, parts))
    return Recognised(text, spans)


def _mended(lines: list[list[_Set]]) -> list[list[_Set]]:
    """The lines with words made whole that were parted at the end of one: the rest goes up to the first part."""
    known = Words()
    for line in lines:
        known.learn(" ".join(word.text for word in line))
    for above, below in pairwise(lines):
        if not above or above[-1].word.paragraph != below[0].word.paragraph:
            continue
        first, rest = _HYPHEN.search(above[-1].text), _REST.match(below[0].text)
        if first is not None and rest is not None:
            hyphen = "-" if known.hyphenated(first[1], rest[0]) else ""
            above[-1].text = above[-1].text[:-1] + hyphen
            above.append(below.pop(0))
    return [line for line in lines if line]


def _paragraphs(lines: list[list[_Set]]) -> tuple[str, list[Block], list[_Set]]:
    """The text, its paragraphs, and all words with their places in it."""
    text: list[str] = []
    parts: list[Block] = []
    placed: list[_Set] = []
    usual = median([_height(line) for line in lines]) if lines else 0
    at = 0
    for _, group in groupby(lines, key=lambda line: line[-1].word.paragraph):
        paragraph = list(group)
        at += _added(text, "\n\n" if text else "")
        opened = at
        for number, line in enumerate(paragraph):
            at += _added(text, "\n" if number else "")
            for before, word in zip((None, *line), line, strict=False):
                at += _added(text, " " if before is not None and _spaced(before, word) else "")
                word.start = at
                at += _added(text, word.text)
            placed += line
        tall = len(paragraph) == 1 and _height(paragraph[0]) > _HEADING * usual
        parts.append(Block(opened, at, tall and at - opened <= 160))
    return "".join(text), parts, placed


def _added(text: list[str], piece: str) -> int:
    text.append(piece)
    return len(piece)


def _height(line: Sequence[_Set]) -> float:
    return float(max(item.word.bottom - item.word.top for item in line))


def _spaced(before: _Set, after: _Set) -> bool:
    if before.word.line != after.word.line:
        return False  # the rest of a word, from the line below
    return not (_NO_SPACE.match(before.text[-1]) and _NO_SPACE.match(after.text[0]))


def _placed(placed: Sequence[_Set], start: int, end: int, points: float) -> tuple[tuple[Place, ...], float]:
    """One box for each line of the stretch, and the mean confidence of its letters."""
    inside = [item for item in placed if item.start < end and item.start + len(item.text) > start]
    boxes = []
    for _, group in groupby(inside, key=lambda item: item.word.line):
        line = [item.word for item in group]
        corners = (
            min(word.left for word in line),
            min(word.top for word in line),
            max(word.right for word in line),
            max(word.bottom for word in line),
        )
        x0, y0, x1, y1 = (round(value * points, 2) for value in corners)
        boxes.append((x0, y0, x1, y1))
    letters = sum(len(item.text) for item in inside)
    sure = sum(item.word.sure * len(item.text) for item in inside) / max(1, letters)
    return tuple(boxes), round(sure, 3)
