"""A statement and a span that it cites in, the part of the span that carries it out; knows no model.

The part is made of whole sentences (lines, in code): the one nearest to the statement's words, and those that hold its
numbers and quotations.
"""

from dataclasses import replace
from fractions import Fraction

from assistant.context import ShownSpan
from assistant.fold import folded
from assistant.numbers import quantities
from assistant.quotations import quotations, where
from assistant.sentences import lines, sentences
from assistant.wording import words
from ingest import Box, Span

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
    """Characters `start` to `end` of a span's text as a span, with the boxes of its lines where there is one a line."""
    text = span.text[start:end]
    rows = span.text.strip("\n").count("\n") + 1
    boxes: tuple[Box, ...] = span.boxes
    if len(boxes) == rows:
        first = span.text[:start].lstrip("\n").count("\n")
        boxes = boxes[first : first + text.strip("\n").count("\n") + 1]
    return replace(span, start=span.start + start, end=span.start + end, text=text, boxes=boxes)


def _weight(text: str, wanted: frozenset[str], numbers: set[Fraction]) -> float:
    there = {value for quantity in quantities(text)[0] for value in quantity.values}
    return len(words(text) & wanted) + 1.5 * len(there & numbers)
