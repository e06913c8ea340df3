"""The pages of a document by two readers in; the share of words, and of pairs of words, that are kept, out."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Sequence
from itertools import pairwise
from typing import Any

# A hyphen is no letter, whether it stays or parts a line: what is compared is the words, not how they are mended.
_HYPHENS = re.compile("[-\u00ad\u2010\u2011\ufffe\x02]\\s*\n\\s*|[-\u00ad\u2010\u2011\ufffe\x02]")
_WORD = re.compile(r"[^\W_]+")


def words(text: str) -> list[str]:
    """The words of a page, folded: compatibility forms, case and hyphens do not count."""
    return _WORD.findall(_HYPHENS.sub("", unicodedata.normalize("NFKC", text)).casefold())


def kept(reference: Sequence[str], ours: Sequence[str]) -> float:
    """Of the words on each page of the reference, the share that stands on the same page of ours."""
    return _share((Counter(words(one)), Counter(words(other))) for one, other in zip(reference, ours, strict=True))


def pairs_kept(reference: Sequence[str], ours: Sequence[str]) -> float:
    """Of the pairs of words that follow one another on a page, the share that does so in ours: the reading order."""
    return _share(
        (Counter(pairwise(words(one))), Counter(pairwise(words(other))))
        for one, other in zip(reference, ours, strict=True)
    )


def _share(pages: Iterable[tuple[Counter[Any], Counter[Any]]]) -> float:
    lost = total = 0
    for wanted, found in pages:
        lost += sum((wanted - found).values())
        total += sum(wanted.values())
    return 1 - lost / total if total else 1.0
