"""A library in, one file that holds all of it out, and back again; other processes may use the library meanwhile."""

import gzip
import os
import shutil
import tarfile
import tempfile
import uuid
import zlib
from pathlib import Path

from assistant.errors import BackupInvalid
from assistant.library import Library
from assistant.store import documents_of

_DATABASE, _FILES = "library.db", "files"
_READ = 1 << 20


def backup(library: Library, target: Path) -> int:
    """Write a .tar.gz with the database and the documents' files; returns how many documents it holds.

    It is written aside and moved into place when it is whole. Raises BackupInvalid, LibraryDamaged.
    """
    part = target.with_name(f".{target.name}.{uuid.uuid4().hex}.part")
    try:
        with tempfile.TemporaryDirectory(dir=library.folder, prefix=".backup-") as folder:
            staged = Path(folder)
            with library.store.snapshot(staged / _DATABASE) as names:
                (staged / _FILES).mkdir()
                for name in names:
                    os.link(library.folder / _FILES / name, staged / _FILES / name)
            with part.open("xb") as file:
                with tarfile.open(fileobj=file, mode="w:gz", compresslevel=5) as archive:
                    archive.add(staged / _DATABASE, _DATABASE)
                    archive.add(staged / _FILES, _FILES)
                file.flush()
                os.fsync(file.fileno())
            documents = documents_of(staged / _DATABASE)
        part.replace(target)
    except OSError as error:
        raise BackupInvalid(
            f"{target} cannot be written: {error.strerror}.", "Choose another place, or make room on the disk."
        ) from error
    finally:
        part.unlink(missing_ok=True)
    return documents


def restore(library: Library, source: Path, *, replace: bool = False) -> int:
    """Take over what a backup holds; returns how many documents. Nothing changes before it is known to be whole.

    Raises BackupInvalid where it is no backup, or where the library holds documents and they were not to be replaced.
    """
    kept = len(library.documents())
    if kept and not replace:
        raise BackupInvalid(
            f"The library holds {kept} documents, which would be dropped.", "Add --replace, or back it up first."
        )
    try:
        with tempfile.TemporaryDirectory(dir=library.folder, prefix=".restore-") as folder:
            staged = Path(folder)
            with gzip.open(source) as stream:
                with tarfile.open(fileobj=stream, mode="r|") as archive:
                    for member in archive:
                        archive.extract(_sound(member), staged, filter="data")
                while stream.read(_READ):
                    pass  # the checksum stands at the end
            documents = documents_of(staged / _DATABASE)
            for file in (staged / _FILES).iterdir():
                shutil.move(file, library.folder / _FILES / file.name)
            library.store.replace(staged / _DATABASE)
    except (OSError, EOFError, ValueError, tarfile.TarError, zlib.error) as error:
        raise BackupInvalid(f"{source} cannot be restored: {error}.", "Name a file that backup wrote.") from error
    return documents


def _sound(member: tarfile.TarInfo) -> tarfile.TarInfo:
    """Only what a backup holds. Raises ValueError."""
    folder, _, name = member.name.partition("/")
    ours = member.name in (_DATABASE, _FILES) or (folder == _FILES and "/" not in name)
    if not ours or not (member.isfile() or member.isdir()):
        raise ValueError(f"it holds {member.name}")
    return member
