"""Text in, where its sentences are out: for prose, lists and code alike; knows no language's grammar."""

import re

_END = re.compile(
    r"(?<=[.!?])[\"”’)\]]*\s+(?=[^a-z])"  # a full stop, and what follows does not go on in lower case
    r"|(?<=[。！？；])"
    r"|\n\s*\n"
    r"|\n(?=\s*(?:[-•*–·#]|\(?\d{1,3}[.)]|\(?[a-z]\)|:param|\.\. |>>>|@|def |class )\s*)"
)
_ABBREVIATION = re.compile(r"(?:\b(?:e\.g|i\.e|cf|vs|etc|Mr|Mrs|Dr|No|Art|Sec|approx|Inc|Ltd|bzw|z\.B)|\b[A-Z])\.$")


def sentences(text: str) -> list[tuple[int, int]]:
    """Start and end of every sentence, without the white space around it."""
    found: list[tuple[int, int]] = []
    start = 0
    for match in _END.finditer(text):
        if not _ABBREVIATION.search(text[start : match.start()].rstrip()):
            _append(found, text, start, match.start())
            start = match.end()
    _append(found, text, start, len(text))
    return found


def lines(text: str) -> list[tuple[int, int]]:
    """Start and end of every line that is not empty."""
    return [(match.start(), match.end()) for match in re.finditer(r"[^\n]*\S[^\n]*", text)]


def _append(found: list[tuple[int, int]], text: str, start: int, end: int) -> None:
    piece = text[start:end]
    if piece.strip():
        left = len(piece) - len(piece.lstrip())
        found.append((start + left, start + len(piece.rstrip())))
