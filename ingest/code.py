"""Source code in, the borders of its spans out: blocks of lines that end where the code has a border."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator

from ingest.prose import pieces

FEWEST, WANTED, MOST = 10, 20, 30
"""Lines of a span: at least (where the file has them), about, and at most."""
LONGEST = 3000
"""Characters of a span at most; only generated or minified code comes near."""

# Where a block may start: a line that is not indented after a blank one; else any line after one.
_TOP_LEVEL = re.compile(r"\n[^\S\n]*\n(?=[^\s)\]}#])|\n[^\S\n]*\n(?=#)")
_AFTER_BLANK = re.compile(r"\n[^\S\n]*\n(?=[^\n]*\S)")
_LINE = re.compile(r"\n")


def borders(text: str) -> list[tuple[int, int]]:
    """The (start, end) of every span of `text`, in order; on whole lines but for very long ones."""
    starts = [0, *(match.end() for match in _LINE.finditer(text))]
    grades = [_line_numbers(pattern, text, starts) for pattern in (_TOP_LEVEL, _AFTER_BLANK)]
    found: list[tuple[int, int]] = []
    line, last = 0, len(starts)
    while line < last:
        cut = _cut(line, last, grades)
        start = starts[line]
        end = starts[cut] if cut < last else len(text)
        found += _trimmed(text, start, end)
        line = cut
    return found


def _line_numbers(pattern: re.Pattern[str], text: str, starts: list[int]) -> list[int]:
    return [bisect_left(starts, match.end()) for match in pattern.finditer(text)]


def _cut(line: int, last: int, grades: list[list[int]]) -> int:
    """The line at which the block that starts at `line` should end (not included)."""
    if last - line <= MOST:
        return last
    for lines in grades:
        near = lines[bisect_left(lines, line + FEWEST) : bisect_right(lines, min(line + MOST, last - FEWEST))]
        if near:
            return min(near, key=lambda number: abs(number - line - WANTED))
    return line + WANTED


def _trimmed(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """The stretch without white lines around it, in more than one piece where its lines are very long."""
    body = text[start:end]
    if not (core := body.lstrip()):
        return
    # Indentation belongs to the code: step back from the first character to the start of its line.
    first = start + len(body) - len(core)
    first = max(start, text.rfind("\n", start, first) + 1)
    yield from pieces(text, first, start + len(body.rstrip()), LONGEST)
