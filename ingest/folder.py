"""A folder in, its readable files and the reasons for the others out; follows no link and opens no device."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator, Sequence
from pathlib import Path

from ingest.codebase import EXCLUDED, Codebase
from ingest.decode import decode
from ingest.errors import SourceUnreadable
from ingest.file_name import printable
from ingest.ignore import EXCLUDE, FILES, Choice, IgnoreRules
from ingest.junk import VERSION_CONTROL
from ingest.limits import MIB, Limits

_FOLDER = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC
# O_NONBLOCK: a FIFO that takes a file's place between the look and the open must not hold us up.
_FILE = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC


def walk(root: Path, limits: Limits, choice: Choice) -> Codebase:
    """Read every text file below `root`; raises SourceUnreadable or SourceTooHeavy for it as a whole."""
    found = Codebase(limits, choice)
    try:
        top = os.open(root, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    except OSError as error:
        raise SourceUnreadable(
            f"The folder {root} cannot be read: {error.strerror}.", "Check its permissions."
        ) from error
    _Walk(found).folder(top, "", _rules_above(root, limits), 0)
    found.sort()
    return found


class _Walk:
    def __init__(self, found: Codebase) -> None:
        self._found = found

    def folder(self, descriptor: int, path: str, rules: IgnoreRules | None, depth: int, *, wanted: bool = True) -> None:
        """Read the folder that is open as `descriptor`, which is closed at the end.

        If it is not `wanted` as a whole, only what a pattern includes is read, and the rest has been noted.
        """
        try:
            with os.scandir(descriptor) as entries:
                names = sorted((entry.name, entry.is_dir(follow_symlinks=False)) for entry in entries)
            for file in FILES:
                if any(name == file for name, _ in names):
                    rules = _rules(descriptor, file, path, rules, self._found.limits)
            for name, is_folder in names:
                label = path + printable(os.fsencode(name))
                try:
                    if is_folder:
                        self._folder(descriptor, name, label + "/", rules, depth, wanted)
                    else:
                        self._file(descriptor, name, label, rules, wanted)
                except OSError as error:
                    self._found.skip(label, f"unreadable: {error.strerror}")
        except OSError as error:
            self._found.skip(path, f"unreadable: {error.strerror}")
        finally:
            os.close(descriptor)

    def _folder(self, parent: int, name: str, label: str, rules: IgnoreRules | None, depth: int, wanted: bool) -> None:
        found = self._found
        why = found.folder_left_out(name, label, rules)
        if not why and depth >= found.limits.code_depth:
            why = f"more than {found.limits.code_depth} folders deep"
        if why and wanted:
            found.skip(label, why)
        if why and (found.choice.include is None or why == EXCLUDED or name in VERSION_CONTROL):
            return
        if depth < found.limits.code_depth:
            self.folder(os.open(name, _FOLDER, dir_fd=parent), label, rules, depth + 1, wanted=wanted and not why)

    def _file(self, parent: int, name: str, label: str, rules: IgnoreRules | None, wanted: bool) -> None:
        found = self._found
        if not wanted and not found.choice.wants(label):
            return
        facts = os.stat(name, dir_fd=parent, follow_symlinks=False)
        why = _not_regular(facts.st_mode) or found.left_out(label, facts.st_size, rules)
        data = why or _content(parent, name, found.most(label))
        if isinstance(data, str):
            found.skip(label, data)
        else:
            found.add(label, data)


def _rules_above(root: Path, limits: Limits) -> IgnoreRules | None:
    """The rules that git would apply from outside of the folder: of the repository that it is a part of."""
    top = next((folder for folder in (root, *root.parents) if (folder / ".git").is_dir()), None)
    if top is None:
        return None
    rules = _rules_of(top, (EXCLUDE,), root, None, limits)
    for folder in reversed(root.parents):
        if folder.is_relative_to(top):
            rules = _rules_of(folder, FILES, root, rules, limits)
    return rules


def _rules_of(
    folder: Path, files: Sequence[str], root: Path, rules: IgnoreRules | None, limits: Limits
) -> IgnoreRules | None:
    lead = "".join(f"{part}/" for part in root.relative_to(folder).parts)
    descriptor = os.open(folder, _FOLDER)
    try:
        for file in files:
            rules = _rules(descriptor, file, "", rules, limits, lead)
    finally:
        os.close(descriptor)
    return rules


def _rules(
    folder: int, file: str, path: str, above: IgnoreRules | None, limits: Limits, lead: str = ""
) -> IgnoreRules | None:
    """The rules of an ignore file before those above; only the latter where it cannot be read."""
    try:
        facts = os.stat(file, dir_fd=folder, follow_symlinks=False)
        data = _not_regular(facts.st_mode) or _content(folder, file, limits.code_file_bytes)
    except OSError:
        return above
    if isinstance(data, str):
        return above
    return IgnoreRules.of(decode(data) or "", path, above, file=file, lead=lead)


def _content(folder: int, name: str, most: int) -> bytes | str:
    """The bytes of what was a regular file when last looked at, or in words why they were not read; raises OSError."""
    descriptor = os.open(name, _FILE, dir_fd=folder)
    with os.fdopen(descriptor, "rb", buffering=0) as file:
        facts = os.fstat(descriptor)
        if why := _not_regular(facts.st_mode):
            return why
        if facts.st_size > most:
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
