"""The words of a document's pages in, word out whether a hyphen at the end of a line belongs to the word."""

from __future__ import annotations

import re

# Prefixes and first parts that take a hyphen far more often than not in English.
_FIRST_PARTS = re.compile(
    r"all|anti|best|better|cross|co|ex|first|full|half|hard|high|large|left|light|little|long|low|medium|mid|multi|near|non"
    r"|open|post|pre|quasi|real|right|second|self|semi|short|single|small|so|soft|state|stand|two|three|third|user|vice|well|world"
)


class Words:
    """The words met so far."""

    def __init__(self) -> None:
        self._known: set[str] = set()
        self._texts: list[str] = []

    def learn(self, text: str) -> None:
        """Take in the words of a page, as far as white space parts them; most also stand where no comma follows."""
        self._texts.append(text)  # most documents never ask

    def hyphenated(self, first: str, second: str) -> bool:
        """Whether `first` at the end of a line and `second` at the start of the next make `first-second`.

        What the document itself writes elsewhere decides; failing that, "Debian-Policy", "UTF-8" and "state-of-the-art"
        keep the hyphen, "exam-ple" does not.
        """
        if not second[0].islower():
            return True
        for text in self._texts:
            self._known.update(text.split())
        self._texts.clear()
        whole, joined = f"{first}-{second}", first + second
        last = first.rpartition("-")[2]
        if whole in self._known or whole.lower() in self._known:
            return True
        if joined in self._known or joined.lower() in self._known or last + second in self._known:
            return False
        # Both parts are words of their own and the first is one that compounds begin with.
        return "-" in first or (_FIRST_PARTS.fullmatch(first.lower()) is not None and second in self._known)
