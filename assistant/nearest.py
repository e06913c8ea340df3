"""A statement and sentences in, the sentence that it is taken from out, and the parts of a sentence; asks no model.

Words, numbers and single characters count as they stand, in their order, small words included: of two sentences that
speak of the same thing, the one is meant whose words the statement repeats.
"""

import re
from collections.abc import Sequence
from difflib import SequenceMatcher

from assistant.wording import words

MOST_TOKENS = 200
"""Of a statement that is compared with sentences; nobody writes more into one."""
LONGEST = 1_000
"""Characters of a sentence; what is longer is a list or no text."""

_TOKEN = re.compile(r"[a-zà-ÿ]+|\d[\d.,]*|[\u3400-\u9fff]")
_LABEL = re.compile(r"(?<=[^\W\d_]\s)(?!I\b)[A-Z](?!\w|\.\s?\w)")
_PART = re.compile(
    r",\s|[;:()（），；。：]|\.\s|\b(?:and|but|or|while|whereas|against|unless|if|when|und|oder|aber|während)\b",
    re.IGNORECASE,
)


def nearest(claim: str, sentences: Sequence[str]) -> str:
    """The sentence that shares most with a statement; of equal ones the shortest. Empty where there is none."""
    mine, about = _TOKEN.findall(claim.casefold())[:MOST_TOKENS], words(claim)
    found, most = "", (0, 0)
    for sentence in sentences:
        if len(sentence) <= LONGEST:
            matcher = SequenceMatcher(None, mine, _TOKEN.findall(sentence.casefold()), autojunk=False)
            in_order = sum(block.size for block in matcher.get_matching_blocks())
            most, found = max((most, found), ((2 * len(about & words(sentence)) + in_order, -len(sentence)), sentence))
    return found


def parts(text: str) -> list[tuple[int, int]]:
    """Start and end of what a sentence lists or sets against each other."""
    cuts = [match.span() for match in _PART.finditer(text)]
    edges = zip([0, *(end for _, end in cuts)], [*(start for start, _ in cuts), len(text)], strict=True)
    return [(start, end) for start, end in edges if text[start:end].strip()]


def labels(text: str) -> frozenset[str]:
    """Single capitals behind a word, which tell things of one name apart: "group B", "Annex C"."""
    return frozenset(_LABEL.findall(text))
