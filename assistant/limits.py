"""A statement and its passages in, what it says of more, less or surer than they do out: only, all, probably, if.

What limits a sentence is part of what it says. Only the sentence is looked at that the statement is taken from; a
statement that has a limit of the same kind in other words is left alone. Asks no model.
"""

import re
from collections.abc import Iterator

from assistant.evidence import Evidence
from assistant.names import without_identifiers
from assistant.nearest import nearest
from assistant.polarity import clauses
from assistant.wording import mostly_cjk, words

LEAST = 2
"""Words that a statement shares with what is limited."""

_ONLY = re.compile(r"\b(?:only|solely|exclusively|nur|ausschließlich)\b|只有|仅(?!供)|只能", re.IGNORECASE)
_AS_ONLY = re.compile(
    rf"{_ONLY.pattern}|\b(?:just|alone|other than|no one|nobody|nothing|except|sole|smallest)\b|除了|除非",
    re.IGNORECASE,
)
_ALL = re.compile(r"\b(?:all|every|both|always|any|never|alle|beide|immer)\b|全部|所有|均|都|一律|总是", re.IGNORECASE)
_AS_ALL = re.compile(
    rf"{_ALL.pattern}|\b(?:each|no|none|neither|nor|either|nobody|nothing|without|throughout|entire\w*|whole"
    r"|whenever|jede\w*|kein\w*)\b|各|每|双方|不|无|未",
    re.IGNORECASE,
)
_UNSURE = re.compile(
    r"\b(?:probably|presumably|perhaps|possibly|likely|appears? to|seems? to|suggests?|might|most of|mostly|mainly"
    r"|usually|often|sometimes|rarely|wahrscheinlich|vermutlich|meistens)\b|可能|大概|通常|往往",
    re.IGNORECASE,
)
_AS_UNSURE = re.compile(
    rf"{_UNSURE.pattern}|\b(?:most|many|some|few|can|could|may|generally|typical(?:ly)?|commonly|expected|believed"
    r"|thought|not always|prone|tends?)\b",
    re.IGNORECASE,
)
_IF = re.compile(
    r"\b(?:if(?! (?:you(?:['’]d| would| do not| don['’]t)? (?:like|want|need|prefer|wish)|not\b|any\b|necessary"
    r"|possible|desired))|unless|only (?:if|with|when|after|where)|in case)\b",
    re.IGNORECASE,
)
_AS_IF = re.compile(
    r"\b(?:if|unless|when|whenever|only|provided|except|until|as long as|in case|where|(?<!at )once|without|after"
    r"|before|requires?|needs?|depend\w*|subject to|upon)\b",
    re.IGNORECASE,
)
_COMPARES = re.compile(r"\b(?:(?:more|less|fewer)(?:\s[\w-]+){0,5}|[a-z]{3,}er|worse) than\b", re.IGNORECASE)
_AS_COMPARES = re.compile(
    r"\b(?:more|less|fewer|than|exceed\w*|compared|over|above|below|under|least|most|maximum|minimum|better|worse|up to"
    r"|lower|higher|larger|smaller|longer|shorter|faster|slower|[a-z]{3,}est)\b|[<>]",
    re.IGNORECASE,
)
_CODE = re.compile(r"[=(){}\[\]]|->|\bself\b|\b(?:return|raise)$")
_FOLLOWED = re.compile(r"\b(?:if|when|unless|while|whenever|otherwise|wenn|falls)\b|如果|若|时", re.IGNORECASE)
_STOP = re.compile(r",\s|[;:(]|\bbecause\b|\.\s")


def limits(claim: str, evidence: Evidence) -> Iterator[str]:
    """What it leaves out or adds, one sentence each."""
    sentences = evidence.sentences()
    source = nearest(claim, sentences)
    for clause in clauses(claim):
        theirs = nearest(_ALL.sub(" ", clause.text), sentences)
        for said, same in ((_ONLY, _AS_ONLY), (_ALL, _AS_ALL), (_COMPARES, _AS_COMPARES)):
            match = said.search(clause.text)
            narrower = said is _ALL and _ONLY.search(theirs) and not _ONLY.search(claim)
            if match and (not same.search(theirs) or (narrower and match.group().casefold() not in theirs.casefold())):
                yield f"It says “{match.group()}”, and its passage does not."
                return
    if all(item.document.kind == "code" for item in evidence.spans):
        yield from _followed(claim, evidence)
    if not mostly_cjk(claim):
        yield from _surer(claim, source)
        yield from _unconditional(claim, source)


def _followed(claim: str, evidence: Evidence) -> Iterator[str]:
    """What code does under a condition, which is not read out of it; what its comments say is."""
    comments = "\n".join(line for line in evidence.text.split("\n") if not _CODE.search(line))
    if _FOLLOWED.search(claim) and not words(without_identifiers(claim)) <= words(comments):
        yield "Its passage is code, of which conditions are not followed."


def _surer(claim: str, source: str) -> Iterator[str]:
    """What the passage says only as probable or of the most part."""
    about = words(claim)
    for part in _STOP.split(source):
        match = _UNSURE.search(part)
        if match and not _AS_UNSURE.search(claim) and len(about & words(part)) >= LEAST:
            yield f"It leaves out “{match.group()}” of its passage."
            return


def _unconditional(claim: str, source: str) -> Iterator[str]:
    """What the passage says only under a condition."""
    match = _IF.search(source)
    if match is None or _AS_IF.search(claim):
        return
    condition, said = source[match.end() :], source[: match.start()]
    if not said.strip(" #-*•"):
        condition, _, said = condition.partition(", ")
    else:
        said, condition = _STOP.split(said)[-1], _STOP.split(condition)[0]
    about = words(without_identifiers(claim))
    if len(about & words(said)) >= LEAST and not about & (words(condition) - words(said)):
        yield f"It leaves out a condition of its passage: “{match.group()} {' '.join(condition.split())}”."
