"""A statement in, the names that it uses out: people, firms, places, acronyms, identifiers of code; knows no documents.

A capitalised word is a name, except where a sentence begins with a word that is no name elsewhere.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from assistant.dates import MONTHS
from assistant.number_words import SCALES_BEHIND_DIGITS
from assistant.units import UNITS
from assistant.wording import is_function_word, mostly_cjk

_IDENTIFIER = re.compile(
    r"(?<![\w.])[A-Za-z_][A-Za-z0-9]*(?:[_.][A-Za-z0-9_]+)+|\b[a-z]+[A-Z]\w*|\b[A-Z][a-z]+(?:[A-Z]\w*)+|\b\w+(?=\(\))"
    r"|(?<![\w-])--?[a-z][\w-]+|\b0x[0-9A-Fa-f]+\b|\b[A-Za-z_]\w*=[\w.]*\w|(?<!\w)__\w+__|\b\d+(?:\.\d+){2,}\b|\b[A-Za-z]+-?\d+\b"
)
_CAPITALISED = re.compile(r"(?<![\w.])[A-ZÀ-Þ][\w’']*(?:-\w+)*")
_LATIN = re.compile(r"[A-Za-z][A-Za-z0-9]*(?:-[A-Za-z0-9]+)+|[A-Za-z]{3,}")
"""In Chinese every word of Latin letters is a name."""
_BEGIN = re.compile(r"(?:^|[.!?:。]\s+|[\"“«„(]\s*)$")
_CHINESE_NAME = re.compile(
    r"[^\W为与由在的和是向及、，。\d]{2,12}(?:有限公司|股份公司|公司|银行|大学|法院|医院|集团|中心|委员会|事务所|先生|女士)"
)
_PLACES = "北京 上海 天津 重庆 广州 深圳 南京 杭州 武汉 成都 西安 苏州 香港 澳门 台湾 中国 美国 日本 德国 英国 法国"
_CHINESE_PLACE = re.compile("|".join(_PLACES.split()))
_NOT_NAMES = """
yes no i if as at by in of on or so to up we it is he be do nobody everybody everyone anyone anybody somebody
someone nothing everything anything something instead besides every celsius fahrenheit
"""
_NO_NAMES = frozenset(_NOT_NAMES.split())
_BEHIND_NUMBERS = UNITS.keys() | SCALES_BEHIND_DIGITS.keys()
_COMMON_ENDING = re.compile(
    r"(?:ing|tion|sion|ment|ness|ity|ance|ence|ers|ors|ies|able|ible|ally|ed|ings|tions|ments)$"
)


@dataclass(frozen=True, slots=True)
class Name:
    """A name in a statement."""

    word: str
    begins: bool
    """Whether it begins a sentence, where a common word has a capital, too."""
    start: int

    @property
    def end(self) -> int:
        """Where it ends."""
        return self.start + len(self.word)


def identifiers(statement: str) -> list[str]:
    """Identifiers, versions and options, such as `max_age`, `drawString`, `Signer.sign`, `3.14.6`, `SHA-256`."""
    found = (match.group().rstrip(".") for match in _IDENTIFIER.finditer(statement))
    return list(dict.fromkeys(name for name in found if not _is_abbreviation(name)))


def without_identifiers(statement: str) -> str:
    """The statement's plain words."""
    return _IDENTIFIER.sub(" ", statement)


def named(statement: str) -> Iterator[Name]:
    """Every other name, with its place."""
    for match in _CAPITALISED.finditer(statement):
        word = re.sub(r"['’]s?$", "", match.group())
        if (
            re.search(r"\d\s?$", statement[: match.start()])
            and word.casefold() in UNITS.keys() | SCALES_BEHIND_DIGITS.keys()
        ):
            continue
        if len(word) < 2 or is_function_word(word) or word.casefold() in _NO_NAMES or word.casefold() in MONTHS:
            continue
        first = bool(_BEGIN.search(statement[: match.start()])) and not word.isupper()
        yield Name(word, first, match.start())
    patterns = (_LATIN, _CHINESE_NAME, _CHINESE_PLACE) if mostly_cjk(statement) else (_CHINESE_NAME, _CHINESE_PLACE)
    for pattern in patterns:
        for match in pattern.finditer(statement):
            yield Name(match.group(), False, match.start())


def looks_common(word: str) -> bool:
    """Whether the form of a capitalised word at a sentence's beginning is that of a common word."""
    return bool(_COMMON_ENDING.search(word)) and word[1:].islower()


def _is_abbreviation(name: str) -> bool:
    return name.casefold() in ("e.g", "i.e", "z.b", "a.m", "p.m", "u.s")
