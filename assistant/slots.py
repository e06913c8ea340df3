"""A statement and its passages in, names that stand in another's place out: what they say of one, it says of another.

A clause of the passages that holds everything else of a statement, in the same order around another name, is what the
statement is taken from. Only the order of words is looked at; asks no model.
"""

import re
from collections.abc import Iterator, Sequence

from assistant.evidence import Evidence
from assistant.fold import fold, folded
from assistant.nearest import LONGEST
from assistant.numbers import Quantity, quantities
from assistant.polarity import clauses, holding, negations
from assistant.runs import Run, runs
from assistant.turned import turned
from assistant.wording import is_german, ordered, worded, words

LEAST = 2
"""Words and numbers, beside a name, by which a clause is about the same."""
BEHIND = 30
"""Characters between a name and the figure that a statement says of it."""
ADJACENT = 12
"""And in the passages, where a list may leave out the verb: "Oakridge £21,450 and Kompan £24,300"."""
MOST_SUBJECT, LEAST_SAID = 3, 2
"""Words of what a statement begins with, and of what it says of it."""
MOST_BEFORE = 4
"""Words that a sentence begins with in its place, where they are no name."""

_LABELLED = re.compile(r",?\s+")
_STOP = re.compile(r"[;:.。；](?=\s|$)|\b(?:and|or|und|oder)\b")
_PRONOUN = re.compile(r"\b(?:it|they|he|she|we|you|I|this|these|that|those|such|which|who|one)\b", re.IGNORECASE)
_ROLE = re.compile(r"\s?\(([^()\d]{3,30})\)")


def misplaced(claim: str, evidence: Evidence) -> Iterator[str]:
    """What a statement says of another name, or the other way round, than its passages; one sentence each."""
    sentences = [sentence for sentence in evidence.sentences() if len(sentence) <= LONGEST]
    for part in dict.fromkeys((claim, *(clause.text for clause in clauses(claim)))):
        for run in runs(part, evidence.written_small):
            if (other := _in_its_place(part, run, sentences, evidence)) is not None:
                yield f"Its passages say it of {other}, not of {run.text}."
                return
    mine = runs(claim, evidence.written_small)
    if not is_german(claim):  # where every noun looks like a name
        yield from _brought(claim, mine, sentences, evidence)
    for sentence in sentences:
        yield from _subjects(claim, sentence, evidence)
        yield from _figures(claim, mine, sentence, evidence)
        yield from _roles(claim, mine, sentence, evidence)
    yield from turned(claim, sentences, evidence.written_small)


def _in_its_place(part: str, run: Run, sentences: Sequence[str], evidence: Evidence) -> str | None:
    """The name that fills the place of this one in the clauses that hold all else of the statement."""
    own = words(run.text)
    before, after = words(part[: run.start]) - own, words(part[run.end :]) - own
    figures = [item for item in quantities(part)[0] if not run.start <= item.start < run.end]
    if not before | after or len(before | after) + len(figures) < LEAST:
        return None
    about = [unit for unit in holding(sentences, before | after) if _alike(part, unit, figures, evidence)]
    if any(folded(unit).find_word(run.last) for unit in about):
        return None
    filling = (_filling(unit, run, before, after, evidence) for unit in about)
    return next(filter(None, filling), None)


def _alike(part: str, unit: str, figures: Sequence[Quantity], evidence: Evidence) -> bool:
    """Whether both deny or affirm, and the clause holds the statement's figures."""
    there = quantities(unit, comma=evidence.comma)[0] if figures else []
    same = len(list(negations(part))) % 2 == len(list(negations(unit))) % 2
    return same and all(any(mine.equals(other) for other in there) for mine in figures)


def _filling(unit: str, run: Run, before: frozenset[str], after: frozenset[str], evidence: Evidence) -> str | None:
    for other in runs(unit, evidence.written_small):
        there = before <= words(unit[: other.start]) and after <= words(unit[other.end :])
        same = other.last in run.folds or other.last in run.last or run.last in other.last
        if there and not same and not _one_thing(run, other, evidence):
            return other.text
    return None


def _one_thing(mine: Run, other: Run, evidence: Evidence) -> bool:
    """Whether the pages give one name as another for the same: "Bluewater GmbH (the Tenant)"."""
    pair = "|".join(
        rf"{re.escape(one.text)}[^.;()]{{0,20}}[(（][^()]{{0,12}}{re.escape(two.text)}"
        for one, two in ((mine, other), (other, mine))
    )
    return any(re.search(pair, item.page.text) for item in evidence.spans)


