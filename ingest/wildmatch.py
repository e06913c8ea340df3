"""A line of an ignore file in, the pattern that git makes of it out; knows no files and no folders.

After git's dir.c (parse_path_pattern, match_basename, match_pathname) and wildmatch.c. pathspec's patterns are close,
but answer for files alone, and take `a/**`, a tab at the end, named classes and broken patterns otherwise.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

_CLASSES = {
    "alnum": "a-zA-Z0-9",
    "alpha": "a-zA-Z",
    "blank": r" \t",
    "cntrl": r"\x00-\x1f\x7f",
    "digit": "0-9",
    "graph": r"\x21-\x7e",
    "lower": "a-z",
    "print": r"\x20-\x7e",
    "punct": r"\x21-\x2f\x3a-\x40\x5b-\x60\x7b-\x7e",
    "space": r" \t\n\r\f\v",
    "upper": "A-Z",
    "xdigit": "0-9a-fA-F",
}


_STAR, _FOLDERS = "*", "**/"


class _NeverMatches(Exception):
    """A pattern that is broken in a way in which git lets it match nothing."""


@dataclass(frozen=True, slots=True)
class Pattern:
    """What one line says: of `negated` ones that the match is not ignored, of `folders` ones only of folders."""

    regex: re.Pattern[str]
    negated: bool
    folders: bool
    by_name: bool
    """Whether it is asked of the last part of a path, and not of all of it."""

    def matches(self, path: str) -> bool:
        """Whether it means just this path (not what is in it); a folder's ends with "/"."""
        whole = path.removesuffix("/")
        if self.folders and whole == path:
            return False
        return self.regex.fullmatch(whole.rpartition("/")[2] if self.by_name else whole) is not None


def pattern(line: str) -> Pattern | None:
    """The pattern of a line; None for comments, blank lines and what matches nothing."""
    line = line.removesuffix("\r")
    if line.startswith("#"):
        return None
    line = _trimmed(line)
    negated = line.startswith("!")
    line = line.removeprefix("!")
    folders = line.endswith("/")
    line = line.removesuffix("/")
    if not line:
        return None
    by_name = "/" not in line
    try:
        return Pattern(re.compile(_regex(line.removeprefix("/")), re.S), negated, folders, by_name)
    except (_NeverMatches, re.error):
        return None


def _trimmed(line: str) -> str:
    """Without the spaces at its end; one behind a backslash stays."""
    end = at = 0
    while at < len(line):
        if line[at] == "\\":
            at += 2
            end = min(at, len(line))
        else:
            at += 1
            if line[at - 1] != " ":
                end = at
    return line[:end]


def _regex(glob: str) -> str:
    """The regular expression of a glob: a star takes no slash, two of them alone between slashes any folders.

    What stands between two stars is looked for once, from the left, and never again (an atomic group): else a pattern
    of many stars, as anyone may write it, would take for ever.
    """
    after_folders: list[str] = []
    for folders in _parts(_tokens(glob), _FOLDERS):
        first, *stars = [*_parts(folders, _STAR)]
        chunk = "".join(first)
        for number, star in enumerate(stars):
            body, slash, rest = _at_slash(star)
            last = number == len(stars) - 1 or slash
            chunk += f"[^/]*{body}{slash}{rest}" if last else f"(?>[^/]*?{body})"
        after_folders.append(chunk)
    head, *tails = after_folders
    found = head
    for number, tail in enumerate(tails):
        found += f"(?:[^/]+/)*{tail}" if number == len(tails) - 1 else f"(?>(?:[^/]+/)*?{tail})"
    return found


def _parts(tokens: Sequence[str], border: str) -> Iterator[list[str]]:
    part: list[str] = []
    for token in tokens:
        if token == border:
            yield part
            part = []
        else:
            part.append(token)
    yield part


def _at_slash(tokens: Sequence[str]) -> tuple[str, str, str]:
    """What stands before the first slash, it, and what stands behind it."""
    at = tokens.index("/") if "/" in tokens else len(tokens)
    return "".join(tokens[:at]), "".join(tokens[at : at + 1]), "".join(tokens[at + 1 :])


def _tokens(glob: str) -> list[str]:
    """Regular expressions for one character each, "/", ".*" at the end, and the borders _STAR and _FOLDERS."""
    found: list[str] = []
    at = 0
    while at < len(glob):
        char = glob[at]
        if char == "*":
            end = at + len(glob[at:]) - len(glob[at:].lstrip("*"))
            alone = end - at > 1 and (at == 0 or glob[at - 1] == "/")
            if alone and glob[end : end + 1] == "/":
                found.append(_FOLDERS)
                end += 1
            else:
                found.append(".*" if alone and end == len(glob) else _STAR)
            at = end
        elif char == "[":
            members, at = _members(glob, at + 1)
            found.append(members)
        elif char == "\\":
            if at + 1 == len(glob):
                raise _NeverMatches
            found.append(re.escape(glob[at + 1]))
            at += 2
        else:
            found.append("[^/]" if char == "?" else re.escape(char))
            at += 1
    return found


def _members(glob: str, at: int) -> tuple[str, int]:
    """The class of characters that begins at `at`, behind its bracket, and where it ends."""
    inverse = glob[at : at + 1] in ("!", "^")
    at += inverse
    first = at
    members: list[str] = []
    while at == first or glob[at : at + 1] != "]":
        if named := re.compile(r"\[:([^\]]*):\]").match(glob, at):
            if named[1] not in _CLASSES:
                raise _NeverMatches
            members.append(_CLASSES[named[1]])
            at = named.end()
            continue
        low, at = _member(glob, at)
        if glob[at : at + 1] == "-" and glob[at + 1 : at + 2] not in ("", "]"):
            high, at = _member(glob, at + 1)
            if low <= high:
                members.append(f"{re.escape(low)}-{re.escape(high)}")
        else:
            members.append(re.escape(low))
    body = "".join(members)
    if inverse:
        return f"(?!/)[^{body}]" if body else "[^/]", at + 1
    return f"(?!/)[{body}]" if body else r"(?!)", at + 1


def _member(glob: str, at: int) -> tuple[str, int]:
    at += glob[at : at + 1] == "\\"
    if at >= len(glob):
        raise _NeverMatches
    return glob[at], at + 1
