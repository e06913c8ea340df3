"""A folder in, its readable files and the reasons for the others out; follows no link and opens no device."""

from __future__ import annotations

import os
from pathlib import Path

from ingest.codebase import EXCLUDED, Codebase
from ingest.errors import SourceUnreadable
from ingest.file_name import printable
from ingest.ignore import FILES, Choice, IgnoreRules
from ingest.junk import VERSION_CONTROL
from ingest.limits import Limits
from ingest.regular_file import FOLDER, content, not_regular
from ingest.working_tree import GIT, rules_above, rules_of_files, rules_of_repository


def walk(root: Path, limits: Limits, choice: Choice) -> Codebase:
    """Read every text file below `root`; raises SourceUnreadable or SourceTooHeavy for it as a whole."""
    found = Codebase(limits, choice)
    above = rules_above(root, found)
    try:
        top = os.open(root, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    except OSError as error:
        raise SourceUnreadable(
            f"The folder {root} cannot be read: {error.strerror}.", "Check its permissions."
        ) from error
    _Walk(found).folder(top, "", above, 0)
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
            rules = self._rules(descriptor, {name for name, _ in names}, path, rules)
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

    def _rules(self, folder: int, names: set[str], path: str, above: IgnoreRules | None) -> IgnoreRules | None:
        """The rules that hold in a folder, with those that stand in it."""
        if above is not None and above.shut_by:
            return above
        if GIT in names:
            above = rules_of_repository(folder, path, above, self._found)
        return rules_of_files(folder, [file for file in FILES if file in names], path, above, self._found)

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
            within = found.rules_within(label, rules)
            self.folder(os.open(name, FOLDER, dir_fd=parent), label, within, depth + 1, wanted=wanted and not why)

    def _file(self, parent: int, name: str, label: str, rules: IgnoreRules | None, wanted: bool) -> None:
        found = self._found
        if not wanted and not found.choice.wants(label):
            return
        facts = os.stat(name, dir_fd=parent, follow_symlinks=False)
        why = not_regular(facts.st_mode) or found.left_out(label, facts.st_size, rules)
        data = why or content(parent, name, found.most(label))
        if isinstance(data, str):
            found.skip(label, data)
        else:
            found.add(label, data)
