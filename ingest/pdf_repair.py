"""The bytes of a PDF that lost its end in, the same with a new end out; knows no PDF library."""

from __future__ import annotations

import re

# An object that names itself the catalogue, in its first 4,000 bytes: the root of everything else.
_CATALOGUE = re.compile(rb"(?<![0-9])([0-9]{1,8}) +([0-9]{1,5}) +obj\b(?:(?!endobj).){0,4000}?/Type\s*/Catalog\b", re.S)


def with_new_end(data: bytes) -> bytes | None:
    """The file with a trailer that names its last catalogue, as readers need it that search for all objects
    themselves (PDF 32000-1, annex C.2); None where no catalogue is left. What was cut off stays missing."""
    found = _CATALOGUE.findall(data)
    if not found:
        return None
    return data + b"\nendobj\ntrailer\n<</Root %s %s R>>\nstartxref\n0\n%%%%EOF\n" % found[-1]
