"""Source code and its language in, the borders of its spans out: whole functions and classes, or blocks of lines.

Borders stand where code shows them to a reader: after a blank line and where a line begins a definition; the less such
a line is indented, the better it parts. This finds nearly what tree-sitter finds (`make bench-code` measures how much)
in a tenth of its time, in any language, and in broken code; names need a parser (`symbols`).
"""

from __future__ import annotations

import math
import re
from bisect import bisect_right

from ingest.prose import pieces

LONGEST = 640
"""Characters of a span at most: about 150 tokens, at 4.2 characters of code a token (Qwen3 on CPython's library)."""
MOST_LINES = 40
"""Lines of a span at most; short lines have fewer characters a token."""

_AFTER_BLANK = re.compile(r"\n[ \t]*\n([ \t]*)(?=[^\s)\]}])")
_LINE = re.compile(r"\n([ \t]*)(?=[^\s)\]}])")
# What opens a block and is no statement; in C the brace often stands on the next line.
_BRACES = re.compile(
    r"\n([ \t]*)(?!(?:if|else|for|foreach|while|switch|do|try|catch|finally|return|case|default|with|using|lock|match"
    r"|loop|unsafe|select|when|guard|defer)\b)[A-Za-z_~][^\n;]*(?:\{[ \t]*(?=\n)|\)[ \t]*(?=\n\{))"
)
_DEFINITIONS = {
    "Python": re.compile(r"\n([ \t]*)(?:def|class|async def) "),
    "Ruby": re.compile(r"\n([ \t]*)(?:def|class|module)\b"),
    "Lua": re.compile(r"\n([ \t]*)(?:local[ \t]+)?function\b"),
    "Elixir": re.compile(r"\n([ \t]*)(?:def|defp|defmodule|defmacro)\b"),
    "Julia": re.compile(r"\n([ \t]*)(?:function|struct|mutable struct|module|macro)\b"),
    "SQL": re.compile(r"\n([ \t]*)(?:create|alter|insert|select|with|drop|update|delete)\b", re.I),
}
"""What begins a definition; in other languages `_BRACES`."""
_ABOVE = re.compile(r"[ \t]*(?:@|//|/?\*|#|--|\[|template\b|///)[^\n]*\n\Z")


def borders(text: str, language: str = "") -> list[tuple[int, int]]:
    """The (start, end) of every span of `text`, in order; on whole lines but for very long ones."""
    places, indents = _marks(text, _DEFINITIONS.get(language, _BRACES))
    found: list[tuple[int, int]] = []
    start = 0
    while start < len(text):
        end = _cut(text, start, places, indents)
        found += _trimmed(text, start, end)
        start = end
    return found


def _marks(text: str, definitions: re.Pattern[str]) -> tuple[list[int], list[int]]:
    """Where lines begin that may begin a span, in order, and how far each is indented."""
    marks = {match.start(1): match.end(1) - match.start(1) for match in _AFTER_BLANK.finditer(text)}
    for match in definitions.finditer(text):
        place = match.start(1)
        if place not in marks:
            # Decorators, attributes and comments belong to what they stand above.
            while place and _ABOVE.match(text, above := text.rfind("\n", 0, place - 1) + 1, place):
                place = above
            marks[place] = match.end(1) - match.start(1)
    places = sorted(marks)
    return places, [marks[place] for place in places]


def _cut(text: str, start: int, places: list[int], indents: list[int]) -> int:
    """Where the span that starts at `start` should end."""
    reach = _reach(text, start)
    if reach == len(text):
        return reach
    low, high = bisect_right(places, start), bisect_right(places, reach)
    if low < high:
        # The last of the least indented ones: as many whole definitions as there is room for.
        return places[high - 1 - indents[low:high][::-1].index(min(indents[low:high]))]
    ahead = places[low] if low < len(places) else len(text)
    share = (ahead - start) // math.ceil((ahead - start) / (reach - start))
    lines = [
        (match.end(1) - match.start(1), abs(match.start(1) - start - share), match.start(1))
        for match in _LINE.finditer(text, start + share // 2, reach)
    ]
    if lines:
        return min(lines)[2]
    return text.find("\n", start) + 1 or len(text)


def _reach(text: str, start: int) -> int:
    """Where the span that starts at `start` must have ended."""
    reach = min(len(text), start + LONGEST)
    if text.count("\n", start, reach) < MOST_LINES:
        return reach
    end = start
    for _ in range(MOST_LINES):
        end = text.find("\n", end) + 1
    return end


def _trimmed(text: str, start: int, end: int) -> list[tuple[int, int]]:
    """The stretch without white lines around it, in more than one piece where its lines are very long."""
    body = text[start:end]
    if not (core := body.lstrip()):
        return []
    # Indentation belongs to the code: step back from the first character to the start of its line.
    first = start + len(body) - len(core)
    first = max(start, text.rfind("\n", start, first) + 1)
    last = start + len(body.rstrip())
    return [(first, last)] if last - first <= LONGEST else list(pieces(text, first, last, LONGEST))
