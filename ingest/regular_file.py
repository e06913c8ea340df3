"""A name in an open folder in, the bytes of the regular file there out; follows no link and opens no device."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator

from ingest.limits import MIB

FOLDER = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC
# O_NONBLOCK: a FIFO that takes a file's place between the look and the open must not hold us up.
_FILE = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC


def not_regular(mode: int) -> str:
    """Why what has this mode is not read as a file; "" if it is."""
    if stat.S_ISLNK(mode):
        return "symbolic link, not followed"
    if not stat.S_ISREG(mode):
        return "not a regular file (device, pipe or socket)"
    return ""


def content(folder: int, name: str, most: int) -> bytes | str:
    """The bytes of the file `name`, at most `most`, or in words why they were not read; raises OSError."""
    # Looked at first: a device may act when it is opened.
    if why := not_regular(os.stat(name, dir_fd=folder, follow_symlinks=False).st_mode):
        return why
    descriptor = os.open(name, _FILE, dir_fd=folder)
    with os.fdopen(descriptor, "rb", buffering=0) as file:
        facts = os.fstat(descriptor)
        if why := not_regular(facts.st_mode):
            return why
        if facts.st_size > most:
            return f"larger than {most / MIB:.3g} MiB"
        return b"".join(_chunks(file.fileno(), most))


def _chunks(descriptor: int, most: int) -> Iterator[bytes]:
    while most > 0 and (chunk := os.read(descriptor, min(most, MIB))):
        most -= len(chunk)
        yield chunk
