"""The lines of a page in; where rows stand in columns without any rule, the grids that they may form, out.

Accounts and price lists are set so. Rows follow one another for as long as none runs over the blank strips between the
columns of those before. Whether it is a table, pdf_open_tables decides, as it does of what stands between level rules.
"""

from __future__ import annotations

from collections.abc import Sequence

from ingest.pdf_columns import stretches
from ingest.pdf_grids import Grid
from ingest.pdf_lines import LED, Line

_COLUMNS_FEWEST, _ROWS_FEWEST = 3, 3
_STRIP = 6.0
"""Points; the space between two words is narrower."""
_STEP = 3.0
"""Times the size of the type: the farthest that one row stands below another."""

Row = list[Line]
Stretch = tuple[float, float]


def plain_stacks(lines: Sequence[Line]) -> list[Grid]:
    """Each as three level rules: above the head, below it, and below the last row."""
    if sum(len(line.gaps) >= _COLUMNS_FEWEST - 1 for line in lines) < _ROWS_FEWEST:
        return []  # nearly every page
    rows = _rows(lines)
    found: list[Grid] = []
    first = 0
    while first + _ROWS_FEWEST <= len(rows):
        table = _table(rows[first:])
        if sum(len(_stretches(row)) >= _COLUMNS_FEWEST for row in table) >= _ROWS_FEWEST:
            found.append(_ruled(table))
            first += len(table)
        else:
            first += 1
    return found


def _rows(lines: Sequence[Line]) -> list[Row]:
    """The lines in rows, in the order of the file; an empty one stands for what is no part of such a table: a listing,
    a line of a table of contents, another table."""
    rows: list[Row] = []
    for line in lines:
        if rows and rows[-1] and line.x > rows[-1][-1].x and abs(line.y - rows[-1][0].y) <= 0.3 * line.size:
            rows[-1].append(line)
        else:
            fit = line.boxes and not line.table and not line.pitch and LED not in line.text
            rows.append([line] if fit else [])
    return rows


def _stretches(row: Row) -> list[Stretch]:
    return [part for line in row for part in stretches(line)]


def _table(rows: Sequence[Row]) -> Sequence[Row]:
    """The rows from the first on that no later one of them runs across, up to the last of several cells."""
    columns: list[Stretch] = []
    end = last = 0
    for number, row in enumerate(rows):
        if not row or (number and not 0 < row[0].y - rows[number - 1][0].y <= _STEP * row[0].size):
            break
        cells = _stretches(row)
        wider = _columns([*columns, *cells])
        if len(wider) < max(len(columns), len(cells)):
            break
        columns = wider
        if len(cells) > 1:
            last = number + 1
        elif not number:
            break  # a table begins with its head
        end = last
    return rows[:end]


def _columns(parts: Sequence[Stretch]) -> list[Stretch]:
    """What of the width is covered, joined over the spaces between words."""
    covered: list[Stretch] = []
    for begin, end in sorted(parts):
        if covered and begin - covered[-1][1] < _STRIP:
            covered[-1] = covered[-1][0], max(end, covered[-1][1])
        else:
            covered.append((begin, end))
    return covered


def _ruled(table: Sequence[Row]) -> Grid:
    boxes = [[box for line in row for box in line.boxes] for row in table]
    tops = [min(top for _, top, _, _ in row) for row in boxes]
    bottoms = [max(bottom for _, _, _, bottom in row) for row in boxes]
    edges = [x for row in boxes for left, _, right, _ in row for x in (left, right)]
    return Grid((tops[0] - 1, (bottoms[0] + tops[1]) / 2, bottoms[-1] + 1), (min(edges) - 1, max(edges) + 1))
