"""The part of a span that is cited keeps the boxes of its own lines, where they can be told."""

import pytest

from assistant import cut
from ingest import Box, Span

TEXT = "First line.\n\n| a | b |\nLast line."
LINES = (Box(10, 10, 90, 20), Box(10, 30, 40, 40), Box(60, 31, 90, 39), Box(10, 50, 90, 60))
"""The row of the table has a box for each of its two cells."""


@pytest.mark.parametrize(
    ("words", "boxes"),
    [
        ("First line.", LINES[:1]),
        ("a |", LINES[1:3]),
        ("Last", LINES[3:]),
        ("line.\n\n| a", LINES[:3]),
        (TEXT, LINES),
    ],
)
def test_boxes_are_those_of_the_lines(words, boxes):
    start = TEXT.index(words)
    part = cut(Span(1, 100, 100 + len(TEXT), TEXT, LINES), start, start + len(words))
    assert (part.text, part.boxes) == (words, boxes)
    assert (part.start, part.end) == (100 + start, 100 + start + len(words))


def test_where_lines_cannot_be_told_all_boxes_stay():
    part = cut(Span(1, 0, len(TEXT), TEXT, LINES[:2]), 0, 5)
    assert part.boxes == LINES[:2]
