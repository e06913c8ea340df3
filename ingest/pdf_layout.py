"""The characters of a PDF page in; its text in paragraphs, with spans and boxes, out. Knows no file."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from ingest.pdf_lines import Characters, Line
from ingest.pdf_matrix import Sides
from ingest.prose import Block, borders, pieces

_BULLET = re.compile(r"(?:[-•◦▪‣·*\u2013]|\(?[0-9]{1,3}[.)]|\(?[a-z][.)])\s")
_INDENT_MOST = 60

ROWS_LENGTH = 72
"""Characters; a mark before each shorter row would cost more than a fifth of it."""


@dataclass(frozen=True, slots=True)
class Layout:
    """The text of a page with its spans as (start, end, boxes)."""

    text: str
    spans: tuple[tuple[int, int, tuple[Sides, ...]], ...]


def lay_out(page: Characters, seen: Sequence[Line]) -> Layout:
    """Set the lines of a page as paragraphs, parted by an empty line, and find their spans."""
    text, starts, parts = _paragraphs(seen)
    found = _spans(text, seen, starts, parts)
    return Layout(text, tuple((start, end, _boxes(page, seen, starts, start, end)) for start, end in found))


def _spans(text: str, seen: Sequence[Line], starts: list[int], parts: Sequence[Block]) -> list[tuple[int, int]]:
    """The borders of the spans: a table's head with the marks below it is one, and so is each row that is no stub."""
    if not any(line.table for line in seen):
        return borders(text, parts)
    found: list[tuple[int, int]] = []
    prose: list[Block] = []
    for part in parts:
        lines = range(bisect_left(starts, part.start), bisect_left(starts, part.end))
        if not lines or not seen[lines[0]].table:
            prose.append(part)
            continue
        found += borders(text, prose)
        prose = []
        (start, _), (_, end), *rows = [(starts[number], starts[number] + len(seen[number].text)) for number in lines]
        for row in ((start, end), *_joined(rows)):
            found += pieces(text, *row)
    return found + borders(text, prose)


