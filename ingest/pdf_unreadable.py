"""How the doors to the PDF libraries say that they cannot read a file or a page, and how the person is told."""

from __future__ import annotations

UNREADABLE = "this page cannot be read"
"""How the warning on a page that could not be read begins."""
SCAN = "no text on this page: probably a scan"
"""The warning on a page that could be read and has none."""
BLANK = "this page is blank"
"""The warning on a page on which there is nothing at all."""


class Unreadable(Exception):
    """A library cannot read the file, or this part of it, which another may; the message says what it met."""
