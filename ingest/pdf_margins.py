"""Pages in their order in, each with its running heads, feet and page number told from its body out.

A row at the edge of a page is one of them where the pages near it have the same in the same place: the same words, or
a number that counts with the pages. Words that change from page to page without such a number are body text.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections import deque
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from ingest.pdf_lines import Line
from ingest.pdf_sheet import Sheet

REACH = 6
"""How many pages before and after a page are looked at: left and right pages differ, chapters change the words."""
_SUPPORT = 3
_ROWS = 3
_LARGEST = 1.3
"""Times the size of most letters of the page; the title of a slide is larger."""
_EDGE = 0.16
_SAME_PLACE = 2.0
_NUMBER = re.compile(r"[0-9]+")
_ROMAN = re.compile(r"\b[ivxlc]+\b")
_FIRST_OR_LAST = re.compile(r"^\W*([0-9]{1,5}|[ivxlc]{1,8})(?![\w.])|(?<![\w.])([0-9]{1,5}|[ivxlc]{1,8})\W*$")
_ROMAN_DIGITS = {"i": 1, "v": 5, "x": 10, "l": 50, "c": 100}


@dataclass(slots=True, eq=False)  # not frozen: six are made a page
class _Row:
    """What stands at one height near the edge of a page. `gap` is the way to the next row, in font sizes."""

    y: float
    words: str
    offsets: frozenset[int]
    size: float
    gap: float
    lines: tuple[Line, ...]


@dataclass(frozen=True, slots=True)
class _Edges:
    sheet: Sheet
    sizes: Mapping[float, int]
    offsets: frozenset[int]
    top: Sequence[_Row]
    bottom: Sequence[_Row]


def with_margins(sheets: Iterable[Sheet]) -> Iterator[tuple[Sheet, list[Line]]]:
    """Each sheet with the lines of it that are no body text, in the order of the page."""
    near: deque[_Edges] = deque(maxlen=2 * REACH + 1)
    waiting: deque[_Edges] = deque()
    for sheet in sheets:
        edges = _edges(sheet)
        near.append(edges)
        waiting.append(edges)
        if len(waiting) > REACH:
            yield _told(waiting.popleft(), near)
    while waiting:
        yield _told(waiting.popleft(), near)


def _told(page: _Edges, near: Iterable[_Edges]) -> tuple[Sheet, list[Line]]:
    others = [other for other in near if other is not page and abs(other.sheet.number - page.sheet.number) <= REACH]
    numbering = _numbering(page, others)
    body_size = _commonest_size([page, *others])
    found: set[Line] = set()
    for rows, theirs in (
        (page.top, [other.top for other in others]),
        (page.bottom, [other.bottom for other in others]),
    ):
        for row in rows:
            if row.size > _LARGEST * body_size or not _runs(row, theirs, numbering):
                break  # what lies further in than body text is body text
            found.update(row.lines)
    if len(found) == len(page.sheet.lines):
        return page.sheet, []  # it has no other text: what runs through such pages is their text
    return page.sheet, [line for line in page.sheet.lines if line in found]


def _numbering(page: _Edges, others: Sequence[_Edges]) -> frozenset[int]:
    """By how much printed numbers are ahead of physical ones, as half of the pages near or three in a row say.

    Footnotes, chapters and lists are numbered too, but seldom at the pace of the pages.
    """
    pages = {edges.sheet.number: edges.offsets for edges in (page, *others)}
    here = page.sheet.number
    found = set()
    for offset in pages[here]:
        if 2 * sum(offset in offsets for offsets in pages.values()) > len(pages):
            found.add(offset)
        for first in range(here - 2, here + 1):
            if all(offset in pages.get(number, ()) for number in range(first, first + 3)):
                found.add(offset)
    return frozenset(found)


def _commonest_size(pages: Iterable[_Edges]) -> float:
    """The font size of most characters of these pages, in points."""
    weights: dict[float, int] = {}
    for page in pages:
        for size, weight in page.sizes.items():
            weights[size] = weights.get(size, 0) + weight
    return max(weights, key=lambda size: weights[size], default=0.0)


def _runs(row: _Row, others: Sequence[Sequence[_Row]], numbering: frozenset[int]) -> bool:
    """Whether the row runs through the pages."""
    there = [other for rows in others for other in rows if abs(other.y - row.y) <= _SAME_PLACE]
    if any(row.offsets & other.offsets & numbering for other in there):
        return True
    wanted = max(1, min(_SUPPORT, len(others) // 2))
    return row.gap >= 1.5 and sum(other.words == row.words and other.gap >= 1.5 for other in there) >= wanted


def _edges(sheet: Sheet) -> _Edges:
    height = sheet.glyphs.height if sheet.glyphs else 0.0
    upper, lower = _EDGE * height, (1 - _EDGE) * height
    sizes: dict[float, int] = {}
    for line in sheet.lines:
        sizes[line.size] = sizes.get(line.size, 0) + len(line.text)
    heights = sorted([line.y for line in sheet.lines])
    at_top = _rows([line for line in sheet.lines if line.y <= upper])[:_ROWS]
    at_bottom = _rows([line for line in sheet.lines if line.y >= lower and line.y > upper])[: -_ROWS - 1 : -1]
    top = [_row(sheet.number, group, heights, True) for group in at_top]
    bottom = [_row(sheet.number, group, heights, False) for group in at_bottom]
    return _Edges(sheet, sizes, frozenset[int]().union(*(row.offsets for row in (*top, *bottom))), top, bottom)


def _rows(lines: list[Line]) -> list[list[Line]]:
    """The lines in rows, from top to bottom."""
    groups: list[list[Line]] = []
    for line in sorted(lines, key=lambda line: line.y):
        if groups and line.y - groups[-1][0].y <= 0.3 * line.size:
            groups[-1].append(line)
        else:
            groups.append([line])
    return groups


def _row(number: int, group: list[Line], heights: Sequence[float], at_top: bool) -> _Row:
    group = sorted(group, key=lambda line: line.x)
    text = " ".join([line.text for line in group])
    y, size = group[0].y, max([line.size for line in group])
    if at_top:
        inward = bisect_right(heights, y + 0.3 * size)
        way = heights[inward] - y if inward < len(heights) else 1000.0
    else:
        inward = bisect_left(heights, y - 0.3 * size)
        way = y - heights[inward - 1] if inward else 1000.0
    words = _ROMAN.sub("#", _NUMBER.sub("#", text)).casefold()
    return _Row(y, words, _offsets(text, number), size, way / (size or 1.0), tuple(group))


def _offsets(text: str, number: int) -> frozenset[int]:
    """How far the numbers at the ends of the row are ahead of the number of the page; none for a sentence."""
    if text[-1] in ".,;:" and text.count(" ") > 3:
        return frozenset()
    found = set()
    for match in _FIRST_OR_LAST.finditer(text):
        word = match[1] or match[2]
        found.add((int(word) if word.isdecimal() else _roman(word)) - number)
    return frozenset(found)


def _roman(word: str) -> int:
    values = [_ROMAN_DIGITS[char] for char in word]
    return sum(-one if one < other else one for one, other in zip(values, [*values[1:], 0], strict=True))
