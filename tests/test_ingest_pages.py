"""PDFs whose pages must be understood: running heads, contents, columns, hyphens, paragraphs."""

from __future__ import annotations

import textwrap
from collections.abc import Callable
from pathlib import Path

import pytest
from reportlab.pdfgen.canvas import Canvas
from test_ingest_document import SAMPLES, assert_sound
from test_ingest_pdf import SENTENCE, draw, lines

from ingest import Document, read
from ingest.words import Words

FILLER = (
    "It was a bright cold day in April and the clocks were striking thirteen when the reader opened the long book"
    " whose every page had a head with a title and a foot with a number which no one ever wanted to read again and"
    " whose lines had been set in columns so narrow that nearly every word would have fitted on a line of its own"
).split()


def prose(seed: int, rows: int, width: int = 80) -> list[str]:
    """As many full rows of running text, different for each seed."""
    turned = FILLER[seed % len(FILLER) :] + FILLER[: seed % len(FILLER)]
    return textwrap.wrap(" ".join(turned * 20), width)[:rows]


def book(folder: Path, pages: int, head: Callable[[Canvas, int], None], rows: int = 20) -> Document:
    """A PDF of that many pages of prose, each with what `head` draws on it."""

    def page(number: int) -> Callable[[Canvas], None]:
        def fill(canvas: Canvas) -> None:
            head(canvas, number)
            canvas.setFont("Helvetica", 11)
            lines(*prose(number, rows))(canvas)

        return fill

    return read(draw(folder / "book.pdf", *(page(number) for number in range(1, pages + 1))))


def test_running_head_and_page_number(tmp_path: Path) -> None:
    def head(canvas: Canvas, number: int) -> None:
        canvas.drawString(72, 790, "The Long Manual, second edition")
        canvas.drawCentredString(300, 40, f"- {number} -")

    document = book(tmp_path, 8, head)
    for number, page in enumerate(document.pages, 1):
        assert page.margins == ("The Long Manual, second edition", f"- {number} -")
        assert page.text == "\n".join(prose(number, 20))
    assert_sound(document)


def test_heads_of_left_and_right_pages_and_chapters(tmp_path: Path) -> None:
    """Numbers on the outer side, the chapter's title on the right pages only, roman numbers first."""
    roman = ("i", "ii", "iii", "iv")

    def head(canvas: Canvas, number: int) -> None:
        label = roman[number - 1] if number <= 4 else str(number - 4)
        chapter = (number - 1) // 5
        if number % 2:
            canvas.drawString(72, 790, f"Chapter {chapter}. {('Wool', 'Yarn', 'Thread', 'Cloth')[chapter]}")
            canvas.drawRightString(520, 790, label)
        else:
            canvas.drawString(72, 790, f"{label}    A Book of Spinning")

    document = book(tmp_path, 20, head)
    assert all(page.text == "\n".join(prose(page.number, 20)) for page in document.pages)
    assert "A Book of Spinning" in document.page(8).margins[0]


def test_titles_of_slides_stay(tmp_path: Path) -> None:
    def head(canvas: Canvas, number: int) -> None:
        canvas.setFont("Helvetica-Bold", 24)
        canvas.drawString(72, 780, "Agenda" if number % 2 else f"Results of year {number}")

    document = book(tmp_path, 8, head)
    assert all(page.text.startswith(("Agenda", "Results of year")) and not page.margins for page in document.pages)


def test_first_lines_that_change_stay(tmp_path: Path) -> None:
    """Text to the very edge of the page, numbered footnotes at the foot: all of it is body."""

    def head(canvas: Canvas, number: int) -> None:
        canvas.drawString(72, 800, prose(number * 7, 1)[0])
        canvas.setFont("Helvetica", 8)
        canvas.drawString(72, 60, f"{number + 2} See the {FILLER[number]} of the other book, where it says so.")

    document = book(tmp_path, 9, head)
    assert not any(page.margins for page in document.pages)


def test_two_pages_are_not_enough_for_a_head(tmp_path: Path) -> None:
    document = book(tmp_path, 1, lambda canvas, _: canvas.drawString(72, 790, "Only here"))
    assert document.page(1).text.startswith("Only here") and document.page(1).margins == ()


def test_what_is_all_the_text_there_is_stays(tmp_path: Path) -> None:
    document = read(draw(tmp_path / "a.pdf", *(titled(number) for number in range(1, 9))))
    assert [page.text for page in document.pages] == [f"Figure {number}" for number in range(1, 9)]
    assert not any(page.margins for page in document.pages)


def titled(number: int) -> Callable[[Canvas], None]:
    """A page with nothing but a numbered line at its head."""
    return lambda canvas: canvas.drawString(72, 790, f"Figure {number}")


def test_heads_of_the_sample() -> None:
    document = read(SAMPLES / "reportlab-userguide.pdf")
    assert document.page(21).margins == ("User Guide Chapter 2 Graphics and Text with pdfgen", "Page 21")
    assert not any("\nPage " in page.text or page.text.startswith("User Guide") for page in document.pages[1:])
    assert "1.2 What is the ReportLab PDF Library? … 6\n" in document.page(2).text


