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
from assistant.polarity import clauses, holding, obligation
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
    if len(about) >= LEAST_SHARED:
        same = [sentence for sentence in sentences if len(about & words(sentence)) >= share * len(about)]
        yield from _numbers(claim, same, evidence.comma)
        yield from _opposites(claim, sentences)
    for part in dict.fromkeys((claim, *(clause.text for clause in clauses(claim)))):
        about = words(without_identifiers(part))
        same = holding(sentences, about, share) if len(about) >= LEAST_SHARED else []
        duties = [obligation(part, clause, clause) for clause in same]
        yield from [duty for duty in duties if duty][:1] if all(duties) else ()
        yield from _identifiers(part, same, evidence)
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


def _identifiers(claim: str, same: Sequence[str], evidence: Evidence) -> Iterator[str]:
    for name in identifiers(claim):
        if re.search(rf"\b(?:def|class) {re.escape(name)}\b", evidence.text):
            continue  # what stands below it is said of it
        others = [other for sentence in same for other in identifiers(sentence)]
        if same and others and not any(folded(sentence).find_word(fold(name)) for sentence in same):
            yield f"Its passages say it of {others[0]}, not of {name}."


def _words(claim: str, sentences: Sequence[str], evidence: Evidence) -> Iterator[str]:
    """One word in the place of one of a sentence's."""
    mine = list(_placed(without_identifiers(claim)))
    if len(mine) > MOST_WORDS or len(mine) - 1 < LEAST_SHARED:
        return
    for sentence in sentences:
        theirs = list(_placed(sentence))
        stems = [[word.stem for word in words] for words in (mine, theirs)]
        changes = SequenceMatcher(None, stems[0], stems[1], autojunk=False).get_opcodes()
        replaced = [op for op in changes if op[0] != "equal" and not set(stems[0][op[1] : op[2]]) <= set(stems[1])]
        if len(replaced) != 1 or replaced[0][0] != "replace":
            continue
        _, first, last, begin, end = replaced[0]
        one, other = mine[first:last], theirs[begin:end]
        if _stands_for(one, other, stems, replaced[0], evidence):
            yield f"It says “{one[0].written}” where its passage says “{other[0].written}”."
            return


def _stands_for(
    one: Sequence["_Placed"],
    other: Sequence["_Placed"],
    stems: list[list[str]],
    change: tuple[str, int, int, int, int],
    evidence: Evidence,
) -> bool:
    """A word that stands nowhere in the passages where they name a thing, be it at the end, for verbs have too many
    others that mean the same; or one that stands there elsewhere, between the same words."""
    _, first, last, begin, end = change
    mine, theirs = stems
    if last - first != 1:
        return False
    thing = other[0].names and (one[0].names or other[0].code)
    if one[0].stem not in evidence.words and ((thing and end - begin == 1) or last == len(mine)):
        return True
    before = bool(begin) and mine[first - 1 : first] == theirs[begin - 1 : begin]
    behind = last < len(mine) and mine[last : last + 1] == theirs[end : end + 1]
    return thing and one[0].stem not in theirs and before and (end - begin == 1 or (behind and end - begin == 2))


@dataclass(frozen=True, slots=True)
class _Placed:
    """A word, and whether it stands where a thing is named: at the beginning, behind an article or a preposition, or
    written as code."""

    written: str
    stem: str
    start: int
    names: bool
    code: bool

    @property
    def end(self) -> int:
        return self.start + len(self.written)


def _placed(text: str) -> Iterator[_Placed]:
    before = ""
    for match in _WORD.finditer(text):
        code = text[match.start() - 1 : match.start()] == "`"
        for stem in ordered(match.group())[:1]:
            names = code or before.casefold() in _BEFORE_NAMES
            yield _Placed(match.group(), stem, match.start(), names, code)
        before = match.group()
