"""Text in, the terms under which passages are compared with a question out; knows no document and no model."""

import re
import unicodedata
from functools import lru_cache

import snowballstemmer

_CJK = "\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af"
_WORD = re.compile(f"[{_CJK}]+|[^\\W_{_CJK}]+")
_SNAKE = re.compile(r"[^\W_]+(?:_[^\W_]+)+")
_HUMP = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")
_STEMMER = snowballstemmer.stemmer("english")

_FUNCTION_WORDS = frozenset(
    re.findall(
        r"\w+",
        "a an the of to in is are was were be been being and or not for on at by with from as it its this that"
        " these those which who whom whose what when where why how does do did done can could may might must shall"
        " should will would if then than there here i you he she we they me my your our their his her them us have"
        " has had into out over up down so no any some all each also very just about between against during before"
        " after above below again once only own same too such other more most",
    )
)
"""What says nothing of what a question is about; in other languages rarity alone decides."""


def terms(text: str) -> list[str]:
    """The terms of a text, in order.

    Words in lower case, in compatibility form (NFKC), by their English stems (Snowball's, Porter 2001); identifiers
    whole and by their parts; runs of Chinese, Japanese or Korean by characters and pairs of characters.
    """
    folded = unicodedata.normalize("NFKC", text)
    found = [name.lower() for name in _SNAKE.findall(folded)]
    for word in _WORD.findall(folded):
        if "\u3040" <= word[0] <= "\ud7af":
            found += word
            found += [word[at : at + 2] for at in range(len(word) - 1)]
            continue
        parts = _HUMP.split(word)
        if len(parts) > 1:
            found.append(word.lower())
        found += [_stem(part.lower()) for part in parts]
    return found


def asked(question: str) -> list[str]:
    """The terms of a question, each once, without those that any question has; all of them where no other is left."""
    every = list(dict.fromkeys(terms(question)))
    return [term for term in every if term not in _FUNCTION_WORDS] or every


@lru_cache(maxsize=100_000)
def _stem(word: str) -> str:
    return str(_STEMMER.stemWord(word))
