"""Claims and shown spans in, statements with their status and findings out: code alone decides, no model is asked.

The rules, in this order:

1. A mark that was not shown is no citation. A claim without any citation is *unsupported*.
2. Every number and every quotation (two words or more in quotation marks) of a claim must stand in its cited spans,
   else it is *unsupported*.
3. Every name (a capitalised word inside the sentence, an identifier of code) must stand there, and at least half of its
   other words of four letters or more, else it is *weak*.
4. Everything else is *verified*.

Words are compared under `fold`, numbers as whole numbers without thousands separators.
"""

import re
import unicodedata
from collections.abc import Mapping, Sequence

from assistant.answer import Citation, Statement, Status
from assistant.context import ShownSpan
from assistant.fold import fold
from assistant.replies import Claim

MIN_SHARE_OF_WORDS = 0.5
"""Rule 3; a fixed number, never lowered so that something sticks."""

_NUMBER = re.compile(r"(?<![\w.])\d+(?:[.,]\d+)*(?!\w)|\d+(?:[.,]\d+)*")
_QUOTATION = re.compile(r"\"([^\"]+)\"|“([^”]+)”|«([^»]+)»|„([^“]+)“|「([^」]+)」")
_IDENTIFIER = re.compile(r"\b\w+(?:[_.]\w+)+\b|\b[a-z]+[A-Z]\w*\b|\b\w+(?=\(\))")
_NAME = re.compile(r"(?<=[\w,;:] )[A-ZÀ-Þ]\w+")
_WORD = re.compile(r"[^\W\d_]{4,}")


def check(claims: Sequence[Claim], shown: Mapping[int, ShownSpan]) -> tuple[Statement, ...]:
    """Each claim as a statement that cites only what was shown."""
    return tuple(_statement(claim, shown) for claim in claims)


def report(statements: Sequence[Statement]) -> str:
    """What the check found, in words for the model; one line a statement."""
    if not statements:
        return "There is no statement."
    lines = []
    for number, statement in enumerate(statements, 1):
        said = " ".join(statement.findings) or "Its words stand in the passages."
        lines.append(f"Statement {number}: {said}")
    return "\n".join(lines)


def _statement(claim: Claim, shown: Mapping[int, ShownSpan]) -> Statement:
    citations = tuple(Citation(shown[mark]) for mark in claim.marks if mark in shown)
    invented = [mark for mark in claim.marks if mark not in shown]
    findings = [f"There is no passage <{mark}>." for mark in invented]
    if not citations:
        return Statement(claim.text, "unsupported", (), (*findings, "It names no passage that exists."))
    cited = "\n".join(citation.shown.span.text for citation in citations)
    wrong = [*_missing_numbers(claim.text, cited), *_missing_quotations(claim.text, cited)]
    doubtful = [*_missing_names(claim.text, cited), *_few_words(claim.text, cited)]
    status: Status = "unsupported" if wrong else "weak" if doubtful or invented else "verified"
    return Statement(claim.text, status, citations, tuple(findings + wrong + doubtful))


def _missing_numbers(claim: str, cited: str) -> list[str]:
    there = set(_numbers(cited))
    return [f"The number {number} is not in its passages." for number in _numbers(claim) if number not in there]


def _numbers(text: str) -> list[str]:
    found = _NUMBER.findall(unicodedata.normalize("NFKC", text))
    return list(dict.fromkeys(re.sub(r",(?=\d{3}(?!\d))", "", number) for number in found))


def _missing_quotations(claim: str, cited: str) -> list[str]:
    folded = fold(cited)
    quotations = ["".join(groups) for groups in _QUOTATION.findall(claim)]
    return [
        f"The quotation “{quotation}” is not in its passages."
        for quotation in quotations
        if len(quotation.split()) > 1 and fold(quotation) not in folded
    ]


def _missing_names(claim: str, cited: str) -> list[str]:
    folded = fold(cited)
    names = dict.fromkeys([*_IDENTIFIER.findall(claim), *_NAME.findall(claim)])
    return [f"The name {name} is not in its passages." for name in names if fold(name) not in folded]


def _few_words(claim: str, cited: str) -> list[str]:
    """Words count as there if their first five letters begin a word of the passages (endings differ)."""
    wanted = {fold(word)[:5] for word in _WORD.findall(claim)}
    there = {fold(word)[:5] for word in _WORD.findall(cited)}
    if not wanted or len(wanted & there) >= MIN_SHARE_OF_WORDS * len(wanted):
        return []
    return [f"Only {len(wanted & there)} of its {len(wanted)} longer words are in its passages."]
