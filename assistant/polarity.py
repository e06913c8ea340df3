"""A statement and sentences of its passages in, where it denies what they affirm out, as far as words show it.

Both are cut into clauses, and each clause of the statement is held against the clause of the passages that shares most
with it. One that holds an odd number of negations denies; "not ... without" affirms. Words such as "prevents" may or
may not deny what follows: a clause with one of its own is left undecided.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from assistant.opposites import OPPOSITES, prefixed
from assistant.wording import ordered, words

_NO = re.compile(
    r"\bno longer\b|\bnicht mehr\b"
    r"|\b(?:not|never|no|none|nobody|nothing|nowhere|neither|nor|cannot|without|nicht|kein(?:e[mnrs]?)?|niemals|ohne)\b"
    r"|n['’]t\b"
    r"|不得|不能|不可|不会|不应|不需|无需|无须|不必|不予|不再|没有|并非|从不|绝不|未经|尚未"
    r"|不(?![仅但过断少管论同足满便妨]|成(?![立功为]))|未(?!来)|没(?!收)|非(?!常)|无(?![论线限锡])|勿",
    re.IGNORECASE,
)
_NO_DENIAL = re.compile(
    r"\bnot only\b|\bno matter\b|\b(?:no|never(?: \w+)?) (?:later|earlier|more|less|fewer) than\b"
    r"|\bwhether or not\b|\bNo\. ?\d|\bif not\b"
    r"|\bwith (?:or|and) without\b|\bnot (?:later|earlier|more|less|fewer|older|newer) than\b"
    r"|\bnicht nur\b|\bnot all\b|\bnot necessarily\b"
    r"|不仅|不但|不超过|不少于|不低于|不高于|不晚于|不迟于|除非|是否|能否",
    re.IGNORECASE,
)
_MAYBE = re.compile(
    r"\b(?:prevent|avoid|ignor|skip|omit|fail|lack|refus|den(?:y|ie)|forbid|prohibit|disallow|exclud|disabl|reject"
    r"|unless|except(?!ion)|instead of|rather|unable|impossible|invalid|unsafe|hardly|rarely|seldom|discourag|void"
    r"|incapable|unnecessar|unsupported|non-)\w*|!=|\bNone\b|\bFalse\b|拒绝|除外|避免|防止|取消|停止|缺|禁止",
    re.IGNORECASE,
)
_BREAK = re.compile(
    r"[;:()（）–—。；！？，]|\.\s|但|如果|因为|\b(?:is|was|means?) that\b|,\s+(?:hence|so|therefore|thus)\b"
    r"|\bas (?:it|they|this|he|she)\b"
    r"|\b(?:but|because|if|when|while|although|though|so that|which|who|why|whereas|since|then|unless)\b",
    re.IGNORECASE,
)
_AND = re.compile(r",\s+(?:and|or)\b", re.IGNORECASE)
_COMMA = re.compile(r",\s+")
_AND_DOES = re.compile(
    r"\band(?=\s+(?:therefore|thus|hence|so|also|then)?\s*(?:do|does|did|is|are|was|were|can|could|will|would|has|have|had)"
    r"(?:n['’]t)?\b)|\band(?=\s+(?:we|they|it|he|she|you|I)\b)|,(?=\s+not\b)",
    re.IGNORECASE,
)
_VERB = re.compile(
    r"\b(?:is|are|was|were|be|been|must|may|shall|should|can|could|will|would|ha(?:s|ve|d)|do|does|did)\b",
    re.IGNORECASE,
)
_WITHOUT = re.compile(r"(未经[^，。；]{1,20})，")
"""What it denies goes on behind the comma: "without consent, ... must not"."""
_ROLE = re.compile(r":\w+:`~?\.?([^`]+)`")  # of a docstring: :class:`Signer`
_IDENTIFIER = re.compile(r"\b\w+_\w+\b|\b[a-z]+[A-Z]\w*|\b\w+\.\w+\b|\b[A-Z][a-z]+[A-Z]\w*")
REACH = 200
"""Characters after which a negation has no hold any more, even without a comma."""

_REACH = re.compile(r",|\band\b|、", re.IGNORECASE)
_CODE = re.compile(
    r"^\s*(?:return|raise|elif|else|def|self\.|@)\b|\bfor \w+ in\b|\bimport \w+|[=({\[]\s*$|==|->|\w\(\w"
)
_UNSAID = re.compile(rf"{_CODE.pattern}|\?\s*$", re.IGNORECASE)
"""Code and questions."""
_STRONG = re.compile(
    r"\b(?:must|shall|ha(?:s|ve) to|required to|obliged to|needs? to|muss|müssen)\b|必须|应当|须", re.IGNORECASE
)
_WEAK = re.compile(
    r"\b(?:may|might|should|optional\w*|recommended|need not|kann|können|darf)\b|可以|宜|建议", re.IGNORECASE
)
_FREE = re.compile(r"\b(?:may|can|optional\w*|need not)\b|可以", re.IGNORECASE)


_NOBODY = frozenset("未不没无均都双二两人方")
"""Characters that deny or stand for those who were named before."""


@dataclass(frozen=True, slots=True)
class Clause:
    """A part of a sentence with what it is about and what it denies."""

    text: str
    about: frozenset[str]
    names: frozenset[str]
    """The words inside its identifiers."""
    denied: frozenset[str]
    """The words that a negation reaches; empty if none does."""
    conditions: frozenset[str]
    """The words that its last negation reaches, where one before it does, too: "not ... without consent"."""
    negations: int
    sentence: str = ""
    """All of the sentence that it is a part of."""
    unsure: bool = False
    """Whether a word of it may or may not deny, up to where its last negation reaches; behind that it is said of
    something else."""

    @property
    def denies(self) -> bool:
        """Whether its negations do not lift each other."""
        return self.negations % 2 == 1


def denials(statement: str, sentences: Sequence[str]) -> list[str]:
    """What is wrong with a statement's yes and no, given the sentences of its passages."""
    theirs = [clause for sentence in sentences for clause in clauses(sentence) if clause.about]
    if not theirs:
        return []
    everything = "\n".join(sentences)
    mine = clauses(statement)
    if any(clause.denies for clause in mine) and not list(negations(everything)) and not _MAYBE.search(everything):
        return ["It says no or not, and nothing in its passages does."]
    found = []
    for clause in mine:
        if (opposite := _opposite(clause, theirs)) is not None:
            found.append(opposite)
            continue
        near = _nearest(clause, theirs)
        problems = [_problem(clause, other) for other in near]
        if near and all(problems):
            found.append(str(problems[0]))
        elif (contradicted := _contradicted(clause, theirs)) is not None:
            found.append(contradicted)
    return found


