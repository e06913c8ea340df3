"""Tables of a PDF, ruled or plain, as Markdown, each row a span with its boxes; what only looks like one stays."""

from __future__ import annotations

import string
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from reportlab.lib.styles import getSampleStyleSheet
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import Paragraph, Table
from test_ingest_document import SAMPLES, assert_sound
from test_ingest_pdf import SENTENCE, blackness, draw, span_with

from ingest import read, render_page

ROWS = [["Release", "Size", "Remark"], ["buster", "12 MB", "old | stale"], ["trixie", "", "the next one"]]
MARKDOWN = (
    "| Release | Size | Remark |\n| --- | --- | --- |\n| buster | 12 MB | old \\| stale |\n| trixie | | the next one |"
)


def table(rows: list[list[object]], *style: tuple[object, ...]) -> Callable[[Canvas], None]:
    """A page with a sentence, a table ruled by default, and another sentence."""

    def page(canvas: Canvas) -> None:
        canvas.drawString(72, 760, SENTENCE)
        ruled = Table(rows, colWidths=[110] * len(rows[0]), style=style or [("GRID", (0, 0), (-1, -1), 0.5, "black")])
        _, height = ruled.wrap(400, 600)
        ruled.drawOn(canvas, 72, 740 - height)
        canvas.drawString(72, 720 - height, "What comes after it.")

    return page


def test_ruled_table_is_markdown_and_its_rows_are_spans(tmp_path: Path) -> None:
    path = draw(tmp_path / "a.pdf", table(ROWS))
    document = read(path)
    assert document.page(1).text == f"{SENTENCE}\n\n{MARKDOWN}\n\nWhat comes after it."
    assert_sound(document)
    row = span_with(document, "buster")
    assert row.text == "| buster | 12 MB | old \\| stale |\n| trixie | | the next one |", "short rows are one passage"
    assert len(row.boxes) == 5
    assert span_with(document, "Release").text == "| Release | Size | Remark |\n| --- | --- | --- |"
    for box in row.boxes:
        inside, _ = blackness(render_page(path, 1, scale=2), box, 2)
        assert inside > 20


@pytest.mark.parametrize(
    "style",
    [
        [("GRID", (0, 0), (-1, -1), 1, "black")],
        [("INNERGRID", (0, 0), (-1, -1), 0.25, "grey"), ("BOX", (0, 0), (-1, -1), 2, "black")],
        [("GRID", (0, 0), (-1, -1), 0.5, "black"), ("BACKGROUND", (0, 0), (-1, 0), "lightgrey")],
        [("BOX", (0, 0), (-1, -1), 1, "black"), ("LINEBEFORE", (1, 0), (-1, -1), 1, "black"),
         ("LINEBELOW", (0, 0), (-1, 0), 1, "black"), ("LINEBELOW", (0, 1), (-1, 1), 1, "black")],
    ],
)  # fmt: skip
def test_however_it_is_ruled(tmp_path: Path, style: list[tuple[object, ...]]) -> None:
    assert MARKDOWN in read(draw(tmp_path / "a.pdf", table(ROWS, *style))).page(1).text


def test_wrapped_cells_and_rows_without_rules_between_them(tmp_path: Path) -> None:
    style = getSampleStyleSheet()["Normal"]
    wrapped = [
        ["Name", "Meaning"],
        ["one", Paragraph("A text that needs some more room than its cell is wide.", style)],
    ]
    text = read(draw(tmp_path / "a.pdf", table(wrapped))).page(1).text
    assert "| one | A text that needs some more room than its cell is wide. |" in text
    stacked = [["Bit", "Side"], ["1\n2\n4", "left\nright\ntop"]]
    text = read(draw(tmp_path / "b.pdf", table(stacked))).page(1).text
    assert "| Bit | Side |\n| --- | --- |\n| 1 | left |\n| 2 | right |\n| 4 | top |" in text


