"""The text of a page and how headings are written in it in, the headings with their levels out; knows no document."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping

Heading = tuple[str, int]
"""A title and its level, counted from 0."""

_FENCE = re.compile(r"^ {0,3}(`{3,}|~{3,})[^\n]*\n(?:.*\n)*?(?: {0,3}\1[`~]*[^\S\n]*$|\Z)", re.MULTILINE)
_HASHES = re.compile(r"^ {0,3}(#{1,6})[^\S\n]+(\S[^\n]*?)[^\S\n]*#*[^\S\n]*$", re.MULTILINE)
_UNDERLINED = re.compile(r"^ {0,3}(\S[^\n]*?)[^\S\n]*\n {0,3}(=+|-{2,})[^\S\n]*$", re.MULTILINE)
_ADORNED = re.compile(
    r"^(?:([^\w\s])\1{2,}[^\S\n]*\n)?[^\S\n]*(\S[^\n]*?)[^\S\n]*\n(([^\w\s])\4+)[^\S\n]*$", re.MULTILINE
)
_COMMAND = re.compile(r"\\(part|chapter|section|subsection|subsubsection|paragraph)\*?[^\S\n]*(?:\[[^\]\n]*\])?\{")
_COMMANDS = ("part", "chapter", "section", "subsection", "subsubsection", "paragraph")
_COMMENT = re.compile(r"(?<!\\)%[^\n]*")
_TITLE_LONGEST = 300


def markdown(text: str) -> Iterator[Heading]:
    """Lines that begin with # or are underlined with = or -, outside of fenced listings."""
    text = _FENCE.sub(lambda match: "\n" * match[0].count("\n"), text)
    found = [(match.start(), match[2], len(match[1]) - 1) for match in _HASHES.finditer(text)]
    for match in _UNDERLINED.finditer(text):
        if not match[1].startswith(("#", "|", "-", "*", ">")):
            found.append((match.start(), match[1], 0 if match[2][0] == "=" else 1))
    for _, title, level in sorted(found):
        yield title[:_TITLE_LONGEST], level


def restructured_text(text: str) -> Iterator[Heading]:
    """Lines with a line of one sign below them at least as long, maybe one above; levels in the order of the signs."""
    levels: dict[tuple[bool, str], int] = {}
    for match in _ADORNED.finditer(text):
        above, title, below = match[1], match[2], match[3]
        if len(below) >= len(title) and (above is None or above == below[0]) and not _is_line(title):
            level = levels.setdefault((above is not None, below[0]), len(levels))
            yield title[:_TITLE_LONGEST], level


def latex(text: str) -> Iterator[Heading]:
    r"""The arguments of \part, \chapter, \section and so on; the highest that is used has level 0."""
    text = _COMMENT.sub("", text)
    found = [(match[1], _argument(text, match.end())) for match in _COMMAND.finditer(text)]
    highest = min((_COMMANDS.index(command) for command, _ in found), default=0)
    for command, title in found:
        if title:
            yield title, _COMMANDS.index(command) - highest


def _is_line(title: str) -> bool:
    return len(set(title)) == 1 and not title[0].isalnum()


def _argument(text: str, start: int) -> str:
    """What stands before the closing brace."""
    depth = 1
    for at in range(start, min(len(text), start + _TITLE_LONGEST)):
        depth += {"{": 1, "}": -1}.get(text[at], 0) if text[at - 1] != "\\" else 0
        if depth == 0:
            return " ".join(text[start:at].split())
    return ""


BY_SUFFIX: Mapping[str, Callable[[str], Iterator[Heading]]] = {
    **dict.fromkeys((".md", ".markdown", ".mdown", ".mkd"), markdown),
    ".rst": restructured_text,
    **dict.fromkeys((".tex", ".latex", ".ltx"), latex),
}
"""For text files; what is converted from other formats has its headings in Markdown."""
