"""The straight lines drawn on a page in; the grids they form, as borders of rows and columns, out. Knows no text.

Three level rules or more of one width without upright ones may be a table, too: they come as one column.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from ingest.pdf_drawn import Drawn
from ingest.pdf_matrix import Sides

_THIN = 3.0
_LEVEL_SHORTEST, _UPRIGHT_SHORTEST = 15.0, 4.0
_RULES_MOST = 3000
_SAME, _NEAR = 1.5, 3.0
"""Points that parts of one rule may be off, and that rules which meet may miss one another by."""


@dataclass(frozen=True, slots=True)
class Grid:
    """Two rows at least: `ys` are the borders of the rows from the top, `xs` those of the columns."""

    ys: tuple[float, ...]
    xs: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class _Rule:
    """A line at `at`, from `first` to `last`: level at a y, or upright at an x."""

    at: float
    first: float
    last: float


def rules(objects: Sequence[Drawn]) -> list[Sides]:
    """What of a page's content is a straight line, stroked or filled; none where there are too many for tables."""
    found = [item.box for item in objects if item.kind in ("rule", "fill") and _is_thin(item.box)]
    return found if len(found) <= _RULES_MOST else []


def _is_thin(box: Sides) -> bool:
    left, top, right, bottom = box
    return right - left <= _THIN or bottom - top <= _THIN


def grids(drawn: Sequence[Sides]) -> list[Grid]:
    """Every grid on the page, from the top: level rules of one width that upright ones join, or none meet."""
    levels = _joined(
        [_Rule((top + bottom) / 2, left, right) for left, top, right, bottom in drawn if bottom - top <= _THIN]
    )
    uprights = _joined(
        [_Rule((left + right) / 2, top, bottom) for left, top, right, bottom in drawn if right - left <= _THIN]
    )
    levels = [rule for rule in levels if rule.last - rule.first >= _LEVEL_SHORTEST]
    uprights = [rule for rule in uprights if rule.last - rule.first >= _UPRIGHT_SHORTEST]
    found = [grid for stack in _stacks(levels) for grid in _bands(stack, uprights) or _open(stack, uprights)]
    return sorted(found, key=lambda grid: grid.ys[0])


def _joined(parts: list[_Rule]) -> list[_Rule]:
    """Whole rules of what is drawn cell by cell."""
    whole: list[_Rule] = []
    for part in sorted(parts, key=lambda rule: (round(rule.at / _SAME), rule.first)):
        last = whole[-1] if whole else None
        if last and abs(part.at - last.at) <= _SAME and part.first <= last.last + _NEAR:
            whole[-1] = _Rule(last.at, last.first, max(last.last, part.last))
        else:
            whole.append(part)
    return whole


def _stacks(levels: list[_Rule]) -> list[list[_Rule]]:
    """The level rules of one width, one below the other."""
    stacks: list[list[_Rule]] = []
    for rule in sorted(levels, key=lambda rule: rule.at):
        for stack in stacks:
            if abs(stack[0].first - rule.first) <= _NEAR and abs(stack[0].last - rule.last) <= _NEAR:
                if rule.at - stack[-1].at > _NEAR:  # else a double rule
                    stack.append(rule)
                break
        else:
            stacks.append([rule])
    return stacks


def _bands(stack: list[_Rule], uprights: list[_Rule]) -> list[Grid]:
    """The parts of a stack in which the same upright rules run from each level rule to the next."""
    left, right = stack[0].first, stack[0].last
    found: list[tuple[list[float], list[float]]] = []
    for above, below in pairwise(stack):
        inner = sorted(
            rule.at
            for rule in uprights
            if left + _NEAR < rule.at < right - _NEAR
            and rule.first <= above.at + _NEAR
            and rule.last >= below.at - _NEAR
        )
        if found and found[-1][0][-1] == above.at and _same(found[-1][1], inner):
            found[-1][0].append(below.at)
        elif inner:
            found.append(([above.at, below.at], inner))
    return [Grid(tuple(ys), (left, *xs, right)) for ys, xs in found if len(ys) > 2]


def _open(stack: list[_Rule], uprights: list[_Rule]) -> list[Grid]:
    """The stack as a grid of one column, where nothing upright stands between its rules."""
    left, right, ys = stack[0].first, stack[0].last, tuple(rule.at for rule in stack)
    met = any(left - _NEAR < rule.at < right + _NEAR and rule.last > ys[0] and rule.first < ys[-1] for rule in uprights)
    return [Grid(ys, (left, right))] if len(stack) > 2 and not met else []


def _same(some: list[float], others: list[float]) -> bool:
    return len(some) == len(others) and all(abs(a - b) <= _NEAR for a, b in zip(some, others, strict=True))
