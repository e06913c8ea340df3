"""A statement and its passages in, one of two things that they set against each other in the other's place out.

"An even number marks a release, an odd one a test": where a part of a sentence holds all else of a statement beside
the other word of a pair, or another label, it speaks of the other. In Chinese the characters of a clause are compared.
"""

import re
from collections.abc import Iterator, Sequence
from difflib import SequenceMatcher

from assistant.evidence import Evidence
from assistant.names import without_identifiers
from assistant.nearest import labels, parts
from assistant.opposites import OPPOSITES
from assistant.polarity import negations
from assistant.wording import mostly_cjk, words

LEAST = 2
"""Words, beside the one in question, by which a part of a sentence is about the same."""
SAME_CHARACTERS = 0.6
"""Of a Chinese clause that is compared with another by its characters."""
SHORTEST, LONGEST_CLAUSE = 5, 200
"""Characters of such a clause."""
MOST_PARTS = 20
"""Of a statement; nobody writes more into one."""

_CLAUSE = re.compile(r"[，。；：（）,;:()\n]")
_NO_WEIGHT = frozenset(
    "的了是在和与或及也都而且就这那其为之以于对从到被把给让使等着过可应须将由按该此本者所得当共要会有 "
)
_DIGITS = re.compile(r"\d+")
_NUMERAL = re.compile(r"[\d一二三四五六七八九十百千万亿两半]")


def contrasted(claim: str, evidence: Evidence) -> Iterator[str]:
    """What stands for its counterpart, one sentence each."""
    if mostly_cjk(claim):
        yield from _characters(claim, evidence.sentences())
        return
    theirs = [sentence[start:end] for sentence in evidence.sentences() for start, end in parts(sentence)]
    for part in dict.fromkeys((claim, *(claim[start:end] for start, end in parts(claim)[:MOST_PARTS]))):
        yield from _pairs(part, theirs)
        yield from _labels(part, theirs)


def _pairs(part: str, theirs: Sequence[str]) -> Iterator[str]:
    for one, other in OPPOSITES:
        said = one.search(part)
        if said is None or other.search(part):
            continue
        about = words(without_identifiers(part)) - words(said.group())
        denied = len(list(negations(part))) % 2
        same = [each for each in theirs if len(about) >= LEAST and about <= words(each)]
        same = [each for each in same if len(list(negations(each))) % 2 == denied]
        there = [match for each in same if (match := other.search(each)) and not one.search(each)]
        if there and len(there) == len(same):
            yield f"It says “{said.group()}” where its passage says “{there[0].group()}”."
            return


def _labels(part: str, theirs: Sequence[str]) -> Iterator[str]:
    if _DIGITS.search(part):
        return  # a list may leave out what it said before, and numbers have rules of their own
    about = words(without_identifiers(part))
    same = [each for each in theirs if len(about) >= LEAST and about <= words(each)]
    there = frozenset().union(*map(labels, same))
    for label in sorted(labels(part) - there) if there else ():
        yield f"Its passages say it of {min(there)}, not of {label}."
        return


def _characters(claim: str, sentences: Sequence[str]) -> Iterator[str]:
    """Characters of a clause that stand in the place of others; numbers have rules of their own."""
    theirs = [clause.strip() for sentence in sentences for clause in _CLAUSE.split(sentence) if clause.strip()]
    for mine in [clause.strip() for clause in _CLAUSE.split(claim)][:MOST_PARTS]:
        if not SHORTEST <= len(mine) <= LONGEST_CLAUSE:
            continue
        shared = [sum(block.size for block in _matcher(mine, clause).get_matching_blocks()) for clause in theirs]
        most = max(shared, default=0)
        if most < SAME_CHARACTERS * len(mine):
            continue
        same = [clause for clause, number in zip(theirs, shared, strict=True) if number == most]
        found = [_replaced(mine, clause) for clause in same if _numerals(mine) <= _numerals(clause)]
        if found and all(found):
            said, there = next(filter(None, found))
            yield f"It says “{said}” where its passage says “{there}”."
            return


def _matcher(mine: str, theirs: str) -> SequenceMatcher[str]:
    return SequenceMatcher(None, mine, theirs, autojunk=False)


def _numerals(text: str) -> frozenset[str]:
    return frozenset(_DIGITS.findall(text))


def _replaced(mine: str, theirs: str) -> tuple[str, str] | None:
    """What carries meaning and stands where the other clause has something else of about its length."""
    for kind, first, last, begin, end in _matcher(mine, theirs).get_opcodes():
        said, there = mine[first:last], theirs[begin:end]
        weight = set(said) - _NO_WEIGHT and set(there) - _NO_WEIGHT and abs(len(said) - len(there)) < 2
        moved = len(said) > 1 and (said in theirs or there in mine)
        counted = bool(first) and _NUMERAL.fullmatch(mine[first - 1])  # its unit
        if kind == "replace" and weight and not moved and not counted and not _NUMERAL.search(said + there):
            return said, there
    return None