def _contradicted(mine: Clause, theirs: Sequence[Clause]) -> str | None:
    """All that one of them denies the other affirms, and nothing in the passages says so: "fun, but not flexible"."""
    if mine.unsure or mine.negations > 1:
        return None
    for other in theirs:
        if other.unsure or _UNSAID.search(other.text) or other.negations + mine.negations != 1:
            continue
        denying, affirming = (mine, other) if mine.negations else (other, mine)
        rest = frozenset(word for word in denying.about - denying.denied if not _NOBODY.intersection(word))
        about_same = rest & words(other.sentence) if denying is mine else rest <= affirming.about
        if not denying.denied or not denying.denied <= affirming.about or (rest and not about_same):
            continue
        if not any(_says(each, mine, denying.denied) for each in theirs):
            said = "denies" if mine.negations else "affirms"
            return f"It {said} what its passage does not: “{other.text.strip(' ,.')}”."
    return None


def _says(each: Clause, mine: Clause, what: frozenset[str]) -> bool:
    """Whether a clause says the same of it as the statement's, and of the same thing."""
    others = mine.about - what
    return each.negations == mine.negations and what <= each.about and (not others or bool(others & each.about))


def clauses(sentence: str) -> list[Clause]:
    """The parts of a sentence."""
    plain = _WITHOUT.sub(r"\1", _ROLE.sub(r"\1", " ".join(sentence.split())))
    return [_clause(part, plain) for broken in _BREAK.split(plain) for part in _joined(broken) if part.strip()]


def holding(sentences: Sequence[str], about: frozenset[str], share: float = 1.0) -> list[str]:
    """The clauses that hold this share of some words; where none of a sentence does and it does, the sentence."""
    found = []
    for sentence in sentences:
        if len(about & words(sentence)) >= share * len(about):
            parts = [
                clause.text for clause in clauses(sentence) if len(about & words(clause.text)) >= share * len(about)
            ]
            found += parts or [sentence]
    return found


def negations(text: str) -> Iterator[re.Match[str]]:
    """The words that deny; those that only look like it ("no later than") are left out."""
    apart = [match.span() for match in _NO_DENIAL.finditer(text)]
    for match in _NO.finditer(text):
        if all(match.start() >= end or match.end() <= start for start, end in apart):
            yield match


def _joined(text: str) -> Iterator[str]:
    """Cut at ", and" where a whole clause stands before it (in a list of things it joins), at a comma with one on
    either side, at "and does" and at ", not"."""
    begin = 0
    cuts = sorted([*_AND.finditer(text), *_COMMA.finditer(text), *_AND_DOES.finditer(text)], key=_longest_first)
    for match in cuts:
        before = match.re is _AND_DOES or _VERB.search(text, begin, match.start())
        behind = match.re is not _COMMA or _VERB.search(text, match.end())
        if match.start() >= begin and before and behind:
            yield text[begin : match.start()]
            begin = match.end()
    yield text[begin:]


