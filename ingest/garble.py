"""The text of a page in, whether it is no language but the debris of a font without a key out; knows no format."""

from __future__ import annotations

import re
import string
import unicodedata

CHARACTERS_FEWEST = 100
"""Fewer cannot be judged."""
JUNK_MOST = 0.1
"""Share of characters that stand for nothing (private use, replacement)."""
LETTERS_FEWEST = 0.2
"""Share of letters among all characters."""
VOWELS_FEWEST = 0.2
"""Share of a, e, i, o, u and y among Latin letters. A font whose codes are shifted (a common fault: "7KLV LV" for
"This is") has 0.12 to 0.15."""

_JUNK = re.compile("[\ue000-\uf8ff\ufffd\U000f0000-\U0010ffff]")
_NO_LETTER, _ASCII = re.compile(r"[\W\d_]+"), re.compile("[\0-\x7f]+")
_LATIN, _VOWELS = string.ascii_letters.encode(), b"aeiouyAEIOUY"
_NO_LATIN = bytes(set(range(128)) - set(_LATIN))


def garbled(text: str) -> bool:
    """Whether the text looks like debris. The picture of the page has the last word, see ingest.pdf_scans.

    The thresholds were set over 2,975 pages of 21 manuals in ten languages: junk is 0.015 at most, letters are
    0.07 at least and below 0.2 on one page (an index of signs), vowels are 0.17 at least and below 0.2 on four
    (indexes of function names). Those five are looked at twice, and stay.
    """
    text = "".join(text.split())
    if len(text) < CHARACTERS_FEWEST:
        return False
    if not text.isascii():
        if len(_JUNK.findall(text)) > JUNK_MOST * len(text):
            return True
        text = unicodedata.normalize("NFD", text)
    latin = text.encode("ascii", "ignore").translate(None, _NO_LATIN)  # on bytes: twenty times as fast as on text
    others = "" if text.isascii() else _NO_LETTER.sub("", _ASCII.sub("", text))
    if len(latin) + len(others) < LETTERS_FEWEST * len(text):
        return True
    vowels = len(latin) - len(latin.translate(None, _VOWELS))
    return len(latin) >= CHARACTERS_FEWEST and vowels < VOWELS_FEWEST * len(latin)
