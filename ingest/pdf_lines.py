"""The characters of a PDF page in, its printed lines out: mended, measured, each character's place kept."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Protocol

from ingest.document import Box

_LINE = re.compile(r"[^\r\n]+")
_LINE_HYPHEN = "\ufffe"
"""What pdfium puts in place of a hyphen at the end of a line, after which it joins the next line on."""
_ODD = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\xad\ufb00-\ufb06\ufffe\uffff\ud800-\udfff]")
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
    def baseline(self, at: int) -> tuple[float, float, float]: ...
    def boxes(self, start: int, end: int) -> tuple[Box, ...]: ...


@dataclass(frozen=True, slots=True)
class Line:
    """A printed line: its mended text, and for each character of that the place in the page's characters.

    `x` and `y` are the start of its baseline, `size` and `last_size` the font sizes of its first and last
    character, all in points. `pitch` is the width of a character in a monospaced font, 0 in any other.
    """

    text: str
    places: range | list[int]
    boxes: tuple[Box, ...]
    x: float
    y: float
    size: float
    last_size: float
    pitch: float


def lines(page: Characters) -> Iterator[Line]:
    """The lines of a page in the order in which pdfium gives them."""
    for match in _LINE.finditer(page.text):
        raw = match[0]
        start = match.start() + len(raw) - len(raw.lstrip())
        raw = raw.strip()
        if not raw:
            continue
        if _ODD.search(raw):
            for text, places in _mended(raw, start):
                yield _line(page, text, places)
        else:
            yield _line(page, raw, range(start, start + len(raw)))


def _line(page: Characters, text: str, places: range | list[int]) -> Line:
    x, y, size = page.baseline(places[0])
    last_x, _, last_size = page.baseline(places[-1])
    boxes = page.boxes(places[0], places[-1] + 1)
    pitch = (last_x - x) / (len(text) - 1) if len(text) > 3 else 0.0
    if not _MONOSPACED[0] * size < pitch < _MONOSPACED[1] * size or not _even(page, places, x, pitch):
        pitch = 0.0
    return Line(text, places, boxes, x, y, size, last_size, pitch)


def _even(page: Characters, places: range | list[int], x: float, pitch: float) -> bool:
    """Whether characters within the line stand just where they stand in a monospaced font."""
    inner = {len(places) // 4, len(places) // 2, 3 * len(places) // 4}
    return all(abs(page.baseline(places[at])[0] - x - at * pitch) < 0.1 * pitch for at in inner)


def _mended(raw: str, start: int) -> Iterator[tuple[str, list[int]]]:
    """The line without control characters and ligatures, in two where pdfium joined two at a hyphen.

    A word that was parted is made whole at the end of the first of the two.
    """
    text: list[str] = []
    places: list[int] = []
    parted = False
    for offset, char in enumerate(raw):
        if char == _LINE_HYPHEN:
            after = raw[offset + 1 : offset + 2]
            # "Debian-Policy" and "UTF-8" keep it, "exam-ple" does not.
            char = "" if after.islower() else "-"
            parted = bool(after)
        elif parted and char.isspace():
            yield "".join(text), places
            text, places, parted = [], [], False
            continue
        elif _ODD.match(char):
            char = _LIGATURES.get(char, "")
        text += char
        places += [start + offset] * len(char)
    if text:
        yield "".join(text), places
