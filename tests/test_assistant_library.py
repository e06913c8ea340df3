"""The library gives back what it was given, deletes what it is told to, and keeps nothing half-written."""

import contextlib
import json
import sqlite3
from concurrent.futures import ThreadPoolExecutor
from dataclasses import astuple, replace

import pytest
from sqlite_utils import Database

from assistant import Library, rows
from assistant.errors import DocumentMissing, LibraryDamaged
from assistant.schema import migrations
from ingest import Warned, read
from tests.conftest import SAMPLES

INSTALL = "install the text recognition: apt install tesseract-ocr tesseract-ocr-chi-sim"


@pytest.fixture(scope="module")
def guide():
    return read(SAMPLES / "reportlab-userguide.pdf")


@pytest.fixture(scope="module")
def code():
    return read(SAMPLES / "itsdangerous")


def test_a_document_comes_back_equal(library, guide, code):
    for document in (guide, code):
        library.add(document)
        library.add(document)
        assert library.document(document.id) == document
        assert library.document(document.name) == document
        assert library.document(document.id[:8]) == document
    assert {item.name for item in library.documents()} == {guide.name, code.name}


def test_pages_are_made_when_they_are_looked_at(library, guide):
    library.add(guide)
    pages = library.document(guide.id).pages
    assert len(pages) == len(guide.pages) and pages[-1] is pages[-1] == guide.pages[-1]
    assert pages[3:9:2] == guide.pages[3:9:2] and guide.pages == pages and pages != guide.pages[:-1]
    with pytest.raises(IndexError):
        pages[len(pages)]


def test_a_library_of_an_older_version_is_brought_up_to_date(tmp_path, guide):
    """One in which spans were rows of a table of their own."""
    old = Database(tmp_path / "library.db")
    migrations.apply(old, stop_before="m012_keep_spans_with_their_pages")
    old.table("documents").insert({**rows.of_document(guide), "added": "2026-11-24T10:00:00"})
    old.conn.executemany(
        "INSERT INTO pages VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)", (row[:9] for row in rows.of_pages(guide))
    )
    for page in guide.pages:
        for span in page.spans:
            boxes = json.dumps([astuple(box) for box in span.boxes])
            old.execute(
                "INSERT INTO spans VALUES (?, ?, ?, ?, ?, ?)", [guide.id, span.page, span.start, span.end, boxes, None]
            )
    old.conn.commit()
    old.close()
    with contextlib.closing(Library(tmp_path)) as library:
        assert library.document(guide.id) == guide
        assert not library.store.faults()


def test_the_file_is_kept_when_the_original_goes(library, tmp_path):
    source = tmp_path / "note.txt"
    source.write_text("Kept for ever.")
    document = read(source)
    library.add(document)
    source.unlink()
    kept = library.file(document.id)
    assert kept is not None
    assert kept.read_text() == "Kept for ever."


def test_a_known_file_is_found_by_its_bytes(library, guide, tmp_path):
    path = SAMPLES / "reportlab-userguide.pdf"
    assert library.known(path) is None
    library.add(guide)
    assert library.known(path) == guide.id
    copy = tmp_path / path.name
    copy.write_bytes(path.read_bytes())
    assert library.known(copy) == guide.id
    copy.write_bytes(path.read_bytes() + b"\n")
    assert library.known(copy) is None
    assert library.known(tmp_path) is None and library.known(tmp_path / "gone") is None


@pytest.mark.parametrize(
    "change",
    [
        {"reader": "unspool-pdf/1 (pypdfium2 5.15.2)"},
        {"reader": "unspool-text/1 text"},
        {"warnings": (Warned(3, f"no text on this page; {INSTALL}"),)},
    ],
)
def test_what_would_be_read_otherwise_today_is_not_known(library, guide, change):
    path = SAMPLES / "reportlab-userguide.pdf"
    library.add(replace(guide, **change))
    assert library.known(path) is None


def test_known_text_and_code(library, tmp_path):
    for name in ("note.txt", "small.py"):
        (tmp_path / name).write_text("x = 1\n")
        document = read(tmp_path / name)
        library.add(document)
        assert library.known(tmp_path / name) == document.id
        library.add(read(tmp_path / name, secrets_too=True))
        library.remove(document.id)
        assert library.known(tmp_path / name) is None


def test_removing_removes_everything(library, guide, tmp_path):
    library.add(guide)
    assert library.remove(guide.name) == guide.name
    assert library.documents() == []
    assert list((tmp_path / "library" / "files").iterdir()) == []
    rows = sqlite3.connect(tmp_path / "library" / "library.db")
    assert rows.execute("SELECT count(*) FROM pages").fetchone() == (0,)
    with pytest.raises(DocumentMissing):
        library.remove(guide.name)


def test_conversations_are_kept_in_order(library):
    first = library.start_conversation("One?")
    second = library.start_conversation("Two?")
    assert [item.id for item in library.conversations()] == [second, first]
    assert library.turns(first) == []


def test_threads_may_share_one(library, guide, code):
    def work(document) -> None:
        for _ in range(5):
            library.add(document)
            library.start_conversation("Q")
            assert library.document(document.id) == document

    with ThreadPoolExecutor(4) as pool:
        for done in [pool.submit(work, document) for document in (guide, code, guide, code)]:
            done.result(60)
    assert len(library.documents()) == 2
    assert len(library.conversations()) == 20


def test_a_file_that_is_no_library_is_said_to_be_none(tmp_path):
    (tmp_path / "library.db").write_bytes(b"This is not a database at all." * 100)
    with pytest.raises(LibraryDamaged, match="file is not a database"):
        Library(tmp_path)


def test_a_folder_that_cannot_be_made(tmp_path):
    (tmp_path / "taken").write_text("a file")
    with pytest.raises(LibraryDamaged):
        Library(tmp_path / "taken" / "library")


def test_a_full_disk_leaves_nothing_half_written(library, guide, tmp_path):
    """SQLite's own limit on pages stands in for the disk: it fails in the same place, in the middle of the inserts."""
    library._db.execute("PRAGMA max_page_count = 40")
    with pytest.raises(LibraryDamaged, match="full"):
        library.add(guide)
    library._db.execute("PRAGMA max_page_count = 1000000")
    assert library.documents() == []
    library.add(guide)
    assert library.document(guide.id) == guide
