"""A statement and a span that it cites in, the part of the span that carries it out; knows no model.

The part is made of whole sentences (lines, in code): the one nearest to the statement's words, and those that hold its
numbers and quotations.
"""

import re
from dataclasses import replace
from fractions import Fraction

from assistant.context import ShownSpan
from assistant.fold import folded
from assistant.numbers import quantities
from assistant.quotations import quotations, where
from assistant.sentences import lines, sentences
from assistant.wording import words
from ingest import Box, Span

_WRITTEN_LINE = re.compile(r"[^\n]*\S[^\n]*")
LIKE = 0.5
"""Share of the best sentence's words from which another one carries the statement, too."""


def passage(statement: str, shown: ShownSpan) -> Span:
    """The run of sentences between the first and the last that carry the statement; the whole span if none does."""
    span = shown.span
    pieces = lines(span.text) if shown.document.kind == "code" else sentences(span.text)
    wanted = words(statement)
    numbers = {value for quantity in quantities(statement)[0] for value in quantity.values}
    weights = [_weight(span.text[start:end], wanted, numbers) for start, end in pieces]
    best = max(weights, default=0)
    carrying = [piece for piece, weight in zip(pieces, weights, strict=True) if weight and weight > best * LIKE]
    carrying += [found for quoted in quotations(statement) if (found := where(quoted, folded(span.text)))]
    if not carrying:
        return span
    start, end = min(piece[0] for piece in carrying), max(piece[1] for piece in carrying)
    return cut(span, start, end)


def cut(span: Span, start: int, end: int) -> Span:
    """Characters `start` to `end` of a span's text as a span, with the boxes of its lines where the lines of the text
    are those of the page; elsewhere with all of them.
    """
    boxes: tuple[Box, ...] = span.boxes
    written = [line.span() for line in _WRITTEN_LINE.finditer(span.text)]
    rows = _rows(boxes)
    if len(rows) == len(written):
        inside = [row for row, (first, last) in zip(rows, written, strict=True) if first < end and last > start]
        boxes = tuple(box for row in inside for box in row)
    return replace(span, start=span.start + start, end=span.start + end, text=span.text[start:end], boxes=boxes)


def _rows(boxes: tuple[Box, ...]) -> list[list[Box]]:
    """The boxes by lines of the page: a gap in a line or the cells of a row give several at one height."""
    rows: list[list[Box]] = []
    for box in boxes:
        middle = (box.y0 + box.y1) / 2
        if rows and any(
            other.y0 <= middle <= other.y1 or box.y0 <= (other.y0 + other.y1) / 2 <= box.y1 for other in rows[-1]
        ):
            rows[-1].append(box)
        else:
            rows.append([box])
    return rows


def _weight(text: str, wanted: frozenset[str], numbers: set[Fraction]) -> float:
    there = {value for quantity in quantities(text)[0] for value in quantity.values}
    return len(words(text) & wanted) + 1.5 * len(there & numbers)
