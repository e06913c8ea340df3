"""A source in, its Document out, with a progress bar and, where it is locked, a question for the password."""

import getpass
import sys
from dataclasses import dataclass, field, fields, replace
from typing import Any

import ingest
from ui.terminal import Terminal


@dataclass(frozen=True, slots=True)
class HowToRead:
    """How a person wants a source read: `languages` are those of scans; the others go to `ingest.read` as they are."""

    languages: str
    password: str | None = None
    include: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()
    revision: str | None = None
    limits: ingest.Limits = field(default_factory=ingest.Limits)

    @property
    def arguments(self) -> dict[str, Any]:
        """The same as the arguments of `ingest.read`."""
        return {each.name: getattr(self, each.name) for each in fields(self)}


def read_source(source: str, how: HowToRead, terminal: Terminal) -> tuple[ingest.Document, str | None]:
    """The document, and the password that opened it.

    Raises an IngestError; SourceEncrypted where nobody sits at a terminal who could be asked.
    """
    try:
        return _read(source, how, terminal), how.password
    except ingest.SourceEncrypted as problem:
        if how.password is not None or not (sys.stdin.isatty() and sys.stderr.isatty()):
            raise
        terminal.say(problem.message)
    given = getpass.getpass("Password: ")
    return _read(source, replace(how, password=given), terminal), given


def _read(source: str, how: HowToRead, terminal: Terminal) -> ingest.Document:
    with terminal.progress("reading") as told:
        return ingest.read(source, progress=told, **how.arguments)
