"""A passage and its translation in, what of the passage is not in the translation out: numbers, code, placeholders,
Markdown; asks no model and judges no wording.
"""

import re
from collections import Counter
from collections.abc import Iterator

from assistant.tasks.task import Term

_CODE = re.compile(r"```.*?```|`[^`\n]+`", re.DOTALL)
_PLACEHOLDER = re.compile(
    r"\{\{[^{}\n]+\}\}|\$?\{[\w.:!\- ]*\}|%\(\w+\)[sdif]|%[sdif]\b|</?[A-Za-z][^<>\n]*>|https?://[^\s)>\]]+|[\w.+-]+@[\w-]+\.\w+"
)
_NUMBER = re.compile(r"\d+(?:[.,'\u2019\u00a0\u202f ]\d{3})*(?:[.,]\d+)?")
_LINE_MARK = re.compile(r"^\s*(#{1,6}(?=\s)|[-*+](?=\s)|\d{1,3}[.)](?=\s)|>|\|)", re.MULTILINE)
_INLINE = re.compile(r"\*\*|__|\]\(")
LEAST, MOST = 0.2, 5.0
"""A translation's length over its source's; outside of it, words were left out or made up. Chinese takes a third of the
characters of English."""


def lost(source: str, target: str) -> Iterator[str]:
    """What must stand in the translation to the letter and does not, one sentence each."""
    for name, pattern in (("code", _CODE), ("placeholder", _PLACEHOLDER)):
        for piece, times in (Counter(pattern.findall(source)) - Counter(pattern.findall(target))).items():
            yield f"The {name} {piece} stands {times} time{'s' if times > 1 else ''} less in it."
    for written in _numbers(source, target):
        yield f"The number {written} is not in it."


def bent(source: str, target: str, glossary: tuple[Term, ...]) -> Iterator[str]:
    """What else shows that a translation is not what it should be: form, length, terms, words left as they were."""
    before, after = _form(source), _form(target)
    for mark, times in (before - after).items():
        yield f"The formatting {mark} stands {times} time{'s' if times > 1 else ''} less in it."
    plain = _CODE.sub("", source)
    letters = sum(character.isalpha() for character in plain)
    if letters > 20 and not LEAST <= len(target) / len(source) <= MOST:
        yield "Its length shows that something was left out or added."
    if letters > 20 and " ".join(source.split()).casefold() == " ".join(target.split()).casefold():
        yield "It was left as it is."
    for term in glossary:
        if stands(term.source, source) and term.target.casefold() not in target.casefold():
            yield f"The glossary's {term.target} for {term.source} is not in it."


def stands(term: str, text: str) -> bool:
    """Whether a term stands in a text, not inside a longer word of an alphabet."""
    found = re.escape(term.casefold())
    edge = r"[^\W\u2e80-\u9fff\uac00-\ud7af]"
    return bool(re.search(rf"(?<!{edge}){found}(?!{edge})", text.casefold()))


def _numbers(source: str, target: str) -> list[str]:
    """Numbers of the source whose digits do not stand in the target as often; how they are grouped may differ."""
    written = {_digits(number): number for number in _NUMBER.findall(_PLACEHOLDER.sub(" ", source))}
    wanted = Counter(_digits(number) for number in _NUMBER.findall(_PLACEHOLDER.sub(" ", source)))
    there = Counter(_digits(number) for number in _NUMBER.findall(target))
    return [written[digits] for digits in wanted - there]


def _digits(number: str) -> str:
    return "".join(character for character in number if character.isdigit())


def _form(text: str) -> Counter[str]:
    bare = _CODE.sub("", text)
    marks = ["1." if mark[0].isdigit() else mark for mark in _LINE_MARK.findall(bare)]
    return Counter([*marks, *_INLINE.findall(bare)])
