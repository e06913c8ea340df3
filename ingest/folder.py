"""A folder in, its readable files and the reasons for the others out; follows no link and opens no device."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from ingest.decode import decode
from ingest.document import Skipped
from ingest.errors import SourceTooHeavy, SourceUnreadable
from ingest.ignore import IgnoreRules
from ingest.limits import MIB, Limits

# Files of other people or of tools, which no one means when pointing at a codebase.
JUNK = {
    **dict.fromkeys((".git", ".hg", ".svn", ".bzr"), "version control data"),
    **dict.fromkeys(("node_modules", "bower_components", "site-packages"), "installed packages"),
    **dict.fromkeys(("__pycache__", ".mypy_cache", ".pytest_cache", ".ruff_cache", ".tox", ".nox"), "cache"),
    **dict.fromkeys((".hypothesis", ".cache", ".gradle", ".eggs"), "cache"),
    **dict.fromkeys((".idea", ".vs"), "editor settings"),
    ".DS_Store": "desktop settings",
}
_FOLDER = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC
# O_NONBLOCK: a FIFO that takes a file's place between the look and the open must not hold us up.
_FILE = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC


@dataclass(slots=True)
class Codebase:
    """What a folder holds: `files` as (path, bytes, text), `skipped` with the reasons; both in path order."""

    files: list[tuple[str, bytes, str]] = field(default_factory=list)
    skipped: list[Skipped] = field(default_factory=list)


def walk(root: Path, limits: Limits) -> Codebase:
    """Read every text file below `root`; raises SourceUnreadable or SourceTooHeavy for it as a whole."""
    found = Codebase()
    try:
        top = os.open(root, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    except OSError as error:
        raise SourceUnreadable(
            f"The folder {root} cannot be read: {error.strerror}.", "Check its permissions."
        ) from error
    _Walk(found, limits).folder(top, "", None, 0)
    found.files.sort(key=lambda file: file[0])
    found.skipped.sort(key=lambda item: item.path)
    return found


class _Walk:
    def __init__(self, found: Codebase, limits: Limits) -> None:
        self._found = found
        self._limits = limits
        self._bytes = 0

    def folder(self, descriptor: int, path: str, rules: IgnoreRules | None, depth: int) -> None:
        """Read the folder that is open as `descriptor`, which is closed at the end."""
        try:
            rules = self._rules(descriptor, path, rules)
            with os.scandir(descriptor) as entries:
                names = sorted((entry.name, entry.is_dir(follow_symlinks=False)) for entry in entries)
            for name, is_folder in names:
                self._entry(descriptor, name, is_folder, path, rules, depth)
        except OSError as error:
            self._skip(path, f"unreadable: {error.strerror}")
        finally:
            os.close(descriptor)

    def _entry(self, parent: int, name: str, is_folder: bool, path: str, rules: IgnoreRules | None, depth: int) -> None:
        label = path + _printable(name)
        if is_folder:
            label += "/"
        if why := JUNK.get(name):
            self._skip(label, why)
        elif rules is not None and rules.ignores(label):
            self._skip(label, "named in .gitignore")
        elif is_folder and depth >= self._limits.code_depth:
            self._skip(label, f"more than {self._limits.code_depth} folders deep")
        else:
            try:
                if is_folder:
                    self.folder(os.open(name, _FOLDER, dir_fd=parent), label, rules, depth + 1)
                else:
                    self._file(parent, name, label)
            except OSError as error:
                self._skip(label, f"unreadable: {error.strerror}")

    def _rules(self, folder: int, path: str, above: IgnoreRules | None) -> IgnoreRules | None:
        try:
            data = _content(folder, ".gitignore", self._limits.code_file_bytes)
        except OSError:
            return above
        if isinstance(data, str):
            return above
        return IgnoreRules.of(decode(data) or "", path, above)

    def _file(self, parent: int, name: str, label: str) -> None:
        data = _content(parent, name, self._limits.code_file_bytes)
        text = None if isinstance(data, str) else decode(data)
        if isinstance(data, str) or text is None or not text.strip():
            self._skip(label, data if isinstance(data, str) else "binary" if text is None else "empty")
            return
        self._bytes += len(data)
        if len(self._found.files) >= self._limits.code_files or self._bytes > self._limits.source_bytes:
            raise SourceTooHeavy(
                f"The folder holds more than {self._limits.code_files:,} text files "
                f"or {self._limits.source_bytes // MIB} MiB of text.",
                "Point at a part of it, or name what to leave out in its .gitignore.",
            )
        self._found.files.append((label, data, text))

    def _skip(self, path: str, why: str) -> None:
        self._found.skipped.append(Skipped(path or ".", why))


def _content(folder: int, name: str, most: int) -> bytes | str:
    """The bytes of a regular file, or in words why it was not read; raises OSError."""
    kind = os.stat(name, dir_fd=folder, follow_symlinks=False)
    if why := _not_regular(kind.st_mode):
        return why
    descriptor = os.open(name, _FILE, dir_fd=folder)
    with os.fdopen(descriptor, "rb", buffering=0) as file:
        if why := _not_regular(os.fstat(descriptor).st_mode):
            return why
        if kind.st_size > most:
            return f"larger than {most / MIB:.3g} MiB"
        return b"".join(_chunks(file.fileno(), most))


def _chunks(descriptor: int, most: int) -> Iterator[bytes]:
    while most > 0 and (chunk := os.read(descriptor, min(most, MIB))):
        most -= len(chunk)
        yield chunk


def _not_regular(mode: int) -> str:
    if stat.S_ISLNK(mode):
        return "symbolic link, not followed"
    if not stat.S_ISREG(mode):
        return "not a regular file (device, pipe or socket)"
    return ""


def _printable(name: str) -> str:
    """A file's name as text that can be shown and stored, whatever bytes it has."""
    text = os.fsencode(name).decode("utf-8", errors="backslashreplace")
    return text if text.isprintable() else text.encode("unicode_escape").decode("ascii")
