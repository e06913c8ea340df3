"""A file's name as bytes in, the text by which it is shown out."""

from __future__ import annotations


def printable(name: bytes) -> str:
    """A file's name as text that can be shown and stored, whatever bytes it has."""
    text = name.decode("utf-8", errors="backslashreplace")
    return text if text.isprintable() else text.encode("unicode_escape").decode("ascii")
