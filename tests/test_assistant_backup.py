"""A library that is used meanwhile goes into one file and comes back whole; what is no backup changes nothing."""

import io
import os
import subprocess
import sys
import tarfile
import threading

import pytest

import ingest
from assistant import Library, backup, restore, verify
from assistant.errors import BackupInvalid
from tests.conftest import ROOT, SAMPLES


@pytest.fixture
def library(tmp_path):
    opened = Library(tmp_path / "library")
    for name in ("contract", "letter"):
        path = tmp_path / f"{name}.txt"
        path.write_text(f"This {name} says that stone is heavy.")
        opened.add(ingest.read(path))
    opened.add(ingest.read(SAMPLES / "reportlab-userguide.pdf"))
    yield opened
    opened.close()


def test_everything_comes_back_in_another_library(library, tmp_path):
    library.start_conversation("Why?")
    assert backup(library, tmp_path / "all.tar.gz") == 3
    other = Library(tmp_path / "other")
    assert restore(other, tmp_path / "all.tar.gz") == 3
    assert verify(other) == []
    assert [item.id for item in other.documents()] == [item.id for item in library.documents()]
    assert other.seal == library.seal
    assert [item.title for item in other.conversations()] == ["Why?"]
    guide = next(item.id for item in other.documents() if item.kind == "pdf")
    assert other.document(guide) == library.document(guide)
    assert other.file(guide).read_bytes() == library.file(guide).read_bytes()


def test_what_was_removed_is_not_in_it(library, tmp_path):
    library.remove("contract.txt")
    backup(library, tmp_path / "all.tar.gz")
    with tarfile.open(tmp_path / "all.tar.gz") as archive:
        data = b"".join(archive.extractfile(member).read() for member in archive if member.isfile())
    assert b"letter says" in data
    assert b"contract says" not in data


def test_others_write_while_it_is_backed_up(library, tmp_path):
    """Whatever moment it holds, it is one moment."""
    document = library.document("letter.txt")
    done = threading.Event()

    def change() -> None:
        other = Library(tmp_path / "library")
        while not done.is_set():
            other.remove(document.id)
            other.add(document)
        other.close()

    writer = threading.Thread(target=change)
    writer.start()
    try:
        for number in range(5):
            backup(library, tmp_path / f"{number}.tar.gz")
    finally:
        done.set()
        writer.join()
    for number in range(5):
        other = Library(tmp_path / f"other-{number}")
        assert restore(other, tmp_path / f"{number}.tar.gz") in (2, 3)
        assert verify(other) == []
        other.close()


def test_another_process_sees_what_was_restored(library, tmp_path):
    backup(library, tmp_path / "all.tar.gz")
    library.remove("letter.txt")
    restored = subprocess.run(
        [sys.executable, "-m", "ui", "library", "restore", str(tmp_path / "all.tar.gz"), "--replace"],
        cwd=ROOT,
        env={**os.environ, "UNSPOOL_DATA": str(tmp_path)},
        timeout=60,
    )
    assert restored.returncode == 0
    assert library.document("letter.txt").name == "letter.txt"
    assert verify(library) == []


def test_documents_are_not_dropped_unasked(library, tmp_path):
    backup(library, tmp_path / "all.tar.gz")
    with pytest.raises(BackupInvalid, match="3 documents"):
        restore(library, tmp_path / "all.tar.gz")


def _archive(path, members):
    with tarfile.open(path, "w:gz") as archive:
        for name, data in members.items():
            member = tarfile.TarInfo(name)
            member.size = len(data)
            archive.addfile(member, io.BytesIO(data))


@pytest.mark.parametrize("members", [{}, {"library.db": b"no database"}, {"../x": b"x"}, {"files/../../x": b"x"}])
def test_what_is_no_backup_changes_nothing(library, tmp_path, members):
    before = [item.id for item in library.documents()]
    _archive(tmp_path / "bad.tar.gz", members)
    with pytest.raises(BackupInvalid):
        restore(library, tmp_path / "bad.tar.gz", replace=True)
    assert [item.id for item in library.documents()] == before
    assert verify(library) == []
    assert not (tmp_path / "x").exists()


def test_half_a_backup_changes_nothing(library, tmp_path):
    backup(library, tmp_path / "all.tar.gz")
    whole = (tmp_path / "all.tar.gz").read_bytes()
    for part in (0, 10, len(whole) // 2, len(whole) - 9):
        (tmp_path / "cut.tar.gz").write_bytes(whole[:part])
        with pytest.raises(BackupInvalid):
            restore(library, tmp_path / "cut.tar.gz", replace=True)
    assert len(library.documents()) == 3
    assert verify(library) == []


def test_a_place_that_cannot_be_written_is_told(library, tmp_path):
    with pytest.raises(BackupInvalid, match="cannot be written"):
        backup(library, tmp_path / "nowhere" / "all.tar.gz")
    assert not [name for name in os.listdir(library.folder) if name.startswith(".backup")]
