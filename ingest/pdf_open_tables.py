"""The lines between level rules of one width in, the grid that they stand in out, if they are a table for sure.

Such tables, as scientists set them, have a rule above and below the head, one at the end and perhaps some between, and
no upright ones: what parts their columns is a blank strip from the first rule to the last.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from itertools import pairwise

from ingest.pdf_columns import stretches
from ingest.pdf_grids import Grid
from ingest.pdf_lines import Line

_STRIP = 6.0
"""Points; the space between two words is narrower."""
_RULES_MOST = 40
_ROWS_FEWEST = 2
_FULL, _CLOSE = 0.75, 0.8
"""Of the widest line of a column, from which on a line may go on in the next; of the farthest lines, as near as which
lines are parts of one row."""
_PROSE_LINES, _PROSE_WIDTH, _PROSE_FILLED = 8, 100.0, 0.7

Row = list[Line]


def open_grids(lines: Sequence[Line], stack: Grid) -> list[Grid]:
    """The tables between the rules `stack.ys`: as many rules as can belong to one, from the top."""
    found: list[Grid] = []
    ys = stack.ys[:_RULES_MOST]
    first = 0
    while first + 2 < len(ys):
        tried = (_grid(lines, Grid(ys[first:end], stack.xs)) for end in range(len(ys), first + 2, -1))
        grid = next((grid for grid in tried if grid), None)
        if grid:
            found.append(grid)
            first = ys.index(grid.ys[-1])
        first += 1
    return found


def _grid(lines: Sequence[Line], rules: Grid) -> Grid | None:
    """The grid of the one table between these rules; None where they hold something else."""
    bands: list[list[Line]] = [[] for _ in rules.ys[1:]]
    for line in lines:
        band = bisect_right(rules.ys, line.y) - 1
        if 0 <= band < len(bands) and line.boxes and _right(line) > rules.xs[0] and _left(line) < rules.xs[-1]:
            bands[band].append(line)
    xs = _columns([line for band in bands for line in band], rules) if all(bands) else ()
    if len(xs) < 3:
        return None
    head, *body = ([bands[0]], *(_rows(band, xs) for band in bands[1:]))
    if sum(map(len, body)) < _ROWS_FEWEST or len(_filled(head[0], xs)) < len(xs) - 2:
        return None
    ys = [rules.ys[0]]
    for rows, below in zip((head, *body), rules.ys[1:], strict=True):
        ys += ((max(map(_bottom, row)) + min(map(_top, after))) / 2 for row, after in pairwise(rows))
        ys.append(below)
    return Grid(tuple(ys), xs)


def _columns(lines: Sequence[Line], rules: Grid) -> tuple[float, ...]:
    """The borders of the columns; none where running text stands beside running text, as in a newspaper."""
    left, right = rules.xs
    parts = sorted(part for line in lines for part in stretches(line))
    if parts[0][0] < left - _STRIP or max(end for _, end in parts) > right + _STRIP:
        return ()
    borders = [left]
    reach = parts[0][1]
    for begin, end in parts:
        if begin - reach >= _STRIP:
            borders.append((reach + begin) / 2)
        reach = max(reach, end)
    xs = (*borders, right)
    return () if sum(_is_prose(parts, *column) for column in pairwise(xs)) > 1 else xs


def _is_prose(parts: Sequence[tuple[float, float]], left: float, right: float) -> bool:
    widths = sorted(end - begin for begin, end in parts if left <= begin < right)
    if len(widths) < _PROSE_LINES:
        return False
    usual, whole = widths[len(widths) // 2], widths[int(0.95 * (len(widths) - 1))]
    return usual >= _PROSE_WIDTH and usual >= _PROSE_FILLED * whole


def _rows(band: Sequence[Line], xs: Sequence[float]) -> list[Row]:
    """The lines in rows; what goes on in the next line is one row with it."""
    rows: list[Row] = []
    for line in sorted(band, key=lambda line: line.y):
        if rows and line.y - rows[-1][0].y <= 0.5 * line.size:
            rows[-1].append(line)
        else:
            rows.append([line])
    columns = range(len(xs) - 1)
    full = {column: _FULL * max(_reach(row, xs, column) for row in rows) for column in columns}
    farthest = max((below[0].y - above[0].y for above, below in pairwise(rows)), default=0.0)
    found = [list(row) for row in rows[:1]]
    for above, row in pairwise(rows):
        # The first cell stands beside the first line of the others, or, set closer than rows are, beside the last.
        wrapped = row if 0 not in _filled(row, xs) else above if row[0].y - above[0].y < _CLOSE * farthest else []
        begun = _filled(wrapped, xs)
        if begun and 0 not in begun and all(_reach(above, xs, column) >= full[column] for column in begun):
            found[-1] += row
        else:
            found.append(list(row))
    return found


def _filled(row: Sequence[Line], xs: Sequence[float]) -> set[int]:
    """The columns in which a row has text."""
    return {bisect_right(xs, begin) - 1 for line in row for begin, _ in stretches(line)}


def _reach(row: Sequence[Line], xs: Sequence[float], column: int) -> float:
    """How much of the column a row fills, in points."""
    ends = [end for line in row for begin, end in stretches(line) if xs[column] <= begin < xs[column + 1]]
    return max(ends, default=xs[column]) - xs[column]


def _left(line: Line) -> float:
    return min(box[0] for box in line.boxes)


def _right(line: Line) -> float:
    return max(box[2] for box in line.boxes)


def _top(line: Line) -> float:
    return min(box[1] for box in line.boxes)


def _bottom(line: Line) -> float:
    return max(box[3] for box in line.boxes)
