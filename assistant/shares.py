"""A statement and its passages in, a number out that one sentence of theirs gives to something else; asks no model.

"Cells with A kept 91 %, against 84 % with B": each number of such a sentence has words of its own, those that the
others' parts do not have. A statement that puts a number to the words of another has mixed them up.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from assistant.evidence import Evidence
from assistant.names import without_identifiers
from assistant.nearest import LONGEST, labels, parts
from assistant.numbers import Quantity, quantities
from assistant.wording import words


@dataclass(frozen=True, slots=True)
class _Share:
    """A part of a sentence that holds numbers, with the words before it that have none."""

    numbers: tuple[Quantity, ...]
    about: frozenset[str]


def mixed_up(claim: str, evidence: Evidence) -> Iterator[str]:
    """Numbers whose words are another's, one sentence each."""
    if all(item.document.kind == "code" for item in evidence.spans):
        return
    sentences = [sentence for sentence in evidence.sentences() if len(sentence) <= LONGEST]
    theirs = [_shares(sentence, evidence.comma) for sentence in sentences]
    for share in _shares(claim, evidence.comma):
        for number in share.numbers:
            saying = [each for each in theirs if _says(each, number, True)]
            saying = saying or [each for each in theirs if _says(each, number, False)]
            others = [_others(number, share, each) for each in saying]
            rival = others[0] if others and all(others) else None
            if rival is not None:
                yield f"Of what it says {number.written}, its passages say {rival.written}."
                return


def _says(theirs: Sequence[_Share], number: Quantity, alike: bool) -> bool:
    """Whether a sentence has the number, and counts the same where `alike`."""
    numbers = (other for share in theirs for other in share.numbers if number.equals(other))
    return any(not alike or _kind(other) == _kind(number) for other in numbers)


def _others(number: Quantity, mine: _Share, theirs: Sequence[_Share]) -> Quantity | None:
    """The number of the sentence more of whose own words the statement has than of this one's."""
    if sum(_kind(each) == _kind(number) for each in mine.numbers) > 1:
        return None
    holding = [share for share in theirs if any(number.equals(each) for each in share.numbers)]
    own = frozenset().union(*(share.about for share in holding))
    for share in theirs:
        rival = next((each for each in share.numbers if _kind(each) == _kind(number)), None)
        if not holding or share in holding or rival is None:
            continue
        its, ours = share.about - own, own - share.about
        said = mine.about & its
        least = 1 if number.unit is not None else 2
        if ours and len(said) >= least and len(said) * len(ours) > len(mine.about & ours) * len(its):
            return rival
    return None


def _kind(number: Quantity) -> str | None:
    return number.unit.dimension if number.unit else None


def _shares(text: str, comma: bool) -> list[_Share]:
    numbers, _ = quantities(text, comma=comma)
    found: list[_Share] = []
    before: frozenset[str] = frozenset()
    for start, end in parts(text):
        about = before | words(without_identifiers(text[start:end])) | labels(text[start:end])
        inside = tuple(number for number in numbers if start <= number.start < end)
        before = frozenset() if inside else about
        if inside:
            found.append(_Share(inside, about))
    if found and before:
        found[-1] = _Share(found[-1].numbers, found[-1].about | before)
    return found
