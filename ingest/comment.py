"""The lines of a source text in, the first line of the comment that stands above one of them out; knows no language."""

from __future__ import annotations

import re

DOC_LONGEST = 200
"""Characters; a longer line ends in an ellipsis."""
_HIGHEST = 60
"""Lines of comment looked at, upwards."""
_LINE = re.compile(r"\s*(?://[/!]?|#(?![a-z]*\s*[<\"(\[]|!|\[|define|if|el|end|include|pragma|undef)|--+|;+)(.*)")
_BLOCK_BEGINS = re.compile(r"\s*/\*+!?")
_ATTRIBUTE = re.compile(r"\s*(?:#\[.*\]|@\w.*)\s*$")
_MARKUP = re.compile(r"</?[A-Za-z][^>]*>")
_SIGNS = " \t*/#!-=;~"


def said_above(lines: list[str], row: int) -> str:
    """The first line with words of the comment that ends right above `lines[row]`, attributes between passed over."""
    while row > 0 and _ATTRIBUTE.match(lines[row - 1]):
        row -= 1
    lowest = max(0, row - _HIGHEST)
    if row > lowest and lines[row - 1].rstrip().endswith("*/"):
        top = next((at for at in range(row - 1, lowest - 1, -1) if "/*" in lines[at]), None)
        if top is None or not _BLOCK_BEGINS.match(lines[top]):
            return ""  # it stands behind code, and speaks of that
        return _first(lines[top:row])
    top = row
    while top > lowest and _LINE.match(lines[top - 1]):
        top -= 1
    return _first(lines[top:row])


def _first(comment: list[str]) -> str:
    for line in comment:
        said = " ".join(_MARKUP.sub(" ", line).strip(_SIGNS).split())
        if any(char.isalnum() for char in said):
            return said if len(said) <= DOC_LONGEST else said[: DOC_LONGEST - 1] + "…"
    return ""
