"""A folder that git keeps in, what git says of the files in it out: rules to ignore some, and its index.

Worktrees and submodules too, whose `.git` is a file that names the place. Of git's own files only these are read, as
data; no git is run.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

from ingest.codebase import Codebase
from ingest.decode import decode
from ingest.git_index import names_shared
from ingest.ignore import EXCLUDE, FILES, IgnoreRules
from ingest.limits import MIB
from ingest.regular_file import FOLDER, content

GIT = ".git"
_POINTER_MOST = 4096


def rules_of_repository(
    folder: int, path: str, above: IgnoreRules | None, found: Codebase, lead: str = ""
) -> IgnoreRules | None:
    """The rules that hold in the repository whose top is open as `folder`; tells `found` its index.

    `path` is where it lies from the root on, or `lead` the way from there to the root, where it is above the root.
    """
    try:
        exclude, index, shared = _kept(folder, found.limits.source_bytes)
    except (OSError, ValueError) as error:  # ValueError: a NUL in what should be a path
        found.skip(f"{path}{GIT}", f"unreadable: {getattr(error, 'strerror', error)}")
        return above
    if index:
        found.track_index(index, shared, path, lead)
    return IgnoreRules.of(exclude, path, above, file=EXCLUDE, lead=lead) if exclude else above


def rules_above(root: Path, found: Codebase) -> IgnoreRules | None:
    """The rules of the repository that the folder `root` is a part of, but is not the top of.

    Those of a folder that may be passed through but not read are told as skipped.
    """
    if _has_git(root):
        return None
    top = next((folder for folder in root.parents if _has_git(folder)), None)
    if top is None:
        return None
    rules: IgnoreRules | None = None
    for folder in reversed(root.parents):
        if folder.is_relative_to(top):
            lead = "".join(f"{part}/" for part in root.relative_to(folder).parts)
            try:
                descriptor = os.open(folder, FOLDER)
            except OSError as error:
                found.skip("../" * lead.count("/"), f"unreadable, so its ignore files too: {error.strerror}")
                continue
            try:
                if folder == top:
                    rules = rules_of_repository(descriptor, "", rules, found, lead)
                rules = rules_of_files(descriptor, FILES, "", rules, found, lead)
            finally:
                os.close(descriptor)
    return rules


def _has_git(folder: Path) -> bool:
    with suppress(OSError):
        return (folder / GIT).exists()
    return False


def rules_of_files(
    folder: int, files: Sequence[str], path: str, above: IgnoreRules | None, found: Codebase, lead: str = ""
) -> IgnoreRules | None:
    """The rules of the ignore files that can be read before those above."""
    for file in files:
        with suppress(OSError):
            data = content(folder, file, found.limits.code_file_bytes)
            if isinstance(data, bytes):
                above = IgnoreRules.of(decode(data) or "", path, above, file=file, lead=lead)
    return above


def _kept(folder: int, most: int) -> tuple[str, bytes, bytes]:
    """The text of info/exclude and the bytes of the index and of the one that it is split from, empty where there is
    none; raises OSError, ValueError."""
    own = _opened(folder)
    try:
        index = _bytes(own, "index", most)
        with os.scandir(own) as entries:
            split_from = next((entry.name for entry in entries if names_shared(index, entry.name)), "")
        # A worktree shares all but its index and HEAD: git's gitrepository-layout, "commondir".
        shared = os.fsdecode(_bytes(own, "commondir", _POINTER_MOST)).rstrip("\n") or "."
        common = os.open(shared, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC, dir_fd=own)
        try:
            return decode(_bytes(common, "info/exclude", MIB)) or "", index, _bytes(own, split_from, most)
        finally:
            os.close(common)
    finally:
        os.close(own)


def _opened(folder: int) -> int:
    """The git directory of the working tree at `folder`, which a file may point to (gitrepository-layout)."""
    pointer = _bytes(folder, GIT, _POINTER_MOST)
    place = os.fsdecode(pointer.removeprefix(b"gitdir:").strip()) if pointer.startswith(b"gitdir:") else GIT
    return os.open(place, FOLDER, dir_fd=folder)


def _bytes(folder: int, name: str, most: int) -> bytes:
    """What a file holds; b"" where there is none that may be read."""
    with suppress(OSError):
        data = content(folder, name, most)
        return data if isinstance(data, bytes) else b""
    return b""
