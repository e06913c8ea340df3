"""Text in, the words that carry its meaning out, as they are compared; knows no documents.

A word of an alphabet counts by its first letters, since endings differ; Chinese, Japanese and Korean text by its pairs
of characters.
"""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

STEM = 5
"""Letters by which two words are taken for one."""

_WORD = re.compile(r"[^\W\d_\u2e80-\u9fff\uac00-\ud7af]{3,}")
_OTHER_WORD = re.compile(r"[^\W\d_\u2e80-\u9fff\uac00-\ud7af]+")
_CJK = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]+")
_PLAIN_COMMA = re.compile(r"(?<=[\u3400-\u9fff%％\d]),(?=\s?[\u3400-\u9fff])")
_LINE_END_HYPHEN = re.compile(r"(?<=\w)[-\u00ad\u2010\ufffe\x02]\s*\n\s*(?=\w)")
_NUMERALS = r"\d零〇一二两三四五六七八九十百千万亿"
_CJK_NUMBER = re.compile(
    rf"(?<![{_NUMERALS}])[{_NUMERALS}]++\s?(?:个?工作日|[年月日号天元页条米台名%]|个月|小时|分钟|公里|吨)"
)
_HUMP = re.compile(r"(?<=[a-z])(?=[A-Z])|_")
_FUNCTION_WORDS = """
the and but for nor yet not are was were has have had does did doing been being will would shall should can
could may might must this that these those there here with within without from into onto upon over under than
then them they their theirs its his her hers our ours your yours who whom whose which what when where why how
all any both each few more most other some such only own same too very just also about after again before
because between down during further off once out through until while above below against per via one you him she
let lets get gets got make makes made according given per document passage statement says said say called named
however therefore thus hence well even still already whether either neither though although since unless der die
das und oder nicht ist sind war wird werden ein eine einer eines einem einen den dem des von mit für auf bei aus
throughout nach zum zur sich auch als wie dass
"""
_WORDS = re.compile(r"[^\W\d_]+")
_WRITTEN = re.compile(r"[^\W\d_]+(?:['’-][^\W\d_]+)*")
_GERMAN_WORDS = """
der die das und ist sind nicht ein eine einen einem eines einer den dem des von mit für auf bei zu im am nach oder kein
"""
_GERMAN = frozenset(_GERMAN_WORDS.split())
_ENGLISH_WORDS = "the and is are not a an of with for on at to in by that it"
_ENGLISH = frozenset(_ENGLISH_WORDS.split())
_FUNCTION = frozenset(_FUNCTION_WORDS.split())
_FUNCTION_CHINESE = frozenset(
    "的了是在和与或及也都而且就这那其为之以于对从到被把给让使等着过吗呢吧啊一个有可将由按该此本者所得"
)


@lru_cache(maxsize=2048)
def words(text: str) -> frozenset[str]:
    """What a text is about."""
    plain = unicodedata.normalize("NFKC", _LINE_END_HYPHEN.sub("", text))
    found = {stem(word) for word in _WORD.findall(_HUMP.sub(" ", plain)) if word.casefold() not in _FUNCTION}
    for run in _CJK.findall(_CJK_NUMBER.sub(" ", plain)):
        found.update(
            run[index : index + 2]
            for index in range(len(run) - 1)
            if not set(run[index : index + 2]) & _FUNCTION_CHINESE
        )
    return frozenset(found)


def stem(word: str) -> str:
    """A word as it is compared."""
    lower = word.casefold()
    if lower in ("used", "using"):
        return "use"
    if lower.endswith("ies") and len(lower) > 4:
        lower = lower[:-3] + "y"
    elif lower.endswith("s") and not lower.endswith("ss") and len(lower) > 3:
        lower = lower[:-1]
    return lower[:STEM]


def chinese_commas(text: str) -> str:
    """A text with the comma of Chinese behind Chinese characters, where models often write a plain one."""
    return _PLAIN_COMMA.sub("，", text)


def is_function_word(word: str) -> bool:
    """Whether a word only holds a sentence together."""
    return word.casefold() in _FUNCTION


def mostly_cjk(text: str) -> bool:
    """Whether a text is written in Chinese characters or their like. A word of other letters counts as one of them, so
    that a few identifiers do not make a sentence English."""
    characters = sum(len(run) for run in _CJK.findall(text))
    return characters > len(_OTHER_WORD.findall(text))


def is_german(text: str) -> bool:
    """Whether a text is German, where every noun has a capital: by its commonest words."""
    found = _WORDS.findall(text.casefold())
    return len(_GERMAN.intersection(found)) > len(_ENGLISH.intersection(found))


def ordered(text: str) -> list[str]:
    """The words of an alphabet as `words` gives them, in their order."""
    plain = unicodedata.normalize("NFKC", _LINE_END_HYPHEN.sub("", text))
    return [stem(word) for word in _WORD.findall(_HUMP.sub(" ", plain)) if word.casefold() not in _FUNCTION]


@dataclass(frozen=True, slots=True)
class Worded:
    """A word of a text that carries its meaning, with its place."""

    written: str
    stem: str
    start: int

    @property
    def end(self) -> int:
        """Where it ends."""
        return self.start + len(self.written)


def worded(text: str) -> Iterator[Worded]:
    """The words of an alphabet as they stand, one after the other."""
    for match in _WRITTEN.finditer(text):
        for found in ordered(match.group())[:1]:
            yield Worded(match.group(), found, match.start())
