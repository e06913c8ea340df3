"""The lines of ignore files in, "ignored or not" out, as git itself decides. The one user of pathspec."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from pathspec import GitIgnoreSpec
from pathspec.patterns.gitignore import GitIgnorePatternError
from pathspec.patterns.gitignore.spec import GitIgnoreSpecPattern

FILES = (".ignore", ".gitignore")
"""What a folder's rules stand in."""
EXCLUDE = ".git/info/exclude"
_ORDER = (*FILES, EXCLUDE)
"""A rule of any .ignore goes before those of every .gitignore, as in ripgrep, and these before EXCLUDE, as in git."""


# What pathspec 1.1 takes otherwise than git (wildmatch.c, dir.c): named classes of characters, and a tab at the end.
_CLASSES = {
    "alnum": "a-zA-Z0-9",
    "alpha": "a-zA-Z",
    "blank": " \t",
    "digit": "0-9",
    "lower": "a-z",
    "space": " \t",
    "upper": "A-Z",
    "xdigit": "0-9a-fA-F",
}
_CLASS = re.compile(rf"\[:({'|'.join(_CLASSES)}):\]")
_TAB_AT_END = re.compile(r"(?<!\\)\t *$")


@dataclass(frozen=True, slots=True)
class IgnoreRules:
    """The rules of one ignore file, and those that hold where it says nothing.

    `folder` is where it lies, from the root on ("" or "a/b/"); `lead` is the way from there to the root where it lies
    above the root. `file` is one of FILES, or EXCLUDE.
    """

    above: IgnoreRules | None
    file: str
    folder: str
    lead: str
    spec: GitIgnoreSpec

    @classmethod
    def of(
        cls, lines: str, folder: str, above: IgnoreRules | None, *, file: str = ".gitignore", lead: str = ""
    ) -> IgnoreRules:
        """The rules with the text of an ignore file."""
        return cls(above, file, folder, lead, GitIgnoreSpec(list(_patterns(lines))))

    def ignores(self, path: str) -> str:
        """The name of the file that says to ignore `path` (from the root on, a folder with a final "/"); "" for none.

        The nearest rule wins.
        """
        for file in _ORDER:
            rules: IgnoreRules | None = self
            while rules is not None:
                if rules.file == file:
                    verdict = rules.spec.check_file(rules.lead + path[len(rules.folder) :]).include
                    if verdict is not None:
                        return file if verdict else ""
                rules = rules.above
        return ""


def _patterns(lines: str) -> Iterator[GitIgnoreSpecPattern]:
    for line in lines.split("\n"):
        spelt = _TAB_AT_END.sub("[\t]", _CLASS.sub(lambda match: _CLASSES[match[1]], line.removesuffix("\r")))
        try:
            yield GitIgnoreSpecPattern(spelt)
        except (GitIgnorePatternError, re.error):  # such as "!" alone: it matches nothing, in git too
            continue


@dataclass(frozen=True, slots=True)
class Choice:
    """What a person wants read or left out of a codebase, as patterns of a .gitignore, whatever the rules say."""

    include: IgnoreRules | None
    exclude: IgnoreRules | None

    @classmethod
    def of(cls, include: Sequence[str] = (), exclude: Sequence[str] = ()) -> Choice:
        """The choice with these patterns."""
        made = (IgnoreRules.of("\n".join(patterns), "", None) if patterns else None for patterns in (include, exclude))
        return cls(*made)

    def wants(self, path: str) -> bool:
        """Whether a file is to be read even where a rule leaves it out."""
        return self.include is not None and bool(self.include.ignores(path))

    def refuses(self, path: str) -> bool:
        """Whether a file or folder is to be left out."""
        return self.exclude is not None and bool(self.exclude.ignores(path))
