"""A library in, where its documents differ from what their kept files give when they are read again out."""

import hashlib
import shutil
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from assistant.library import Library
from ingest import Document, IngestError, SourceEncrypted, is_current, read


@dataclass(frozen=True, slots=True)
class Reread:
    """What came of it: one sentence each."""

    faults: tuple[str, ...]
    """Documents whose files give another text now."""
    notes: tuple[str, ...]
    """Documents whose text could not be derived again, and why."""


def reread(library: Library, tell: Callable[[str], None] = lambda _: None) -> Reread:
    """Read the kept file of every document again and compare every page and span; `tell` takes each name before.
    That a file is gone or another one is said by `verify`.

    Raises LibraryDamaged.
    """
    faults, notes = [], []
    for shelved in library.documents():
        document = library.document(shelved.id)
        tell(document.name)
        file = library.file(document.id)
        if file is not None and not _as_it_was(file, document):
            continue  # gone or another one: `verify` says so
        why = _not_compared(file, document)
        if why or file is None:
            notes.append(f"{document.name}: its text was not derived again: {why}.")
            continue
        try:
            again = _read(file, document.name)
        except SourceEncrypted:
            notes.append(f"{document.name}: its text was not derived again: its file needs a password.")
        except IngestError as error:
            faults.append(f"{document.name}: its file cannot be read again: {error.message}")
        else:
            other = _difference(document, again)
            if other and document.kind == "code":
                notes.append(f"{document.name}: its text was not derived again: other files of it were chosen.")
            elif other:
                faults.append(f"{document.name}: read again, {other}.")
    return Reread(tuple(faults), tuple(notes))


def _as_it_was(file: Path, document: Document) -> bool:
    if not file.is_file():
        return False
    with file.open("rb") as kept:
        return hashlib.file_digest(kept, "sha256").hexdigest() == document.sha256


def _not_compared(file: Path | None, document: Document) -> str:
    """Why its text cannot be derived; empty if it can."""
    if file is None:
        return "no copy of its files is kept"
    if not is_current(document.reader, [warned.text for warned in document.warnings]):
        return f"it was read by another reader or with other settings ({document.reader})"
    return ""


def _read(file: Path, name: str) -> Document:
    """Under its own name: the ending picks the reader."""
    with tempfile.TemporaryDirectory() as folder:
        named = Path(folder) / Path(name).name
        shutil.copyfile(file, named)
        return read(named)


def _difference(document: Document, again: Document) -> str:
    """What differs first, in words."""
    if len(again.pages) != len(document.pages):
        return f"it has {len(again.pages)} pages instead of {len(document.pages)}"
    for old, new in zip(document.pages, again.pages, strict=True):
        if old.text != new.text:
            return f"page {old.number} holds another text"
        if [(span.start, span.end) for span in old.spans] != [(span.start, span.end) for span in new.spans]:
            return f"page {old.number} has other passages"
    return ""
