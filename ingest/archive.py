"""A .zip or .tar of a codebase in, its files or the reasons why they were not read out; nothing touches the disk.

Members are read as streams, one after the other, under caps on their number, bytes and ratio. Their names are labels
and never paths: those that lead out of the archive, links and devices are skipped.
"""

from __future__ import annotations

import io
import tarfile
import zipfile
import zlib
from collections.abc import Iterator

from ingest.codebase import Codebase
from ingest.errors import SourceDamaged, SourceTooHeavy
from ingest.ignore import Choice
from ingest.limits import MIB, Limits
from ingest.members import chosen

_RATIO_MOST, _RATIO_FROM = 200, 32 * MIB
_Member = tuple[str, bytes | str]
"""A path and the bytes there, or in words why they were not read."""


def unpack(data: bytes, limits: Limits, choice: Choice) -> Codebase:
    """Read every text file of an archive; raises SourceDamaged or SourceTooHeavy for it as a whole."""
    base = Codebase(limits, choice)
    members = _zip_members if zipfile.is_zipfile(io.BytesIO(data)) else _tar_members
    found: dict[str, bytes | str] = {}
    try:
        for label, content in members(data, base):
            found[label] = content
            if len(found) > limits.code_files:
                raise SourceTooHeavy(
                    f"The archive holds more than {limits.code_files:,} files.", "Unpack a part of it."
                )
    except (zipfile.BadZipFile, tarfile.TarError, zlib.error, EOFError, OSError, RuntimeError, ValueError) as error:
        why = str(error).partition("\n")[0].rstrip(":")
        if not found:
            raise SourceDamaged(f"This archive cannot be read ({why}).", "Download or pack it again.") from error
        found[""] = f"the archive is damaged from here on ({why})"
    return chosen(_without_root(found), base)


def _zip_members(data: bytes, base: Codebase) -> Iterator[_Member]:
    left = _allowance(data, base.limits)
    with zipfile.ZipFile(io.BytesIO(data)) as file:
        for member in file.infolist():
            if member.is_dir():
                continue
            mode = member.external_attr >> 16
            if why := _refusal(member.filename) or (
                "symbolic link, not followed" if mode & 0o170000 == 0o120000 else ""
            ):
                yield _label(member.filename), why
            elif member.flag_bits & 1:
                yield _label(member.filename), "encrypted"
            elif member.file_size > (most := base.most(_label(member.filename))):
                yield _label(member.filename), f"larger than {most / MIB:.3g} MiB"
            else:
                # One byte more than said: a member that lies about its size is cut off, not believed.
                with file.open(member) as stream:
                    content = stream.read(most + 1)
                left = _spent(left, len(content))
                yield _label(member.filename), content


def _tar_members(data: bytes, base: Codebase) -> Iterator[_Member]:
    left = _allowance(data, base.limits)
    with tarfile.open(fileobj=io.BytesIO(data), mode="r:*") as file:
        for member in file:
            if member.isdir():
                continue
            # What is skipped is unpacked too, to get behind it.
            left = _spent(left, member.size)
            if why := _refusal(member.name):
                yield _label(member.name), why
            elif member.issym() or member.islnk():
                yield _label(member.name), "link, not followed"
            elif not member.isfile():
                yield _label(member.name), "not a regular file (device, pipe or socket)"
            elif member.size > (most := base.most(_label(member.name))):
                yield _label(member.name), f"larger than {most / MIB:.3g} MiB"
            elif (stream := file.extractfile(member)) is not None:
                yield _label(member.name), stream.read(most)


def _allowance(data: bytes, limits: Limits) -> int:
    return min(limits.source_bytes, max(_RATIO_FROM, _RATIO_MOST * len(data)))


def _spent(left: int, size: int) -> int:
    if size > left:
        raise SourceTooHeavy(
            "This archive unpacks to far more than its size, or than the limit.",
            "It may be made to exhaust its reader; unpack it yourself if you trust it, and read the folder.",
        )
    return left - size


def _refusal(name: str) -> str:
    parts = name.replace("\\", "/").split("/")
    if name.startswith(("/", "\\")) or ".." in parts or (len(name) > 1 and name[1] == ":"):
        return "its name leads out of the archive"
    return ""


def _label(name: str) -> str:
    label = "/".join(part for part in name.replace("\\", "/").split("/") if part not in ("", "."))
    return label if label.isprintable() else label.encode("unicode_escape").decode("ascii")


def _without_root(found: dict[str, bytes | str]) -> dict[str, bytes | str]:
    """Without the one folder that everything lies in, such as `project-1.2`."""
    roots = {label.partition("/")[0] for label in found if label}
    if len(roots) != 1 or any("/" not in label for label in found if label):
        return found
    return {label.partition("/")[2]: content for label, content in found.items()}