def test_dots_that_lead_nowhere_stay(tmp_path: Path) -> None:
    rows = [
        "Chapter One . . . . . . . . . . . . . . . 12",
        "Chapter Two ................ iv",
        "ran ........... ok (5 tests)",
    ]
    text = read(draw(tmp_path / "a.pdf", lines(*rows))).page(1).text
    assert text == "Chapter One … 12\nChapter Two … iv\nran ........... ok (5 tests)"


def columns(count: int, row_by_row: bool, rows: int = 30) -> Callable[[Canvas], None]:
    """A page of a title over columns of running text, drawn row by row or column by column."""

    def page(canvas: Canvas) -> None:
        canvas.setFont("Helvetica-Bold", 16)
        canvas.drawString(60, 780, "A title that runs over all of the columns of the page")
        canvas.setFont("Helvetica", 9)
        wide = 480 / count
        places = [(column, row) for column in range(count) for row in range(rows)]
        for column, row in sorted(places, key=lambda place: place[::-1]) if row_by_row else places:
            canvas.drawString(60 + column * wide, 750 - 12 * row, prose(column * 11, rows, int(wide / 5.2))[row])

    return page


@pytest.mark.parametrize("row_by_row", [False, True])
@pytest.mark.parametrize("count", [1, 2, 3])
def test_columns_are_read_one_after_the_other(tmp_path: Path, count: int, row_by_row: bool) -> None:
    document = read(draw(tmp_path / "a.pdf", columns(count, row_by_row)))
    wanted = [row for column in range(count) for row in prose(column * 11, 30, int(480 / count / 5.2))]
    assert (
        document.page(1).text.split()
        == " ".join(["A title that runs over all of the columns of the page", *wanted]).split()
    )
    assert_sound(document)
    for span in document.page(1).spans:
        for box in span.boxes[1:]:
            assert box.x1 - box.x0 < 480 / count + 5


@pytest.mark.parametrize("size", [9, 14, 18])
def test_heads_over_columns_are_not_run_together(tmp_path: Path, size: int) -> None:
    def page(canvas: Canvas) -> None:
        columns(2, True)(canvas)
        canvas.setFont("Helvetica-Bold", size)
        canvas.drawString(60, 764, "Introduction and aims")
        canvas.drawString(300, 764, "Related work")

    lines = read(draw(tmp_path / "a.pdf", page)).page(1).text.splitlines()
    assert "Introduction and aims" in lines and "Related work" in lines


def test_table_is_read_row_by_row(tmp_path: Path) -> None:
    def page(canvas: Canvas) -> None:
        for row in range(20):
            canvas.drawString(72, 700 - 14 * row, f"name {row}")
            canvas.drawString(300, 700 - 14 * row, f"{row * 37} units of it")

    text = read(draw(tmp_path / "a.pdf", page)).page(1).text
    assert text.splitlines() == [f"name {row} {row * 37} units of it" for row in range(20)]


@pytest.mark.parametrize(
    ("first", "second", "elsewhere", "stays"),
    [
        ("exam", "ple", "", False),
        ("UTF", "8", "", True),
        ("Debian", "Policy", "", True),
        ("state-of-the", "art", "", True),
        ("well", "known", "it is known", True),
        ("under", "stand", "to stand", False),
        ("byte", "order", "the byte-order mark", True),
        ("Byte", "order", "the byte-order mark", True),
        ("over", "flow", "an overflow", False),
        ("pre", "fix", "a prefix to fix", False),
    ],
)
def test_hyphen_stays_where_the_word_has_one(first: str, second: str, elsewhere: str, stays: bool) -> None:
    words = Words()
    words.learn(elsewhere)
    assert words.hyphenated(first, second) is stays


def test_hyphens_in_a_pdf(tmp_path: Path) -> None:
    rows = [
        "A byte-order mark is a well known thing, said the byte-",
        "order committee in an exam-",
        "ple of a well-",
        "known kind.",
    ]
    text = read(draw(tmp_path / "a.pdf", lines(*rows))).page(1).text
    assert text.split("said")[1].split() == "the byte-order committee in an example of a well-known kind.".split()


def test_code_word_at_the_start_of_a_line_begins_no_paragraph(tmp_path: Path) -> None:
    def page(canvas: Canvas) -> None:
        for row, words in enumerate(prose(3, 8, 70)):
            text = canvas.beginText(72, 700 - 13 * row)
            text.setFont("Courier", 8.5)
            text.textOut(f"code{row} ")
            text.setFont("Helvetica", 11)
            text.textOut(words)
            text.setFont("Courier", 8.5)
            text.textOut(" end()" if row % 2 else "")
            canvas.drawText(text)

    assert "\n\n" not in read(draw(tmp_path / "a.pdf", page)).page(1).text


@pytest.mark.parametrize("count", [1, 6, 7, 14])
def test_every_page_comes_out_in_order(tmp_path: Path, count: int) -> None:
    """Documents shorter and longer than the look ahead at the heads of later pages."""
    path = draw(tmp_path / "a.pdf", *[lines(f"{SENTENCE} {number}") for number in range(count)])
    assert [page.text for page in read(path).pages] == [f"{SENTENCE} {number}" for number in range(count)]
