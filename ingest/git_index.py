"""The bytes of a git index in, the paths that it tracks out; opens no file, runs no git."""

from __future__ import annotations

import hashlib
import io
from typing import Any

from ingest.file_name import printable


def tracked_paths(index: bytes) -> frozenset[str]:
    """The paths of files and submodules, from the repository's top on; raises ValueError where it is broken."""
    # Imported here: it takes longer to load than a small folder to read, and few folders need it.
    from dulwich.index import read_index
    from dulwich.object_format import SHA1, SHA256

    # The file ends with its hash, which tells the kind; zeros where git was told to leave it out.
    wide = hashlib.sha256(index[:-32]).digest() == index[-32:]
    try:
        entries: Any = read_index(io.BytesIO(index), SHA256 if wide else SHA1)
        return frozenset(printable(entry.name) for entry in entries)
    except Exception as error:  # of a broken index, dulwich raises nearly anything
        raise ValueError(f"{type(error).__name__}: {error}") from error