WORD = st.text(string.ascii_lowercase, min_size=1, max_size=9)


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.integers(2, 4).flatmap(
        lambda wide: st.lists(st.lists(WORD, min_size=wide, max_size=wide), min_size=2, max_size=6)
    )
)
def test_any_table_comes_back(tmp_path: Path, rows: list[list[object]]) -> None:
    document = read(draw(tmp_path / "any.pdf", table(rows)))
    head, *body = [f"| {' | '.join(map(str, row))} |" for row in rows]
    expected = "\n".join([head, "|" + " --- |" * len(rows[0]), *body])
    assert document.page(1).text == f"{SENTENCE}\n\n{expected}\n\nWhat comes after it."
    assert_sound(document)


OPEN = [
    ("LINEABOVE", (0, 0), (-1, 0), 1, "black"),
    ("LINEBELOW", (0, 0), (-1, 0), 0.5, "black"),
    ("LINEBELOW", (0, -1), (-1, -1), 1, "black"),
]
"""As scientists set tables: without upright rules."""


def test_table_without_upright_rules(tmp_path: Path) -> None:
    path = draw(tmp_path / "a.pdf", table(ROWS, *OPEN))
    document = read(path)
    assert document.page(1).text == f"{SENTENCE}\n\n{MARKDOWN}\n\nWhat comes after it."
    assert_sound(document)
    for box in span_with(document, "buster").boxes:
        inside, _ = blackness(render_page(path, 1, scale=2), box, 2)
        assert inside > 20


def test_table_of_narrow_letters(tmp_path: Path) -> None:
    """A letter that is higher than it is wide is no vertical text."""
    rows = [["No", "Of"], ["1", "3"], ["i", "l"], ["f", "a"]]
    text = read(draw(tmp_path / "a.pdf", table(rows, *OPEN))).page(1).text
    assert "| No | Of |\n| --- | --- |\n| 1 | 3 |\n| i | l |\n| f | a |" in text


@pytest.mark.parametrize("side", ["TOP", "BOTTOM"])
def test_wrapped_cell_between_level_rules_is_one_row(tmp_path: Path, side: str) -> None:
    long = Paragraph("A text that needs some more room than its cell is wide.", getSampleStyleSheet()["Normal"])
    rows = [["Name", "Meaning"], ["one", long], ["two", "short"], ["", "without a name"]]
    text = read(draw(tmp_path / "a.pdf", table(rows, *OPEN, ("VALIGN", (0, 0), (-1, -1), side)))).page(1).text
    assert "| one | A text that needs some more room than its cell is wide. |\n| two | short |\n| | without" in text


@settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.integers(2, 4).flatmap(
        lambda wide: st.lists(st.lists(WORD, min_size=wide, max_size=wide), min_size=3, max_size=6)
    )
)
def test_any_table_without_upright_rules_comes_back(tmp_path: Path, rows: list[list[object]]) -> None:
    document = read(draw(tmp_path / "any.pdf", table(rows, *OPEN)))
    head, *body = [f"| {' | '.join(map(str, row))} |" for row in rows]
    expected = "\n".join([head, "|" + " --- |" * len(rows[0]), *body])
    assert document.page(1).text == f"{SENTENCE}\n\n{expected}\n\nWhat comes after it."
    assert_sound(document)


def test_two_tables_of_one_width_are_two(tmp_path: Path) -> None:
    def page(canvas: Canvas) -> None:
        for top in (740, 600):
            ruled = Table(ROWS, colWidths=[110] * 3, style=OPEN)
            _, height = ruled.wrap(400, 600)
            ruled.drawOn(canvas, 72, top - height)
            canvas.drawString(72, top - height - 20, SENTENCE)

    text = read(draw(tmp_path / "a.pdf", page)).page(1).text
    assert text == f"{MARKDOWN}\n\n{SENTENCE}\n\n{MARKDOWN}\n\n{SENTENCE}"


def test_table_without_any_rules(tmp_path: Path) -> None:
    """As accounts are set; which year a number belongs to, only its column tells."""
    rows = [["", "2025", "2024"], ["Revenue", "12,345", "11,002"], ["Costs", "12,352", "11,038"]]
    rows += [["Other income", "", "45"], ["Profit", "(7)", "9"]]
    path = draw(tmp_path / "a.pdf", table(rows, ("ALIGN", (1, 0), (-1, -1), "RIGHT")))
    document = read(path)
    assert document.page(1).text == (
        f"{SENTENCE}\n\n| | 2025 | 2024 |\n| --- | --- | --- |\n| Revenue | 12,345 | 11,002 |\n"
        "| Costs | 12,352 | 11,038 |\n| Other income | | 45 |\n| Profit | (7) | 9 |\n\nWhat comes after it."
    )
    assert_sound(document)
    for box in span_with(document, "Revenue").boxes:
        inside, _ = blackness(render_page(path, 1, scale=2), box, 2)
        assert inside > 20


