"""Text in, the numbers that are written as words out (English, Chinese, the small German ones); knows no units."""

import re
from collections.abc import Iterator

_ONES = (
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen"
    " eighteen nineteen"
)
_SMALL = {word: value for value, word in enumerate(_ONES.split())}
_TENS_NAMES = "twenty thirty forty fifty sixty seventy eighty ninety"
_TENS = {word: 10 * value for value, word in enumerate(_TENS_NAMES.split(), 2)}
SCALES = {"hundred": 100, "thousand": 1000, "million": 10**6, "billion": 10**9, "trillion": 10**12}
"""English words that multiply what stands before them."""
SCALES_BEHIND_DIGITS = SCALES | {"bn": 10**9, "mio": 10**6, "mrd": 10**9, "millionen": 10**6, "milliarden": 10**9}
"""As SCALES, behind digits: 5 bn, 3,5 Mio."""
CHINESE_SCALES = {"万": 10**4, "亿": 10**8}
"""As SCALES, also behind digits: 3万."""
_GERMAN = "null ein zwei drei vier fünf sechs sieben acht neun zehn elf zwölf"
_OTHERS = {word: value for value, word in enumerate(_GERMAN.split()) if value > 1}
_OTHERS |= {"once": 1, "twice": 2, "thrice": 3, "dozen": 12}
_WORD = "|".join(sorted({*_SMALL, *_TENS, *SCALES}, key=len, reverse=True))
_ENGLISH = re.compile(rf"(?<![\w-])(?:{_WORD})(?:(?:\s+and\s+|[\s-]+)(?:{_WORD}))*(?!\w)", re.IGNORECASE)
_OTHER = re.compile(rf"(?<!\w)(?:{'|'.join(_OTHERS)})(?!\w)", re.IGNORECASE)
_DIGITS = {character: value for value, character in enumerate("零一二三四五六七八九")} | {"〇": 0, "两": 2}
_CHINESE_TENS = {"十": 10, "百": 100, "千": 1000}
_CHINESE = re.compile("(?![百千万]分之)[零〇一二两三四五六七八九十百千万亿]+")


LONGEST = 30
"""Digits; more of them are no number that means anything."""


def number_words(text: str) -> Iterator[tuple[int, int, int]]:
    """Value, start and end of every number in words; a run of bare ones ("one two") is no number."""
    for match in _ENGLISH.finditer(text):
        words = [word for word in re.split(r"[\s-]+", match.group().casefold()) if word != "and"]
        value = _english(words)
        if value is not None:
            yield value, *match.span()
        else:
            for part in re.finditer(r"\w+", match.group()):
                alone = _english([part.group().casefold()])
                if alone is not None:
                    yield alone, match.start() + part.start(), match.start() + part.end()
    for match in _OTHER.finditer(text):
        yield _OTHERS[match.group().casefold()], *match.span()
    for match in _CHINESE.finditer(text):
        value = _chinese(match.group()) if len(match.group()) <= LONGEST else None
        if value is not None:
            yield value, *match.span()


def _english(words: list[str]) -> int | None:
    total, group, last = 0, 0, ""
    for word in words:
        if word in _SMALL:
            if last in _SMALL or (last in _TENS and not 1 <= _SMALL[word] <= 9):
                return None
            group += _SMALL[word]
        elif word in _TENS:
            if last in _SMALL or last in _TENS:
                return None
            group += _TENS[word]
        elif word == "hundred":
            group = (group or 1) * 100
        else:
            total, group = total + (group or 1) * SCALES[word], 0
        last = word
    return total + group


def _chinese(written: str) -> int | None:
    if all(character in _DIGITS for character in written):
        return int("".join(str(_DIGITS[character]) for character in written))
    total = section = digit = 0
    for character in written:
        if character in _DIGITS:
            digit = _DIGITS[character]
        elif character in _CHINESE_TENS:
            section += (digit or 1) * _CHINESE_TENS[character]
            digit = 0
        else:
            total = (total + section + digit or 1) * CHINESE_SCALES[character]
            section = digit = 0
    return total + section + digit
