"""A source in, its Document out, with a progress bar and, where it is locked, a question for the password."""

import getpass
import sys

import ingest
from ui.terminal import Terminal


def read_source(
    source: str, password: str | None, languages: str, terminal: Terminal
) -> tuple[ingest.Document, str | None]:
    """The document, and the password that opened it. `languages` are those of scans.

    Raises an IngestError; SourceEncrypted where nobody sits at a terminal who could be asked.
    """
    try:
        return _read(source, password, languages, terminal), password
    except ingest.SourceEncrypted as problem:
        if password is not None or not (sys.stdin.isatty() and sys.stderr.isatty()):
            raise
        terminal.say(problem.message)
    given = getpass.getpass("Password: ")
    return _read(source, given, languages, terminal), given


def _read(source: str, password: str | None, languages: str, terminal: Terminal) -> ingest.Document:
    with terminal.progress("reading") as told:
        return ingest.read(source, password=password, languages=languages, progress=told)