def framed(canvas: Canvas) -> None:
    canvas.rect(60, 600, 400, 120)
    canvas.line(60, 660, 460, 660)
    for number in range(8):
        canvas.drawString(72, 705 - 14 * number, SENTENCE)


def over_a_grid(canvas: Canvas) -> None:
    """Squared paper with running text on it."""
    for step in range(12):
        canvas.line(60, 560 + 15 * step, 480, 560 + 15 * step)
        canvas.line(60 + 38 * step, 560, 60 + 38 * step, 725)
    for number in range(8):
        canvas.drawString(66, 705 - 15 * number, f"{SENTENCE} {SENTENCE[:20]}")


def plot(canvas: Canvas) -> None:
    """Axes with a grid, and a few labels in it."""
    for step in range(6):
        canvas.line(100, 500 + 30 * step, 400, 500 + 30 * step)
        canvas.line(100 + 60 * step, 500, 100 + 60 * step, 650)
        canvas.drawString(80, 500 + 30 * step, str(step))
    canvas.drawString(180, 560, "peak")


def columns(canvas: Canvas) -> None:
    """Two columns of text with a rule between them, as in a newspaper."""
    canvas.line(280, 500, 280, 730)
    for number in range(12):
        canvas.drawString(72, 700 - 14 * number, f"left column, its line {number:02}")
    for number in range(12):
        canvas.drawString(290, 700 - 14 * number, f"right column, its line {number:02}")


def newspaper(canvas: Canvas) -> None:
    """Two columns of text between rules over the whole page, with a head above each."""
    for y in (740, 715, 500):
        canvas.line(60, y, 520, y)
    for x in (72, 300):
        canvas.drawString(x, 722, "The head of it")
        for number in range(12):
            canvas.drawString(x, 700 - 14 * number, f"one column of text, its line {number:02}")


def listing(canvas: Canvas) -> None:
    """An algorithm with numbers before its lines, between rules."""
    for y in (740, 715, 600):
        canvas.line(60, y, 400, y)
    canvas.drawString(62, 722, "Algorithm 1: how to find the greatest common divisor")
    for number, line in enumerate(["while b > 0", "a, b = b, a mod b", "end", "return a"], 1):
        canvas.drawString(62, 710 - 14 * number, f"{number}:")
        canvas.drawString(90, 710 - 14 * number, line)


def grammar(canvas: Canvas) -> None:
    """Signs between the columns hold no words."""
    for number, (name, means) in enumerate([("digit", "0 to 9"), ("letter", "a to z"), ("word", "letter word")] * 2):
        for x, text in ((72, name), (140, "::="), (190, means)):
            canvas.drawString(x, 700 - 14 * number, text)


def contents(canvas: Canvas) -> None:
    for number in range(1, 7):
        canvas.drawString(72, 700 - 14 * number, f"1.{number}")
        canvas.drawString(110, 700 - 14 * number, "Chapter" + " ." * 30)
        canvas.drawString(400, 700 - 14 * number, str(number))


def underlined(canvas: Canvas) -> None:
    for number in range(6):
        canvas.drawString(72, 700 - 30 * number, SENTENCE)
        canvas.line(72, 697 - 30 * number, 330, 697 - 30 * number)


@pytest.mark.parametrize(
    "page", [framed, over_a_grid, plot, columns, newspaper, listing, grammar, contents, underlined]
)
def test_what_only_looks_like_a_table_stays_as_it_is(tmp_path: Path, page: Callable[[Canvas], None]) -> None:
    text = read(draw(tmp_path / "a.pdf", page)).page(1).text
    assert text and "|" not in text


def test_tables_of_the_sample() -> None:
    document = read(SAMPLES / "reportlab-userguide.pdf")
    row = span_with(document, "A password required when opening file.")
    assert row.text.startswith("| Y | Y | A password required when opening file. Restrictions apply only if")
    assert_sound(document)