def _brought(claim: str, mine: Sequence[Run], sentences: Sequence[str], evidence: Evidence) -> Iterator[str]:
    """A name that no sentence with all else of the statement has, where none of them points back to one."""
    for run in mine:
        about = words(f"{claim[: run.start]} {claim[run.end :]}") - words(run.text)
        same = [sentence for sentence in sentences if len(about) >= LEAST_SAID and about <= words(sentence)]
        named = any(_names_it(run, sentence, evidence) or _PRONOUN.search(sentence) for sentence in same)
        if same and not named and not evidence.surrounded_by(run.last):
            yield f"The sentence of its passages that says so does not name {run.text}."
            return


def _names_it(run: Run, sentence: str, evidence: Evidence) -> bool:
    """Whether a sentence has a name, or another one for the same thing."""
    others = runs(sentence, evidence.written_small)
    return bool(folded(sentence).find_word(run.last)) or any(_one_thing(run, other, evidence) for other in others)


def _subjects(claim: str, sentence: str, evidence: Evidence) -> Iterator[str]:
    """Something else that the passages speak of, in the place of the name of which the sentence says it."""
    mine, theirs = list(worded(claim)), list(worded(sentence))
    stems = [word.stem for word in theirs]
    for size in range(1, min(MOST_SUBJECT, len(mine) - LEAST_SAID) + 1):
        subject, said = mine[:size], [word.stem for word in mine[size:]]
        other = all(word.stem in evidence.words and word.stem not in stems for word in subject)
        if not other or not set(said) <= set(stems):
            continue
        at = next((i for i in range(1, len(stems)) if stems[i : i + LEAST_SAID] == said[:LEAST_SAID]), 0)
        before = runs(sentence[: theirs[at].start], evidence.written_small) if at else []
        begin = before[-1].start if before and before[-1].end >= theirs[at - 1].end else 0
        if any(_names_it(run, sentence, evidence) for run in runs(claim, evidence.written_small)[:1]):
            continue
        short = begin or (0 < at <= MOST_BEFORE and _begins([word.stem for word in subject], evidence))
        if at and short and not _PRONOUN.search(sentence, begin, theirs[at].start):
            there = " ".join(sentence[begin : theirs[at - 1].end].split())
            yield f"Its passages say it of {there}, not of {claim[: subject[-1].end]}."
            return


def _begins(subject: list[str], evidence: Evidence) -> bool:
    """Whether another sentence begins with these words, and speaks of what they name."""
    return any(ordered(sentence)[: len(subject)] == subject for sentence in evidence.sentences())


def _figures(claim: str, mine: Sequence[Run], sentence: str, evidence: Evidence) -> Iterator[str]:
    """A figure right behind a name that stands behind another one in the sentence, where that name has its own."""
    wanted = list(_pairs(claim, mine, evidence.comma, BEHIND))
    theirs = list(_pairs(sentence, runs(sentence, evidence.written_small), evidence.comma, ADJACENT)) if wanted else []
    for run, figure in wanted:
        own = [other for name, other in theirs if name.folds == run.folds]
        others = [name for name, other in theirs if name.folds != run.folds and figure.equals(other)]
        if own and others and not any(figure.equals(other) for other in own):
            yield f"Its passages say {figure.written} of {others[0].text}, and {own[0].written} of {run.text}."
            return


def _pairs(text: str, found: Sequence[Run], comma: bool, reach: int) -> Iterator[tuple[Run, Quantity]]:
    """Each name with the figure that follows it directly, or with its label ("Version 2.0")."""
    for figure in quantities(text, comma=comma)[0] if found else ():
        before = [run for run in found if run.end <= figure.start][-2:]
        label = bool(before) and not text[before[-1].end : figure.start].strip() and len(before[-1].folds) == 1
        if label and len(before) > 1 and _LABELLED.fullmatch(text, before[0].end, before[-1].start):
            yield before[0], figure
        elif before and figure.start - before[-1].end <= reach and not _STOP.search(text, before[-1].end, figure.start):
            yield before[-1], figure


def _roles(claim: str, mine: Sequence[Run], sentence: str, evidence: Evidence) -> Iterator[str]:
    """What the passages say of another name only in parentheses behind it: "Margaret Okafor (chair), Peter Sze"."""
    for role in _ROLE.finditer(sentence) if mine else ():
        before = runs(sentence[: role.start()], evidence.written_small)
        if not before or before[-1].end != role.start():
            continue
        run, about = before[-1], words(role[1])
        others = [each for each in mine if each.last not in run.folds]
        elsewhere = about & words(evidence.text.replace(role.group(), " "))
        if about and about <= words(claim) and others and run.last not in fold(claim) and not elsewhere:
            yield f"Its passages say it of {run.text}, not of {others[0].text}."
            return
