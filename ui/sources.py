"""A source in, its Document out, with a progress bar and, where it is locked, a question for the password."""

import getpass
import sys
from dataclasses import dataclass, field, replace

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
        return ingest.read(
            source,
            password=how.password,
            languages=how.languages,
            progress=told,
            include=how.include,
            exclude=how.exclude,
            revision=how.revision,
            limits=how.limits,
        )
