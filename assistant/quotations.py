"""A statement in, its quotations out; and whether a quotation stands in a text, to the letter or nearly; no model."""

import re

from rapidfuzz import fuzz

from assistant.fold import Folded, fold

NEAR = 90.0
"""Per cent of like characters (`fuzz.partial_ratio` under the fold) from which a quotation is nearly there."""

_QUOTATION = re.compile(
    r"\"([^\"]+)\"|“([^”]+)”|«([^»]+)»|„([^“”]+)[“”]|「([^」]+)」|『([^』]+)』"
    r"|(?<!\w)‘([^’]+(?:’\w[^’]*)*)’(?!\w)|(?<!\w)'([^']+(?:'\w[^']*)*)'(?!\w)|``?([^`]+)``?"
)
_ELLIPSIS = re.compile(r"\s*(?:\[?\.\.\.\]?|\[?…\]?)\s*")


def quotations(statement: str) -> list[str]:
    """What stands in quotation marks, or between the ticks of code, in its order."""
    return ["".join(groups).strip() for groups in _QUOTATION.findall(statement) if fold("".join(groups))]


def where(quotation: str, text: Folded) -> tuple[int, int] | None:
    """Start and end of a quotation in a text; what an ellipsis parts must stand there in its order."""
    begin, first, last = 0, None, 0
    for part in filter(None, map(fold, _ELLIPSIS.split(quotation))):
        index = text.text.find(part, begin)
        if index < 0:
            return None
        begin = index + len(part)
        start, end = text.at[index], text.at[begin - 1] + 1
        first, last = (start if first is None else first), end
    return None if first is None else (first, last)


def near(quotation: str, text: Folded) -> str | None:
    """The words of the text that are nearly the quotation; None if nothing is that near."""
    wanted = fold(quotation)
    if len(wanted) < 8:
        return None
    found = fuzz.partial_ratio_alignment(wanted, text.text, score_cutoff=NEAR)
    if found is None or found.dest_end <= found.dest_start:
        return None
    return text.source[text.at[found.dest_start] : text.at[found.dest_end - 1] + 1]