def _longest_first(match: re.Match[str]) -> tuple[int, int]:
    return match.start(), -match.end()


def _clause(text: str, sentence: str) -> Clause:
    cues = [cue for cue in negations(text) if cue.group().casefold() != "nor"]
    reached = [words(text[cue.end() : _reach(text, cue.end())]) for cue in cues]
    last = _reach(text, cues[-1].end()) if cues else len(text)
    return Clause(
        text,
        words(_IDENTIFIER.sub(" ", text)),
        words(" ".join(_IDENTIFIER.findall(text))),
        frozenset().union(*reached),
        reached[-1] if len(reached) > 1 else frozenset(),
        len(cues),
        sentence,
        bool(_MAYBE.search(text, 0, last)),
    )


def _reach(text: str, start: int) -> int:
    match = _REACH.search(text, start, start + REACH)
    return match.start() if match else start + REACH


def _nearest(mine: Clause, theirs: Sequence[Clause]) -> list[Clause]:
    """The clauses that share most with it; of equal ones the shortest; none that shares less than
    two words and a third of its own."""
    shared = [len(mine.about & other.about) + len(mine.names & other.names) / 2 for other in theirs]
    best = max(shared, default=0)
    if best == 0 or (best < 2 and best * 3 < len(mine.about)):
        return []
    near = [other for other, number in zip(theirs, shared, strict=True) if number == best]
    near = [other for other in near if not _CODE.search(other.text)] or near
    fewest = min(len(other.about) for other in near)
    return [other for other in near if len(other.about) == fewest]


def _problem(mine: Clause, other: Clause) -> str | None:
    undecided = _CODE.search(other.text) or mine.unsure != other.unsure
    quoted = other.text.strip(" ,.")
    if mine.denies != other.denies and not undecided:
        denying, affirming = (mine, other) if mine.denies else (other, mine)
        if denying.denied & (affirming.about | affirming.names) or not denying.denied:
            return f"It {'denies' if mine.denies else 'affirms'} what its passage does not: “{quoted}”."
    if other.conditions and not mine.negations and not other.conditions & mine.about:
        return f"It leaves out a condition of its passage: “{quoted}”."
    if mine.denies == other.denies and (opposite := _opposite(mine, [other])) is not None:
        return opposite
    return obligation(mine.text, other.text, other.sentence)


def _opposite(mine: Clause, theirs: Sequence[Clause]) -> str | None:
    """A word that denies one of the passages', in clauses that are about the same."""
    for one, other in OPPOSITES:
        said = one.search(mine.text)
        if said is None:
            continue
        if other.search(mine.text):
            if (turned := _turned(one, other, mine, theirs)) is not None:
                return turned
            continue
        about = mine.about - words(said.group())
        alike = [clause for clause in theirs if clause.about & about and clause.denies == mine.denies]
        there = [match for clause in alike if (match := other.search(clause.text)) and not one.search(clause.text)]
        if there and not any(one.search(clause.text) for clause in alike):
            return f"It says “{said.group()}” where its passage says “{there[0].group()}”."
    for each in theirs:
        near = len(each.about & mine.about) * 2 >= len(mine.about) and each.denies == mine.denies
        if near and (pair := prefixed(mine.text, each.text)) is not None:
            return f"It says “{pair[0]}” where its passage says “{pair[1]}”."
    return None


def _turned(one: re.Pattern[str], other: re.Pattern[str], mine: Clause, theirs: Sequence[Clause]) -> str | None:
    """A statement that uses both words: each must stand before the same words as in the passages."""
    for said in one.finditer(mine.text):
        what = ordered(mine.text[said.end() :])[:2]
        there = [match for each in theirs if (match := _before(other, each.text, what))]
        if len(what) == 2 and there and not any(_before(one, each.text, what) for each in theirs):
            return f"It says “{said.group()}” where its passage says “{there[0]}”."
    return None


def _before(word: re.Pattern[str], text: str, what: Sequence[str]) -> str | None:
    found = (match.group() for match in word.finditer(text) if ordered(text[match.end() :])[:2] == list(what))
    return next(found, None)


def obligation(mine: str, theirs: str, around: str) -> str | None:
    """What a statement makes more or less of a duty than its passage does, where nothing around that does so, too."""
    strong, weak = _STRONG.search(mine), _WEAK.search(theirs)
    if strong and weak and not _STRONG.search(around):
        return f"It says “{strong.group()}” where its passage says “{weak.group()}”."
    free, bound = _FREE.search(mine), _STRONG.search(theirs)
    if free and bound and not _FREE.search(around) and not list(negations(mine)):
        return f"It says “{free.group()}” where its passage says “{bound.group()}”."
    return None
