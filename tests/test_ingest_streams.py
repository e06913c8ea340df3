"""Long PDFs: read in ranges by several workers, page by page in order, the first pages long before the last."""

from __future__ import annotations

from pathlib import Path

import psutil
import pytest
from pypdf import PdfWriter
from reportlab.lib.pagesizes import A4
from reportlab.pdfgen.canvas import Canvas
from test_ingest_document import SAMPLES, assert_sound

from ingest import Limits, Page, SourceEncrypted, SourceTooHeavy, pages, read
from ingest.pdf_ranges import ALONE_MOST, ranges

PAGES = 2 * ALONE_MOST + 30


@pytest.fixture(scope="module")
def long(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A book of several ranges, with a running head and page numbers, and a word parted on every page."""
    path = tmp_path_factory.mktemp("long") / "book.pdf"
    canvas = Canvas(str(path), pagesize=A4, invariant=1)
    for number in range(1, PAGES + 1):
        canvas.drawString(72, 800, "The running head of the book")
        canvas.drawString(72, 700, f"This is what stands on sheet {number * 7919 % 10_007} of the long manu-")
        canvas.drawString(72, 686, "script, and it goes on.")
        canvas.drawString(300, 30, str(number))
        canvas.showPage()
    canvas.save()
    return path


@pytest.mark.parametrize("count", [0, 1, ALONE_MOST, ALONE_MOST + 1, 2415])
def test_ranges_hold_every_page_once(count: int) -> None:
    assert [number for part in ranges(count) for number in part] == list(range(1, count + 1))


def test_long_file_is_read_whole_and_in_order(long: Path) -> None:
    seen: list[tuple[int, int]] = []
    document = read(long, progress=lambda done, of: seen.append((done, of)))
    assert seen == [(number, PAGES) for number in range(1, PAGES + 1)]
    assert [page.number for page in document.pages] == list(range(1, PAGES + 1))
    for page in document.pages:  # at the borders of the ranges, too
        words = f"This is what stands on sheet {page.number * 7919 % 10_007} of the long manuscript,\nand it goes on."
        assert page.text == words
        assert page.margins == ("The running head of the book", str(page.number))
    assert_sound(document)


def test_pages_come_as_they_are_read_and_are_those_of_the_document(long: Path) -> None:
    told: list[int] = []
    others = set(psutil.Process().children())  # an engine may run beside this
    stream = pages(long, progress=lambda done, of: told.append(done))
    first = next(stream)
    assert first.number == 1 and len(told) == 1
    workers = set(psutil.Process().children()) - others
    assert workers
    stream.close()  # type: ignore[attr-defined]
    assert not any(worker.is_running() for worker in workers)
    assert list(pages(long)) == list(read(long).pages)


def test_pages_of_other_formats_and_their_errors(long: Path, tmp_path: Path) -> None:
    (tmp_path / "a.md").write_text("# One\n\nText.\n")
    assert [page.text for page in pages(tmp_path / "a.md")] == ["# One\n\nText.\n"]
    assert isinstance(next(pages(SAMPLES / "reportlab-userguide.pdf")), Page)
    with pytest.raises(SourceTooHeavy):
        list(pages(long, limits=Limits(pages=100)))


def test_password_of_a_long_file_reaches_every_worker(long: Path, tmp_path: Path) -> None:
    writer = PdfWriter(clone_from=long)
    writer.encrypt("geheim", algorithm="RC4-128")
    writer.write(tmp_path / "locked.pdf")
    with pytest.raises(SourceEncrypted):
        next(pages(tmp_path / "locked.pdf"))
    assert len(read(tmp_path / "locked.pdf", password="geheim").pages) == PAGES
