"""What a converter of a format other than PDF gives: plain values between the converters and the worker."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Chapter:
    """A slide, sheet, chapter or the whole: its `label`, its text as Markdown, and its hidden texts with how."""

    label: str
    text: str
    hidden: tuple[tuple[str, str], ...] = ()
    by_lines: bool = False
    """Whether its lines are rows, which spans must not part."""


@dataclass(frozen=True, slots=True)
class Converted:
    """The chapters of a file in reading order, what it says of itself, and what in it was not read, with why."""

    chapters: tuple[Chapter, ...]
    metadata: Mapping[str, str] = field(default_factory=dict)
    skipped: tuple[tuple[str, str], ...] = ()


class Unconvertible(Exception):
    """The file is not what its name says, or is damaged; the message says what was met."""
