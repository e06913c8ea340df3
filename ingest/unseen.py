"""Text in, the same without characters that no reader sees out, and what they were; knows no formats."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence

HOW = "in characters that are not shown"

# Compiled by the first text that may hold any, which takes as long as reading two pages.
# Zero-width and bidirectional controls, tags, variation selectors. Kept is what writing needs: joiners within
# scripts that join (Arabic, the Indian ones, Khmer, Mongolian) and between emoji, one selector after a sign.
_JOINING = "\u0600-\u08ff\u0900-\u109f\u1780-\u18af"
_EMOJI = "\u00a9\u00ae\u203c-\u2bff\u3030-\u3299\ufe0f\U0001f000-\U0001faff"
_HAN = "\u2e80-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
_UNSEEN = (
    "[\u061c\u180e\u200b\u200e\u200f\u202a-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\U000e0000-\U000e00ff]"
    f"|(?<![{_JOINING}])\u200c|(?<![{_JOINING}{_EMOJI}])\u200d"
    f"|(?<![{_HAN}])[\U000e0100-\U000e0fff]|(?<=[\ufe00-\ufe0f])[\ufe00-\ufe0f]|(?<![{_EMOJI}{_HAN}\\d#*])[\ufe00-\ufe0f]"
)
_MAY_BE = re.compile(
    "[\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufe00-\ufe0f\ufeff\ufff9-\ufffb\U000e0000-\U000e0fff]"
)
_TAGS = 0xE0000
_ASCII = range(0x20, 0x7F)


def unseen(text: str) -> list[int]:
    """The places of the characters that no reader sees."""
    if text.isascii() or not _MAY_BE.search(text):
        return []
    return [match.start() for match in re.finditer(_UNSEEN, text)]


def without_unseen(text: str) -> tuple[str, str]:
    """The text without them, and they in words ("" for none)."""
    if text.isascii() or not _MAY_BE.search(text):
        return text, ""
    found = re.findall(_UNSEEN, text)
    return (re.sub(_UNSEEN, "", text), in_words(found)) if found else (text, "")


def in_words(characters: Iterable[str]) -> str:
    """What these characters are: the text that tags spell (they mirror ASCII), the codes of the others."""
    characters = [char for char in characters if not char.isspace()]
    counts = Counter(characters)
    spelt = "".join(chr(ord(char) - _TAGS) for char in characters if ord(char) - _TAGS in _ASCII)
    codes = [
        f"{count} × U+{ord(char):04X}" for char, count in sorted(counts.items()) if ord(char) - _TAGS not in _ASCII
    ]
    return ", ".join([*([f"tags that spell “{spelt}”"] if spelt else []), *codes])


def kept_apart(hidden: Sequence[tuple[str, str]]) -> list[str]:
    """The warning on a page with hidden texts, each with how it is hidden; none on a page without."""
    return [f"hidden text was kept apart: {', '.join(dict.fromkeys(how for _, how in hidden))}"] if hidden else []
