"""Every way in which reading a source can fail, as a small tree; knows nothing of how sources are read.

IngestError
├── SourceMissing      there is nothing at that path
├── SourceUnreadable   it is there, but this user may not read it
├── SourceUnreachable  it is elsewhere, and could not be fetched
├── SourceUnsupported  it is of a type that no reader here takes
├── SourceEncrypted    it needs a password, or another one
├── SourceDamaged      its bytes are broken beyond what the readers can mend
├── SourceEmpty        it was read and holds no text
├── SourceTooHeavy     reading it went over a limit on memory, time, size or pages
├── MapTooSmall        an overview does not fit into the tokens that are given to it
└── PageMissing        the document has no page of that number
"""

from __future__ import annotations


class IngestError(Exception):
    """A source could not be read: `message` says what happened, `hint` what to do, each in one sentence.

    `retryable` is True where the same call may succeed later without any change by the person.
    """

    retryable: bool = False

    def __init__(self, message: str, hint: str) -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint


class SourceMissing(IngestError):
    """There is nothing at the path."""


class SourceUnreadable(IngestError):
    """The path is there, but the operating system refuses to let it be read."""

    retryable = True


class SourceUnreachable(IngestError):
    """The source is elsewhere, and could not be fetched from there."""

    retryable = True


class SourceUnsupported(IngestError):
    """The source is of a type that no reader here takes."""


class SourceEncrypted(IngestError):
    """The source needs a password, or the one that was given is wrong."""


class SourceDamaged(IngestError):
    """The bytes are broken beyond what the readers can mend."""


class SourceEmpty(IngestError):
    """The source was read and holds no text."""


class SourceTooHeavy(IngestError):
    """Reading the source went over a limit on memory, time, size or pages."""


class PageMissing(IngestError):
    """The document has no page of that number."""


class MapTooSmall(IngestError):
    """Not even a line that says what is left out fits into the tokens that are given to a map."""
