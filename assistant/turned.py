"""A statement and sentences of its passages in, what it tells the other way round out: "B before A" of "A before B".

Only the order of words is looked at, on both sides of a word that is not the same both ways, or of two names.
"""

import re
from collections.abc import Callable, Iterator, Sequence
from itertools import pairwise

from assistant.runs import runs
from assistant.wording import ordered

_TURNING = re.compile(
    r"\b(?:instead of|rather than|before|after|until|prior to|(?P<than>than)|over|statt|anstatt|bevor|nachdem)\b"
    r"|而不是|早于|晚于",
    re.IGNORECASE,
)
_EDGE = re.compile(r"[;:.](?=\s|$)|,\s|[。；，]")
_PASSIVE = re.compile(r"\b(?:by|von|durch)\b|由|被", re.IGNORECASE)


def turned(claim: str, sentences: Sequence[str], common: Callable[[str], bool]) -> Iterator[str]:
    """What is the other way round, one sentence each; `common` as for `runs`."""
    for sentence in sentences:
        for match in _TURNING.finditer(claim):
            if any(_exchanged(claim, match, sentence, other) for other in _TURNING.finditer(sentence)):
                yield f"It turns round what its passages say of “{match.group()}”."
                return
    mine = [pair for pair in pairwise(runs(claim, common)) if pair[0].folds != pair[1].folds]
    for sentence in sentences if mine else ():
        for one, two in pairwise(runs(sentence, common)):
            there = sentence[one.end : two.start]
            for first, second in mine:
                between = claim[first.end : second.start]
                if (
                    (one.folds, two.folds) == (second.folds, first.folds)
                    and ordered(between) == ordered(there) != []
                    and bool(_PASSIVE.search(between)) == bool(_PASSIVE.search(there))
                ):
                    yield f"Its passages say it of {one.text} and {two.text} the other way round."
                    return


def _exchanged(claim: str, match: re.Match[str], sentence: str, other: re.Match[str]) -> bool:
    """Whether what stands only behind the word stands before it there, and the other way round."""
    if other.group().casefold() != match.group().casefold():
        return False
    left, right = _sides(claim, match)
    their_left, their_right = _sides(sentence, other)
    if match["than"] and left[-1:] != their_left[-1:]:
        return False  # "A is less than B" is "B is more than A"
    behind, before = set(right) - set(left), set(their_right) - set(their_left)
    return bool(behind and before) and behind <= set(their_left) - set(their_right) and before <= set(left) - set(right)


def _sides(text: str, match: re.Match[str]) -> tuple[list[str], list[str]]:
    left = _EDGE.split(text[: match.start()])[-1]
    return ordered(left), ordered(_EDGE.split(text[match.end() :])[0])