def _joined(rows: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    """Rows of a word or two are no passage each: neighbours are one up to ROWS_LENGTH."""
    found: list[tuple[int, int]] = []
    for start, end in rows:
        if found and end - found[-1][0] <= ROWS_LENGTH:
            found[-1] = found[-1][0], end
        else:
            found.append((start, end))
    return found


def _paragraphs(seen: Sequence[Line]) -> tuple[str, list[int], list[Block]]:
    """The text of the page, where in it the text of each line starts, and its paragraphs."""
    body, leading = _body_size(seen), _leading(seen)
    text: list[str] = []
    starts: list[int] = []
    parts: list[Block] = []
    at = opened = 0
    for number, (line, indent) in enumerate(zip(seen, _indents(seen), strict=True)):
        gap = ""
        if number:
            new = _parted(seen, number, leading)
            if new:
                parts.append(Block(opened, at, _is_heading(seen[number - 1], at - opened, body)))
            gap = "\n\n" if new else "\n"
            opened = at + len(gap) if new else opened
        text += gap, " " * indent, line.text
        starts.append(at + len(gap) + indent)
        at = starts[-1] + len(line.text)
    if seen:
        parts.append(Block(opened, at, _is_heading(seen[-1], at - opened, body)))
    return "".join(text), starts, parts


def _is_heading(last: Line, length: int, body: float) -> bool:
    return last.size > 1.08 * body and length <= 160


def _body_size(seen: Sequence[Line]) -> float:
    """The font size of most characters of the page, in points."""
    exact: dict[float, int] = {}
    for line in seen:
        exact[line.size] = exact.get(line.size, 0) + len(line.text)
    weights: dict[float, int] = {}
    for size, weight in exact.items():
        size = round(size, 1)
        weights[size] = weights.get(size, 0) + weight
    return max(weights, key=lambda size: weights[size], default=0.0)


def _leading(seen: Sequence[Line]) -> float:
    """The usual distance of two baselines in font sizes: the median over what can be one paragraph."""
    usual = [
        (below.y - above.y) / above.size
        for above, below in pairwise(seen)
        if 0.9 * above.size < below.y - above.y < 1.8 * above.size and _alike(above.size, below.size)
    ]
    return sorted(usual)[len(usual) // 2] if usual else 1.2


def _alike(one: float, other: float) -> bool:
    return one == other or abs(one - other) <= 0.08 * max(one, other)


def _same_text(above: Line, line: Line) -> bool:
    """Whether two lines may be set in one size: a word in another size may begin or end either of them."""
    if above.size == line.size:
        return True
    if any(_alike(one, other) for one in (above.size, above.last_size) for other in (line.size, line.last_size)):
        return True
    # A line that fills its paragraph's width goes on, whatever the sizes: "see `read()`" ends in a smaller one.
    return _right(above) >= _right(line) - above.size and max(above.size, line.size) < 1.3 * min(above.size, line.size)


def _right(line: Line) -> float:
    return max((right for _, _, right, _ in line.boxes), default=line.x)


def _left(seen: Sequence[Line], number: int) -> float:
    """Where the printed row begins: with the end of a word that was made whole on the line above, if there is one."""
    line = seen[number]
    if number and len(ends := seen[number - 1].boxes) > 1 and line.boxes and _touch(ends[-1], line.boxes[0], line.size):
        return ends[-1][0]
    return line.x


def _centred(above: Line, line: Line) -> bool:
    """Whether one stands in the middle below the other, as in captions; an indented line ends no further left."""
    return abs(above.x + _right(above) - line.x - _right(line)) < 0.2 * line.size


def _parted(seen: Sequence[Line], number: int, leading: float) -> bool:
    """Whether a new paragraph begins with line `number`."""
    above, line = seen[number - 1], seen[number]
    if above.table or line.table:
        return above.table != line.table
    size = above.size if above.size > line.size else line.size
    if size <= 0:
        return False
    step = line.y - above.y
    if step < -0.5 * size:
        return True  # back up: the next column
    if step <= 0.5 * size:
        return False  # the same row
    if step > 1.22 * leading * size or not _same_text(above, line):
        return True
    # An indented first line: further in than the line above it and than the one below it.
    left = _left(seen, number)
    if left - _left(seen, number - 1) <= 0.8 * size or number + 1 == len(seen):
        return False
    below = seen[number + 1]
    if below.y <= line.y or left - _left(seen, number + 1) <= 0.8 * size or _centred(above, line):
        return False
    return not (line.pitch or _BULLET.match(line.text) or _BULLET.match(above.text))


def _indents(seen: Sequence[Line]) -> list[int]:
    """How many spaces stand before each line: in listings in a monospaced font, where they carry meaning."""
    indents = [0] * len(seen)
    first = 0
    while first < len(seen):
        end = first + 1
        while end < len(seen) and seen[first].pitch and _goes_on(seen[end - 1], seen[end]):
            end += 1
        listing = seen[first:end]
        if len(listing) > 1:
            left = min(line.x for line in listing)
            for number, line in enumerate(listing, first):
                indents[number] = min(_INDENT_MOST, round((line.x - left) / seen[first].pitch))
        first = end
    return indents


def _goes_on(above: Line, line: Line) -> bool:
    """Whether a listing goes on; the font of a very short line ("}", "end") cannot be told."""
    same_font = bool(line.pitch) or len(line.text) <= 3
    return same_font and line.y > above.y and _alike(above.size, line.size)


def _boxes(page: Characters, seen: Sequence[Line], starts: list[int], start: int, end: int) -> tuple[Sides, ...]:
    """The boxes of the characters `start` to `end` of the text: of whole lines, and of parts of others."""
    found: list[Sides] = []
    for number in range(max(0, bisect_right(starts, start) - 1), len(seen)):
        line = seen[number]
        first, last = start - starts[number], end - starts[number]
        if last <= 0:
            break
        if line.table or (first <= 0 and last >= len(line.text)):
            boxes = line.boxes
        elif first < len(line.text):
            inside = line.places[max(0, first) : last]
            boxes = page.boxes(inside[0], inside[-1] + 1)
        else:
            continue
        if found and boxes and _touch(found[-1], boxes[0], line.size):
            (left, top, _, bottom), (_, other_top, right, other_bottom) = found[-1], boxes[0]
            found[-1] = left, min(top, other_top), right, max(bottom, other_bottom)
            boxes = boxes[1:]
        found += boxes
    return tuple(found)


def _touch(one: Sides, other: Sides, size: float) -> bool:
    """Whether two boxes are parts of one printed line: the end of a mended word and what follows it."""
    _, top, end, bottom = one
    start, other_top, _, other_bottom = other
    if not 0 <= start - end < size:
        return False
    overlap = min(bottom, other_bottom) - max(top, other_top)
    return 0.5 * min(bottom - top, other_bottom - other_top) < overlap < 2 * size
