"""The lines of .gitignore files in, "ignored or not" out, as git itself decides. The one user of pathspec."""

from __future__ import annotations

from dataclasses import dataclass

from pathspec import GitIgnoreSpec


@dataclass(frozen=True, slots=True)
class IgnoreRules:
    """The rules that hold in one folder: its own .gitignore and those of the folders above it."""

    above: IgnoreRules | None
    folder: str
    spec: GitIgnoreSpec

    @classmethod
    def of(cls, lines: str, folder: str, above: IgnoreRules | None) -> IgnoreRules:
        """The rules of `folder` ("" or "a/b/", relative to the root) with the text of its .gitignore."""
        return cls(above, folder, GitIgnoreSpec.from_lines(lines.splitlines()))

    def ignores(self, path: str) -> bool:
        """Whether `path` (from the root on, a folder with a final "/") is ignored; the nearest rule wins."""
        rules: IgnoreRules | None = self
        while rules is not None:
            verdict = rules.spec.check_file(path[len(rules.folder) :]).include
            if verdict is not None:
                return verdict
            rules = rules.above
        return False
