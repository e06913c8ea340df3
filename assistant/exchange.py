"""A statement and its passages in, where it is a sentence of theirs with something exchanged out; asks no model.

The other rules look for a statement's words anywhere in its passages. Where one sentence holds all but one of them in
the same order, or all of them around another number or name, that sentence is what the statement is about, and must say
the same.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

from assistant.evidence import Evidence
from assistant.fold import fold, folded
from assistant.names import identifiers, without_identifiers
from assistant.numbers import Quantity, loose_numbers, quantities
from assistant.opposites import OPPOSITES
from assistant.polarity import obligation
from assistant.wording import mostly_cjk, ordered, words

_WORD = re.compile(r"[^\W\d_]+(?:['’-][^\W\d_]+)*")
_ARTICLES = "the a an this that its their his her our your"
_PREPOSITIONS = "of by in on with for from at into under"
_BEFORE_NAMES = frozenset(["", *_ARTICLES.split(), *_PREPOSITIONS.split()])
LEAST_SHARED = 3
"""Words that a sentence shares with a statement that is about the same."""
MOST_WORDS = 60
"""Of a statement that is compared word by word; nobody writes more into one."""
CHINESE_SHARE = 0.8
"""Of the pairs of characters of a Chinese statement: a particle more or less makes others."""


def exchanged(claim: str, evidence: Evidence) -> Iterator[str]:
    """What was exchanged, one sentence each."""
    sentences = evidence.sentences()
    about = words(without_identifiers(claim))
    share = CHINESE_SHARE if mostly_cjk(claim) else 1
    same = [sentence for sentence in sentences if len(about & words(sentence)) >= share * len(about)]
    if len(about) >= LEAST_SHARED:
        yield from _numbers(claim, same, evidence.comma)
        yield from _opposites(claim, sentences)
        duties = [obligation(claim, sentence, sentence) for sentence in same]
        yield from [duty for duty in duties if duty][:1] if all(duties) else ()
        yield from _identifiers(claim, same)
    if not mostly_cjk(claim):
        yield from _words(claim, sentences, evidence)


def carried(claim: str, evidence: Evidence) -> bool:
    """Whether one sentence of the passages holds all words and all numbers of a statement."""
    about, wanted = words(without_identifiers(claim)), quantities(claim)[0]
    for sentence in evidence.sentences():
        if about and about <= words(sentence):
            there = quantities(sentence, comma=evidence.comma)[0]
            if all(any(mine.equals(other) for other in there) for mine in wanted):
                return True
    return False


def _numbers(claim: str, same: Sequence[str], comma: bool) -> Iterator[str]:
    """Numbers that stand in another sentence only, where the one with the same words has others."""
    there = [other for sentence in same for other in quantities(sentence, comma=comma)[0]]
    loose = [other for sentence in same for other in loose_numbers(sentence)]
    for mine in quantities(claim)[0]:
        others = [other for other in there if _alike(mine, other)]
        if others and not any(mine.equals(other) or mine.equals_bare(other) for other in (*there, *loose)):
            yield f"Of what it says {mine.written}, its passages say {others[-1].written}."


def _alike(mine: Quantity, other: Quantity) -> bool:
    return (mine.unit is None) == (other.unit is None) and not (mine.in_words and mine.values[0] < 2)


def _opposites(claim: str, sentences: Sequence[str]) -> Iterator[str]:
    """A word that denies one of the sentence that holds all others."""
    for one, other in OPPOSITES:
        said = one.search(claim)
        if said is None or other.search(claim):
            continue
        about = words(without_identifiers(claim)) - words(said.group())
        same = [sentence for sentence in sentences if len(about) >= LEAST_SHARED and about <= words(sentence)]
        there = [match for sentence in same if (match := other.search(sentence)) and not one.search(sentence)]
        if there and not any(one.search(sentence) for sentence in same):
            yield f"It says “{said.group()}” where its passage says “{there[0].group()}”."
            return


def _identifiers(claim: str, same: Sequence[str]) -> Iterator[str]:
    for name in identifiers(claim):
        others = [other for sentence in same for other in identifiers(sentence)]
        if same and others and not any(folded(sentence).find_word(fold(name)) for sentence in same):
            yield f"Its passages say it of {others[0]}, not of {name}."


def _words(claim: str, sentences: Sequence[str], evidence: Evidence) -> Iterator[str]:
    """One word that stands nowhere in the passages, in the place of one of a sentence's: where a thing is named, be it
    at the end, for verbs have too many others that mean the same."""
    mine = list(_placed(without_identifiers(claim)))
    if len(mine) > MOST_WORDS:
        return
    for sentence in sentences:
        theirs = list(_placed(sentence))
        stems = [[word.stem for word in words] for words in (mine, theirs)]
        changes = [
            op for op in SequenceMatcher(None, stems[0], stems[1], autojunk=False).get_opcodes() if op[0] != "equal"
        ]
        replaced = [op for op in changes if not {word.stem for word in mine[op[1] : op[2]]} <= set(stems[1])]
        if len(replaced) != 1 or replaced[0][0] != "replace" or len(mine) - 1 < LEAST_SHARED:
            continue
        _, first, last, begin, end = replaced[0]
        one, other = mine[first], theirs[begin]
        alone = end - begin == 1 and one.names and other.names
        nowhere = one.stem not in evidence.words
        between = stems[0][first - 1 : first] == stems[1][begin - 1 : begin] and one.stem not in stems[1]
        if last - first == 1 and ((nowhere and (alone or last == len(mine))) or (between and alone and begin)):
            yield f"It says “{one.written}” where its passage says “{other.written}”."
            return


@dataclass(frozen=True, slots=True)
class _Placed:
    """A word, and whether it stands where a thing is named: at the beginning, behind an article or a preposition."""

    written: str
    stem: str
    names: bool


def _placed(text: str) -> Iterator[_Placed]:
    before = ""
    for match in _WORD.finditer(text):
        for stem in ordered(match.group())[:1]:
            yield _Placed(match.group(), stem, before.casefold() in _BEFORE_NAMES)
        before = match.group()
