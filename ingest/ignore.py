"""The lines of ignore files in, "ignored or not" out, as git itself decides; knows no file system."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from ingest.wildmatch import Pattern, pattern

OWN = ".ignore"
"""Not git's: what it names is left out even where git tracks it, as in ripgrep."""
FILES = (OWN, ".gitignore")
"""What a folder's rules stand in."""
EXCLUDE = ".git/info/exclude"
_ORDER = (*FILES, EXCLUDE)
"""A rule of any .ignore goes before those of every .gitignore, as in ripgrep, and these before EXCLUDE, as in git."""


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
    patterns: tuple[Pattern, ...]
    """The last one first: it goes before the others."""
    shut_by: str = ""
    """The file that says to ignore all of `folder`, where only what git tracks is read: nothing else is asked then."""

    @classmethod
    def of(
        cls, lines: str, folder: str, above: IgnoreRules | None, *, file: str = ".gitignore", lead: str = ""
    ) -> IgnoreRules:
        """The rules with the text of an ignore file."""
        found = (pattern(line) for line in lines.split("\n"))
        return cls(above, file, folder, lead, tuple(each for each in found if each is not None)[::-1])

    def ignores(self, path: str) -> str:
        """The name of the file that says to ignore `path` (from the root on, a folder with a final "/"); "" for none.

        What is in an ignored folder is ignored with it: whoever asks has asked for the folders on the way.
        """
        if self.shut_by:
            return self.shut_by
        for file in _ORDER:
            rules: IgnoreRules | None = self
            while rules is not None:
                if rules.file == file and (found := rules._last(rules.lead + path[len(rules.folder) :])):
                    return "" if found.negated else file
                rules = rules.above
        return ""

    def shut(self, folder: str, by: str) -> IgnoreRules:
        """The rules that hold in a folder which the file `by` says to ignore."""
        return IgnoreRules(self, by, folder, "", (), by)

    def _last(self, path: str) -> Pattern | None:
        return next((each for each in self.patterns if each.matches(path)), None)


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
        """Whether a file, or a folder that it is in, is to be read even where a rule leaves it out."""
        if self.include is None:
            return False
        ends = [at + 1 for at, char in enumerate(path) if char == "/"]
        return any(self.include.ignores(path[:end]) for end in (*ends, len(path)))

    def refuses(self, path: str) -> bool:
        """Whether a file or folder is to be left out."""
        return self.exclude is not None and bool(self.exclude.ignores(path))
