"""The files of a codebase in, one by one, those that people wrote out as text, and of the others why not.

The same choice for folders, archives and repositories; knows nothing of where the bytes come from.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from ingest import junk
from ingest.decode import decode
from ingest.document import Skipped
from ingest.errors import SourceTooHeavy
from ingest.git_index import tracked_paths
from ingest.ignore import OWN, Choice, IgnoreRules
from ingest.limits import MIB, Limits

EXCLUDED = "left out by your pattern"


@dataclass(slots=True)
class Codebase:
    """What a source holds: `files` as (path, bytes, text), `skipped` with the reasons; in path order at the end.

    What git tracks it never ignores: `tracked` are such paths, and `_indexes` the git indexes with more of them, which
    are parsed when a rule first ignores something, since that takes longer than to read a small folder.
    """

    limits: Limits
    choice: Choice
    files: list[tuple[str, bytes, str]] = field(default_factory=list)
    skipped: list[Skipped] = field(default_factory=list)
    size: int = 0
    tracked: set[str] = field(default_factory=set)
    _indexes: list[tuple[bytes, bytes, str, str]] = field(default_factory=list)
    _tracked_folders: set[str] = field(default_factory=set)

    def track(self, paths: Iterable[str]) -> None:
        """Take in paths that git tracks."""
        for path in paths:
            self.tracked.add(path)
            while (path := path.rpartition("/")[0]) and f"{path}/" not in self._tracked_folders:
                self._tracked_folders.add(f"{path}/")

    def track_index(self, index: bytes, shared: bytes, folder: str, lead: str) -> None:
        """Take in a git index, of a repository at `folder` ("" or "a/b/"), or `lead` above the root.

        `shared` is the index that it is split from, or b"".
        """
        self._indexes.append((index, shared, folder, lead))

    def rules_within(self, label: str, rules: IgnoreRules | None) -> IgnoreRules | None:
        """The rules that hold in the folder `label`: where it is ignored, in all of it but for what git tracks."""
        file = rules.ignores(label) if rules is not None and label in self._tracked_folders else ""
        return rules.shut(label, file) if rules is not None and file else rules

    def folder_left_out(self, name: str, label: str, rules: IgnoreRules | None) -> str:
        """Why the folder `label` ("a/b/") is left out with all that is in it; "" if it is not."""
        if self.choice.refuses(label):
            return EXCLUDED
        return junk.of_folder(name) or self._ignored(label, rules)

    def left_out(self, label: str, size: int, rules: IgnoreRules | None) -> str:
        """Why a file of `size` bytes need not be looked into; "" if it must be."""
        if self.choice.refuses(label):
            return EXCLUDED
        if self.choice.wants(label):
            return ""
        return (
            self._ignored(label, rules)
            or junk.of_name(label)
            or junk.of_size(label, size)
            or (
                f"larger than {self.limits.code_file_bytes / MIB:.3g} MiB" if size > self.limits.code_file_bytes else ""
            )
        )

    def most(self, label: str) -> int:
        """The bytes of a file that are read at most."""
        return self.limits.source_bytes if self.choice.wants(label) else self.limits.code_file_bytes

    def add(self, label: str, data: bytes) -> None:
        """Take in a file; raises SourceTooHeavy where that makes too many, or too much."""
        text = decode(data)
        if text is None or not text.strip():
            self.skip(label, "binary" if text is None else "empty")
            return
        if (why := junk.of_text(label, text)) and not self.choice.wants(label):
            self.skip(label, why)
            return
        self.size += len(data)
        if len(self.files) >= self.limits.code_files or self.size > self.limits.source_bytes:
            raise SourceTooHeavy(
                f"It holds more than {self.limits.code_files:,} text files or {self.limits.source_bytes // MIB} MiB of"
                " text.",
                "Point at a part of it, or name what to leave out in its .gitignore.",
            )
        self.files.append((label, data, text))

    def skip(self, label: str, why: str) -> None:
        """Note what was not read."""
        self.skipped.append(Skipped(label or ".", why))

    def sort(self) -> None:
        """Bring both into the order of their paths."""
        self.files.sort(key=lambda file: file[0])
        self.skipped.sort(key=lambda item: item.path)

    def _ignored(self, label: str, rules: IgnoreRules | None) -> str:
        file = rules.ignores(label) if rules is not None else ""
        if file and file != OWN:
            self._read_indexes()
            if label.rstrip("/") in self.tracked or label in self._tracked_folders:
                return ""
        return f"named in {file}" if file else ""

    def _read_indexes(self) -> None:
        while self._indexes:
            index, shared, folder, lead = self._indexes.pop()
            try:
                paths = tracked_paths(index, shared)
            except ValueError as error:
                self.skip(f"{folder}.git/index", f"unreadable, so that what git tracks is not known ({error})")
            else:
                self.track(folder + path.removeprefix(lead) for path in paths if path.startswith(lead))
