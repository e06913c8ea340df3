"""The lines of a page in the order of the file in, in the order in which a person reads columns out.

Most files hold their columns one after the other, and nothing is changed. Some hold them row by row, so that the lines
of two columns run into one another: there each row is parted at the gutter, and the columns are read one by one.
Tables are held row by row too, and stay so: their cells do not fill their columns as running text does.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from ingest.pdf_lines import Characters, Line, parted

_LINES_FEWEST = 8
_FILLED = 0.7
_CHARACTERS_FEWEST = 22
_EVIDENCE = 0.4


def in_columns(page: Characters, lines: Sequence[Line], depth: int = 0) -> Sequence[Line]:
    """The lines in reading order, those that run over a gutter parted there."""
    if depth > 2 or len(lines) < _LINES_FEWEST or not _evidence_is_possible(lines):
        return lines
    gutter = _gutter(lines)
    if gutter is None:
        return lines
    pieces: list[Line] = []
    cuts = 0
    for line in lines:
        gap = next((gap for gap in line.gaps if gap[0] <= gutter + 1 and gap[1] >= gutter - 1), None)
        if gap is None:
            pieces.append(line)
        else:
            pieces += parted(page, line, (gap[0] + gap[1]) / 2)  # a letter may begin left of its ink
            cuts += 1
    left = [piece for piece in pieces if _side(piece, gutter) < 0]
    right = [piece for piece in pieces if _side(piece, gutter) > 0]
    if not (_is_running_text(left) and _is_running_text(right)):
        return lines
    sides = [side for piece in pieces if (side := _side(piece, gutter))]
    turns = sum(one != other for one, other in pairwise(sides))
    if max(cuts, turns / 2) < _EVIDENCE * min(len(left), len(right)):
        return lines
    return _read(page, pieces, gutter, depth)


def _evidence_is_possible(lines: Sequence[Line]) -> bool:
    """Cheap, for the nine pages of ten that have one column or hold theirs in order."""
    gaps = sum(bool(line.gaps) for line in lines)
    back = sum(below.y < above.y + 0.5 * above.size and below.x > above.x for above, below in pairwise(lines))
    return gaps + back >= _EVIDENCE * _LINES_FEWEST and gaps + back > 0.15 * len(lines)


def stretches(line: Line) -> list[tuple[float, float]]:
    """The (left, right) of what stands in a line between wide blanks."""
    if not line.boxes:
        return []
    edges = [
        min([x0 for x0, _, _, _ in line.boxes]),
        *(x for gap in line.gaps for x in gap),
        max([x1 for _, _, x1, _ in line.boxes]),
    ]
    return list(zip(edges[::2], edges[1::2], strict=True))


def _gutter(lines: Sequence[Line]) -> float | None:
    """The middle of the upright strip, somewhere inside, that the fewest lines run over; None where many do."""
    parts = [part for line in lines for part in stretches(line)]
    if not parts:
        return None
    first, last = int(min(left for left, _ in parts)), int(max(right for _, right in parts)) + 1
    steps = [0] * (last - first + 2)
    for left, right in parts:
        steps[max(0, round(left) - first)] += 1
        steps[max(0, round(right) - first)] -= 1
    over, running = [], 0
    for step in steps:
        running += step
        over.append(running)
    wide = last - first
    inside = range(int(0.2 * wide), int(0.8 * wide))
    if not inside:
        return None
    fewest = min(over[x] for x in inside)
    if fewest > 0.25 * len(lines):
        return None
    best = max(_runs([x for x in inside if over[x] == fewest]), key=len)
    return first + (best[0] + best[-1] + 1) / 2 if len(best) >= 4 else None


def _runs(numbers: Sequence[int]) -> list[list[int]]:
    runs: list[list[int]] = []
    for number in numbers:
        if runs and runs[-1][-1] == number - 1:
            runs[-1].append(number)
        else:
            runs.append([number])
    return runs


def _side(line: Line, gutter: float) -> int:
    """-1 left of the gutter, 1 right of it, 0 over it."""
    if not line.boxes:
        return 0
    if max([x1 for _, _, x1, _ in line.boxes]) <= gutter + 1:
        return -1
    return int(min([x0 for x0, _, _, _ in line.boxes]) >= gutter - 1)


def _is_running_text(column: Sequence[Line]) -> bool:
    if len(column) < _LINES_FEWEST:
        return False
    widths = [max([x1 for _, _, x1, _ in line.boxes]) - min([x0 for x0, _, _, _ in line.boxes]) for line in column]
    whole = sorted(widths)[int(0.95 * (len(widths) - 1))]
    lengths = sorted(len(line.text) for line in column)
    middle = len(column) // 2
    return sorted(widths)[middle] >= _FILLED * whole and lengths[middle] >= _CHARACTERS_FEWEST


def _read(page: Characters, pieces: Sequence[Line], gutter: float, depth: int) -> Sequence[Line]:
    """What runs over the gutter parts the page in bands; within a band, left before right."""
    over = sorted((piece for piece in pieces if _side(piece, gutter) == 0), key=lambda piece: piece.y)
    found: list[Line] = []
    rest = [piece for piece in pieces if _side(piece, gutter)]
    for bar in [*over, None]:
        band = [piece for piece in rest if bar is None or piece.y < bar.y]
        rest = [piece for piece in rest if bar is not None and piece.y >= bar.y]
        for side in (-1, 1):
            found += in_columns(page, [piece for piece in band if _side(piece, gutter) == side], depth + 1)
        if bar is not None:
            found.append(bar)
    return found
