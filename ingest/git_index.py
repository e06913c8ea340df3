"""The bytes of a git index in, the paths that it tracks out; opens no file, runs no git."""

from __future__ import annotations

import hashlib
import io
from typing import Any

from ingest.file_name import printable

SHARED = "sharedindex."
"""What the name of a shared index begins with; its hash follows."""


def names_shared(index: bytes, file: str) -> bool:
    """Whether the file of this name may be the shared index that the index is split from."""
    try:
        return file.startswith(SHARED) and b"link" in index and bytes.fromhex(file.removeprefix(SHARED)) in index
    except ValueError:
        return False


def tracked_paths(index: bytes, shared: bytes = b"") -> frozenset[str]:
    """The paths of files and submodules, from the repository's top on; raises ValueError where it is broken.

    `shared` is the index that it is split from, where it is (git's gitformat-index, "Split index").
    """
    # The file ends with its hash, which tells the kind; zeros where git was told to leave it out.
    width = 32 if hashlib.sha256(index[:-32]).digest() == index[-32:] else 20
    try:
        names, link = _read(index, width)
        if any(link[:width]):
            if not shared:
                raise ValueError("the shared index that it is split from cannot be read")
            gone = _gone(link[width:])
            names += [name for place, name in enumerate(_read(shared, width)[0]) if place not in gone]
    except Exception as error:  # of a broken index, dulwich raises nearly anything
        raise ValueError(f"{type(error).__name__}: {error}") from error
    return frozenset(printable(name) for name in names if name)  # what stands for a shared entry has no name


def _read(index: bytes, width: int) -> tuple[list[bytes], bytes]:
    """The names of the entries, and what the extension says that links a shared index."""
    # Imported here: it takes longer to load than a small folder to read, and few folders need it.
    from dulwich.index import read_index
    from dulwich.object_format import SHA1, SHA256

    file = io.BytesIO(index)
    entries: Any = read_index(file, SHA256 if width == 32 else SHA1)
    names = [entry.name for entry in entries]
    while len(head := file.read(8)) == 8 and file.tell() <= len(index) - width:
        said = file.read(int.from_bytes(head[4:], "big"))
        if head[:4] == b"link":
            return names, said
    return names, b""


def _gone(bitmaps: bytes) -> set[int]:
    """The places of the shared entries that are no longer tracked: the first of two bitmaps."""
    from dulwich.bitmap import EWAHBitmap

    return EWAHBitmap(bitmaps).bits
