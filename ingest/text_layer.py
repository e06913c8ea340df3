"""The hidden text of a page and what was recognised on its picture in; what of it the picture does not show out.

A scan often carries its words as invisible text on top. The text of such a page is what is recognised on the picture,
never that layer: a layer that says something else, one number of it even, could not be told from a right one. Here it
is only settled what is worth telling as hidden.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from difflib import SequenceMatcher

_WORD = re.compile(r"[\u2e80-\u9fff\uf900-\ufaff]|[^\W_]+")
_WORDS_MOST = 20_000
_ALIKE = 0.5
"""Ratio of difflib from which on two stretches of words are one, read differently; other words have about 0.3."""
_SHORTEST = 4
"""Letters and digits that are worth telling: fewer are specks that one of the readers took for a letter."""


def unshown(layer: str, picture: str) -> str:
    """The stretches of the layer that do not stand on the picture, one a line; "" where all of it does."""
    theirs, seen = _WORD.findall(layer), _WORD.findall(picture)
    if len(theirs) > _WORDS_MOST or len(seen) > _WORDS_MOST:
        return layer
    known = {word.casefold() for word in seen}
    found = []
    pairs = SequenceMatcher(None, _folded(theirs), _folded(seen), autojunk=False)
    for what, first, last, start, end in pairs.get_opcodes():
        if what in ("equal", "insert"):
            continue
        stretch = theirs[first:last]
        if what == "replace" and _read_differently(stretch, seen[start:end]):
            continue
        # Columns may stand in another order: then the words are there, only elsewhere.
        missing = [word for word in stretch if word.casefold() not in known]
        if sum(map(len, missing)) >= _SHORTEST and 2 * len(missing) >= len(stretch):
            found.append(" ".join(stretch))
    return "\n".join(found)


def _folded(words: Sequence[str]) -> list[str]:
    return [word.casefold() for word in words]


def _read_differently(theirs: Sequence[str], seen: Sequence[str]) -> bool:
    one, other = "".join(theirs).casefold(), "".join(seen).casefold()
    return SequenceMatcher(None, one, other, autojunk=False).ratio() >= _ALIKE
