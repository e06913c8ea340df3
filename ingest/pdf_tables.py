"""The lines of a page and the grids drawn on it in; the same lines with tables as rows of Markdown out.

A grid is a table where most of its cells hold text and no text runs over its rules; level rules alone, where blank
strips part what stands between them in columns (pdf_open_tables); rows without rules, where three columns or more are
plain (pdf_plain_tables). What is framed, underlined or aligned in two columns stays as it is: a table that is missed is
still read row by row, prose taken for a table is not.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import replace

from ingest.pdf_grids import Grid
from ingest.pdf_lines import Characters, Line, parted
from ingest.pdf_open_tables import open_grids
from ingest.pdf_plain_tables import plain_stacks

_FILLED = 0.5
_OVER, _OVER_MOST = 2.0, 0.05
"""Points by which the last letter of a cell may reach over its rule; share of the lines that may reach further."""

Cell = list[Line]


def with_tables(page: Characters, lines: Sequence[Line], found: Sequence[Grid]) -> Sequence[Line]:
    """The lines, those within a table given way to its rows, in the place of the first of them."""
    ruled = [grid for each in found for grid in ([each] if len(each.xs) > 2 else open_grids(lines, each))]
    lines = _with(page, lines, ruled, 1)
    plain = [grid for each in plain_stacks(lines) for grid in open_grids(lines, each)]
    return _with(page, lines, plain, 1 + len(ruled), worded=True) if plain else lines


def _with(
    page: Characters, lines: Sequence[Line], tables: Sequence[Grid], first: int, *, worded: bool = False
) -> Sequence[Line]:
    """The lines with these tables, numbered from `first` on; of `worded` ones, every column holds a word or number."""
    for number, grid in enumerate(tables, first):
        inside = [line for line in lines if _is_within(line, grid)]
        rows = _filled(page, inside, grid)
        if rows is None or (worded and not all(map(_is_worded, zip(*rows, strict=True)))):
            continue
        taken = set(inside)
        at = next(place for place, line in enumerate(lines) if line in taken)
        before = [line for line in lines[:at] if line not in taken]
        lines = [*before, *_in_markdown(rows, number), *(line for line in lines[at:] if line not in taken)]
    return lines


def _is_worded(column: Sequence[Cell]) -> bool:
    """Whether it is more than the signs of a grammar or an equation."""
    return any(char.isalnum() for cell in column for piece in cell for char in piece.text)


def _is_within(line: Line, grid: Grid) -> bool:
    if not line.boxes or line.table:
        return False
    left, top, right, bottom = line.boxes[0]
    middle = (top + bottom) / 2
    return grid.ys[0] < middle < grid.ys[-1] and right > grid.xs[0] + _OVER and left < grid.xs[-1] - _OVER


def _filled(page: Characters, inside: Sequence[Line], grid: Grid) -> list[list[Cell]] | None:
    """The cells of each row, each the lines in it; None where this is no table."""
    rows: list[list[Cell]] = [[[] for _ in grid.xs[1:]] for _ in grid.ys[1:]]
    over = pieces = 0
    for line in inside:
        for piece in _pieces(page, line, grid):
            left, right = min(box[0] for box in piece.boxes), max(box[2] for box in piece.boxes)
            column = bisect_right(grid.xs, left + _OVER) - 1
            row = bisect_right(grid.ys, (piece.boxes[0][1] + piece.boxes[0][3]) / 2) - 1
            if not (0 <= column < len(grid.xs) - 1 and 0 <= row < len(grid.ys) - 1):
                return None
            pieces += 1
            over += right > grid.xs[column + 1] + _OVER or piece.boxes[-1][3] > grid.ys[row + 1] + _OVER
            rows[row][column].append(piece)
    rows = [single for row in rows if any(row) for single in _singly(row)]
    cells = [cell for row in rows for cell in row]
    if len(rows) < 2 or over > _OVER_MOST * pieces or sum(map(bool, cells)) < _FILLED * len(cells):
        return None
    return rows if all(any(column) for column in zip(*rows, strict=True)) else None


def _singly(row: list[Cell]) -> list[list[Cell]]:
    """Several rows where rules are drawn only around all of them: three lines or more, each of which all cells have."""
    heights = [sorted({round(piece.y) for piece in cell}) for cell in row]
    lines = heights[0]
    if len(lines) < 3 or any(others != lines for others in heights):
        return [row]
    return [[[piece for piece in cell if round(piece.y) == y] for cell in row] for y in lines]


def _pieces(page: Characters, line: Line, grid: Grid) -> list[Line]:
    """The line, parted at the rules between the columns; a word belongs where it begins."""
    done: list[Line] = []
    rest = line
    left, right = min(box[0] for box in line.boxes), max(box[2] for box in line.boxes)
    for x in grid.xs[1:-1]:
        if not left < x < right:
            continue
        first, *others = parted(page, rest, x - 1)
        if others:
            done.append(first)
            rest = others[0]
    return [*done, rest]


def _in_markdown(rows: Sequence[Sequence[Cell]], number: int) -> list[Line]:
    """The rows as lines of text; the first is the head, below it stands what Markdown wants there."""
    head, *body = [_row(cells, number) for cells in rows]
    marks = "|" + " --- |" * len(rows[0])
    below = replace(head, text=marks, places=[head.places[-1]] * len(marks), boxes=())
    return [head, below, *body]


def _row(cells: Sequence[Cell], number: int) -> Line:
    """A row as one line: "| one | two |"; a bar within a cell is written as Markdown wants it."""
    pieces = [piece for cell in cells for piece in cell]
    text, places = "|", [pieces[0].places[0]]
    for cell in cells:
        for piece in sorted(cell, key=lambda piece: (piece.y, piece.x)):
            text += " "
            places.append(piece.places[0])
            for char, place in zip(piece.text, piece.places, strict=True):
                written = "\\|" if char == "|" else char
                text += written
                places += [place] * len(written)
        text += " |"
        places += [places[-1]] * 2
    boxes = tuple(box for piece in pieces for box in piece.boxes)
    return replace(pieces[0], text=text, places=places, boxes=boxes, pitch=0.0, gaps=(), table=number)
