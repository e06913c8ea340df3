"""The members of an archive or of a commit in, all at once, the Codebase that a folder of them would be out."""

from __future__ import annotations

from collections.abc import Mapping

from ingest.codebase import EXCLUDED, Codebase
from ingest.decode import decode
from ingest.ignore import FILES, IgnoreRules
from ingest.junk import VERSION_CONTROL


def chosen(members: Mapping[str, bytes | str], base: Codebase) -> Codebase:
    """Fill `base` with `members`: by path their bytes, or in words why these were not read. Raises SourceTooHeavy."""
    rules: dict[str, IgnoreRules | None] = {}
    left_out: dict[str, str] = {}
    for label in sorted(members):
        content = members[label]
        folder = _folder_left_out(label, members, base, rules, left_out)
        if folder and (base.choice.include is None or left_out[folder] == EXCLUDED or _is_version_control(folder)):
            continue
        if folder and not base.choice.wants(label):
            continue
        size = len(content) if isinstance(content, bytes) else 0
        why = base.left_out(label, size, rules.get(label.rpartition("/")[0]))
        if why or isinstance(content, str):
            base.skip(label, content if isinstance(content, str) else why)
        else:
            base.add(label, content)
    for folder, why in left_out.items():
        if why:
            base.skip(folder, why)
    base.sort()
    return base


def _folder_left_out(
    label: str,
    members: Mapping[str, bytes | str],
    base: Codebase,
    rules: dict[str, IgnoreRules | None],
    left_out: dict[str, str],
) -> str:
    """The outermost folder ("a/b/") that is left out and holds a member, "" for none; fills in rules by folder."""
    path, above = "", None
    for name in ("", *label.split("/")[:-1]):
        if name:
            path += f"{name}/"
            if path not in left_out:
                left_out[path] = base.folder_left_out(name, path, above)
            if left_out[path]:
                return path
        if path.rstrip("/") not in rules:
            for file in FILES:
                lines = members.get(path + file)
                if isinstance(lines, bytes):
                    above = IgnoreRules.of(decode(lines) or "", path, above, file=file)
            rules[path.rstrip("/")] = above
        above = rules[path.rstrip("/")]
    return ""


def _is_version_control(folder: str) -> bool:
    return folder.rstrip("/").rpartition("/")[2] in VERSION_CONTROL
