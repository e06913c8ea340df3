"""The characters of a PDF page in, its printed lines out: mended, measured, each character's place kept."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Protocol

from ingest.pdf_matrix import Sides
from ingest.pdf_measure import Measure
from ingest.words import Words

_LINE_HYPHEN = "\ufffe"
"""What pdfium puts in place of a hyphen at the end of a line, after which it joins the next line on."""
_ODD = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\xad\ufb00-\ufb06\ufffe\uffff\ud800-\udfff]")
_WORD_BEFORE, _WORD_AFTER = re.compile(r"[^\W_]+(?:-[^\W_]+)*\Z"), re.compile(r"[^\W_]+")
# The dots of a table of contents, between a title and its page; the page may be a line of its own.
_LEADER = re.compile(r"\s?(?:[.·…]\s?){5,}(?=\s?(?:[0-9]+|[ivxlc]+)$)|\s?(?:[.·…]\s?){12,}$")
LED = " … "
"""Stands for the dots."""
_SPACE = re.compile(r"\s")
_LIGATURES = {"ﬀ": "ff", "ﬁ": "fi", "ﬂ": "fl", "ﬃ": "ffi", "ﬄ": "ffl", "ﬅ": "st", "ﬆ": "st"}
_MONOSPACED = (0.49, 0.63)
"""Width of a character in font sizes: 0.525 in Computer Modern Typewriter, 0.6 in Courier."""


class Characters(Protocol):
    """What this module needs of a page: see pdf_pdfium.Glyphs."""

    @property
    def text(self) -> str: ...
    @property
    def width(self) -> float: ...
    @property
    def height(self) -> float: ...
    def x(self, at: int) -> float: ...
    def boxes(self, start: int, end: int) -> tuple[Sides, ...]: ...
    def measure(self, start: int, end: int) -> Measure: ...


@dataclass(slots=True, eq=False)  # not frozen: that would take five times as long, forty times a page
class Line:
    """A printed line: its mended text, and for each character of that the place in the page's characters.

    `x` and `y` are the start of its baseline, `size` and `last_size` the font sizes of its first and last
    character, all in points. `pitch` is the width of a character in a monospaced font, 0 in any other. `gaps` are
    the (left, right) of wide blank stretches within it. `table` numbers the tables of the page; 0 is no part of one.
    """

    text: str
    places: range | list[int]
    boxes: tuple[Sides, ...]
    x: float
    y: float
    size: float
    last_size: float
    pitch: float
    gaps: tuple[tuple[float, float], ...] = ()
    table: int = 0


def lines(page: Characters, words: Words) -> Iterator[Line]:
    """The lines of a page in the order in which pdfium gives them; `words` settles which hyphens stay."""
    broken = page.text.replace("\r", "\n")
    odd = _is_odd(broken)  # most pages have nothing to mend at all
    at = 0
    for row in broken.split("\n"):
        start, at = at, at + len(row) + 1
        raw = row.strip()
        if not raw:
            continue
        if raw[0] != row[0]:
            start += row.index(raw[0])
        if odd and _is_odd(raw):
            for text, places in _mended(raw, start, words):
                if core := text.strip():
                    first = text.index(core[0])
                    yield _line(page, core, places[first : first + len(core)])
        else:
            yield _line(page, raw, range(start, start + len(raw)))


def _is_odd(text: str) -> bool:
    return "....." in text or ". . . ." in text or _ODD.search(text) is not None


def _line(page: Characters, text: str, places: range | list[int]) -> Line:
    boxes, gaps, x, y, size, last_size = page.measure(places[0], places[-1] + 1)
    # Cheap and rough first: most lines are in no monospaced font.
    pitch = (boxes[-1][2] - x) / len(text) if boxes else 0.0
    may_be = len(text) > 3 and 0.9 * _MONOSPACED[0] * size < pitch < 1.1 * _MONOSPACED[1] * size
    return Line(text, places, boxes, x, y, size, last_size, _pitch(page, places, x, size) if may_be else 0.0, gaps)


def _pitch(page: Characters, places: range | list[int], x: float, size: float) -> float:
    """The width of a character where all have the same; 0 where they have not."""
    last = len(places) - 1
    pitch = (page.x(places[last]) - x) / last
    if not _MONOSPACED[0] * size < pitch < _MONOSPACED[1] * size:
        return 0.0
    for at in ((last + 1) // 4, (last + 1) // 2, 3 * (last + 1) // 4):  # just where they stand in such a font
        if not abs(page.x(places[at]) - x - at * pitch) < 0.1 * pitch:
            return 0.0
    return pitch


def parted(page: Characters, line: Line, x: float) -> list[Line]:
    """The line in two: the words that begin left of `x`, and the rest; whole where one of them would be empty."""
    at = bisect_left(line.places, True, key=lambda place: page.x(place) >= x)
    while 0 < at < len(line.text) and not line.text[at - 1].isspace() and not line.text[at].isspace():
        at += 1
    left, right = line.text[:at].rstrip(), line.text[at:].lstrip()
    if not left or not right:
        return [line]
    first, last = line.places[: len(left)], line.places[len(line.places) - len(right) :]
    return [_line(page, left, first), _line(page, right, last)]


def _mended(raw: str, start: int, words: Words) -> Iterator[tuple[str, list[int]]]:
    """The line without control characters, ligatures and leaders, in two where pdfium joined two at a hyphen.

    A word that was parted is made whole at the end of the first of the two.
    """
    text: list[str] = []
    places: list[int] = []
    joined = False
    before = ""
    at = 0
    for first, last, new in (*_replaced(raw, words), (len(raw), len(raw), "")):
        if joined and (space := _SPACE.search(raw, at, first)):
            yield "".join([*text, raw[at : space.start()]]), [*places, *range(start + at, start + space.start())]
            text, places, joined, at = [], [], False, space.end()
        text += raw[at:first], new
        places += [*range(start + at, start + first), *[start + first] * len(new)]
        joined = joined or raw[first:last] == _LINE_HYPHEN
        before = new or (raw[first - 1] if first > at else before)
        at = last
        if before[-1:] == " " == raw[last : last + 1]:
            at += 1  # one space is enough around what was left out
    yield "".join(text), places


def _replaced(raw: str, words: Words) -> Iterator[tuple[int, int, str]]:
    """(start, end, what to set there) for everything that does not stay as it is."""
    dots = raw.count(".") + raw.count("·") + raw.count("…")
    leader = _LEADER.search(raw) if dots >= 5 else None
    for match in _ODD.finditer(raw, 0, leader.start() if leader else len(raw)):
        char, first, last = match[0], match.start(), match.end()
        new = _LIGATURES.get(char, "")
        if char == _LINE_HYPHEN:
            before, after = _WORD_BEFORE.search(raw, 0, first), _WORD_AFTER.match(raw, last)
            new = "-" if before is None or after is None or words.hyphenated(before[0], after[0]) else ""
        yield first, last, new
    if leader:
        yield leader.start(), leader.end(), LED
