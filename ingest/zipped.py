"""A zip file's bytes in, the zip out once it is known to be no bomb; for formats that are zips inside."""

from __future__ import annotations

import io
import zipfile

from ingest.chapter import Unconvertible
from ingest.errors import SourceTooHeavy
from ingest.limits import MIB

MEMBERS_MOST = 100_000
UNPACKED_MOST = 512 * MIB
RATIO_MOST, RATIO_FROM = 200, 32 * MIB
"""How many times its size a zip may unpack to, once it unpacks to this many bytes."""


def opened(data: bytes) -> zipfile.ZipFile:
    """The zip, its sizes looked at before anything is unpacked; zipfile itself stops at the size it was told."""
    try:
        file = zipfile.ZipFile(io.BytesIO(data))
        sizes = [member.file_size for member in file.infolist()]
    except (zipfile.BadZipFile, ValueError, NotImplementedError, OSError) as error:
        raise Unconvertible(f"it is no whole zip file: {error}") from error
    total = sum(sizes)
    if (
        len(sizes) > MEMBERS_MOST
        or total > UNPACKED_MOST
        or (total > RATIO_FROM and total > RATIO_MOST * max(1, len(data)))
    ):
        raise SourceTooHeavy(
            f"This file unpacks to {total // MIB:,} MiB in {len(sizes):,} parts, which is more than its kind should.",
            "It may be made to exhaust its reader; open it only if you trust who sent it.",
        )
    return file
