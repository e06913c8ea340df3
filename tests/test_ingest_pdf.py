"""PDFs made here: text, places, labels, outline, passwords, rotation, damage, and pictures of pages."""

from __future__ import annotations

import io
import textwrap
from collections.abc import Callable
from pathlib import Path

import pytest
from PIL import Image
from pypdf import PdfWriter
from reportlab.lib.pagesizes import A4
from reportlab.pdfgen.canvas import Canvas
from test_ingest_document import SAMPLES, assert_sound
from test_ingest_text import assert_helpful

from ingest import (
    Box,
    Document,
    PageMissing,
    SourceDamaged,
    SourceEmpty,
    SourceEncrypted,
    SourceUnsupported,
    Span,
    read,
    render_page,
)

SENTENCE = "The quick brown fox jumps over the lazy dog."


def draw(path: Path, *pages: Callable[[Canvas], None], packed: bool = True) -> Path:
    """A PDF of A4 pages, each drawn by one function."""
    canvas = Canvas(str(path), pagesize=A4, invariant=1, pageCompression=packed)
    for page in pages:
        canvas.setFont("Helvetica", 12)
        page(canvas)
        canvas.showPage()
    canvas.save()
    return path


def words(text: str = SENTENCE, x: float = 72, y: float = 700, size: float = 12) -> Callable[[Canvas], None]:
    """A page with one line of text whose baseline starts at (x, y)."""

    def page(canvas: Canvas) -> None:
        canvas.setFont("Helvetica", size)
        canvas.drawString(x, y, text)

    return page


def lines(*rows: str, x: float = 72, y: float = 700, leading: float = 14) -> Callable[[Canvas], None]:
    """A page with one line of text below the other."""

    def page(canvas: Canvas) -> None:
        for number, row in enumerate(rows):
            canvas.drawString(x, y - number * leading, row)

    return page


def span_with(document: Document, text: str) -> Span:
    """The one span that holds the text."""
    (found,) = [span for page in document.pages for span in page.spans if text in span.text]
    return found


def blackness(png: bytes, box: Box, scale: float) -> tuple[int, int]:
    """How many dark pixels lie in the box, and how many outside of it."""
    image = Image.open(io.BytesIO(png)).convert("L").point(lambda value: 255 if value < 100 else 0)
    inside = image.crop(
        tuple(round(value * scale) for value in (box.x0 - 1, box.y0 - 1, box.x1 + 1, box.y1 + 1))  # type: ignore[arg-type]
    )
    return inside.histogram()[255], image.histogram()[255] - inside.histogram()[255]


def test_text_and_places(tmp_path: Path) -> None:
    document = read(draw(tmp_path / "a.pdf", words(y=700), words("Second page.", x=100, y=100)))
    assert [page.text for page in document.pages] == [SENTENCE, "Second page."]
    assert document.kind == "pdf" and not document.warnings
    page = document.page(2)
    assert (round(page.width), round(page.height)) == (595, 842)
    (box,) = page.spans[0].boxes
    assert box.x0 == pytest.approx(100, abs=2) and box.y1 == pytest.approx(842 - 100, abs=4)
    assert 8 < box.y1 - box.y0 < 16
    assert_sound(document)


@pytest.mark.parametrize("turn", [0, 90, 180, 270])
@pytest.mark.parametrize("crop", [None, (50, 300, 500, 590)])
def test_boxes_lie_on_the_ink(tmp_path: Path, turn: int, crop: tuple[float, ...] | None) -> None:
    """Whatever the rotation and the crop box: all the ink of the drawn page is inside the box of its span."""

    def page(canvas: Canvas) -> None:
        canvas.setPageRotation(turn)
        if crop:
            canvas.setCropBox(crop)
        words("Ink here", x=100, y=500, size=20)(canvas)

    path = draw(tmp_path / "turned.pdf", page)
    document = read(path)
    (box,) = document.page(1).spans[0].boxes
    assert 0 <= box.x0 < box.x1 <= document.page(1).width and 0 <= box.y0 < box.y1 <= document.page(1).height
    inside, outside = blackness(render_page(path, 1, scale=2), box, 2)
    assert inside > 200 and outside == 0


def test_picture_marks_the_boxes(tmp_path: Path) -> None:
    path = draw(tmp_path / "a.pdf", lines("Marked line", "Other line", leading=60))
    boxes = read(path).page(1).spans[0].boxes[:1]
    image = Image.open(io.BytesIO(render_page(path, 1, boxes=boxes, scale=2))).convert("RGB")
    assert image.size == (1191, 1684)
    yellow = [
        (x, y)
        for x in range(0, image.width, 2)
        for y in range(0, image.height, 2)
        if image.getpixel((x, y))[2] < 60 < 200 < image.getpixel((x, y))[0]  # type: ignore[index]
    ]
    assert yellow
    assert min(x for x, _ in yellow) >= 2 * boxes[0].x0 - 4 and max(y for _, y in yellow) <= 2 * boxes[0].y1 + 4
    inside, outside = blackness(render_page(path, 1, boxes=boxes, scale=2), boxes[0], 2)
    assert inside > 100 < outside  # the words stay black under the marker


def test_span_cut_within_a_line_has_the_part_of_its_box(tmp_path: Path) -> None:
    path = draw(tmp_path / "a.pdf", lines(*textwrap.wrap("Start here now. " + f"{SENTENCE} " * 30, 76)))
    page = read(path).page(1)
    assert len(page.spans) > 1
    cut = [span for span in page.spans if span.start > 0 and page.text[span.start - 1] == " "]
    assert cut and all(span.boxes[0].x0 > 80 for span in cut)
    assert all(len(span.boxes) == span.text.count("\n") + 1 for span in page.spans)


def test_paragraphs_and_headings(tmp_path: Path) -> None:
    def page(canvas: Canvas) -> None:
        canvas.setFont("Helvetica-Bold", 18)
        canvas.drawString(72, 780, "A Heading")
        canvas.setFont("Helvetica", 12)
        for number in range(9):
            canvas.drawString(72, 750 - number * 14 - 8 * (number // 3), f"Line {number} of a paragraph of text, long.")

    text = read(draw(tmp_path / "a.pdf", page)).page(1).text
    assert text.startswith("A Heading\n\nLine 0")
    assert [part.count("\n") for part in text.split("\n\n")] == [0, 2, 2, 2]


def test_listing_keeps_its_indentation(tmp_path: Path) -> None:
    rows = ["def mirror(canvas):", "    for x in range(3):", "        canvas.scale(x)", "    return canvas"]

    def page(canvas: Canvas) -> None:
        canvas.setFont("Courier", 10)
        for number, row in enumerate(rows):
            canvas.drawString(72 + 6 * (len(row) - len(row.lstrip())), 700 - 12 * number, row.lstrip())

    document = read(draw(tmp_path / "a.pdf", page))
    assert document.page(1).text == "\n".join(rows)
    assert_sound(document)


def test_word_parted_at_a_line_end_is_whole_again(tmp_path: Path) -> None:
    path = draw(
        tmp_path / "a.pdf",
        lines("These words are about the hyphen-", "ation of text in the Debian-", "Policy manual."),
    )
    document = read(path)
    assert document.page(1).text == "These words are about the hyphenation\nof text in the Debian-Policy\nmanual."
    assert len(document.page(1).spans[0].boxes) == 3
    assert_sound(document)


def test_line_after_a_mended_word_begins_no_paragraph(tmp_path: Path) -> None:
    rows = ["These words are about the hyphen-", "ation of some text that stands", "in a long manual with more lines."]

    def page(canvas: Canvas) -> None:
        lines(*rows)(canvas)
        lines("It begins a paragraph of its own.", x=90, y=658)(canvas)
        lines("Its second line stands at the margin.", y=644)(canvas)

    document = read(draw(tmp_path / "a.pdf", page))
    assert document.page(1).text.split("\n\n") == [
        "These words are about the hyphenation\nof some text that stands\nin a long manual with more lines.",
        "It begins a paragraph of its own.\nIts second line stands at the margin.",
    ]


def test_centred_lines_are_one_paragraph(tmp_path: Path) -> None:
    def page(canvas: Canvas) -> None:
        canvas.drawCentredString(300, 700, "Figure 1: An apparatus that has seventeen valves,")
        canvas.drawCentredString(300, 686, "one of them open")
        canvas.drawString(72, 660, SENTENCE)

    assert "valves,\none of them" in read(draw(tmp_path / "a.pdf", page)).page(1).text


def test_page_without_text_is_a_warning(tmp_path: Path) -> None:
    path = draw(tmp_path / "a.pdf", words(), lambda canvas: canvas.rect(100, 100, 200, 200), words("Third"))
    document = read(path)
    assert [page.text for page in document.pages] == [SENTENCE, "", "Third"]
    assert [(item.page, item.text) for item in document.warnings] == [(2, "no text could be recognised on this page")]


def test_pdf_without_any_text_is_empty(tmp_path: Path) -> None:
    path = draw(tmp_path / "scan.pdf", lambda canvas: canvas.rect(100, 100, 200, 200))
    with pytest.raises(SourceEmpty, match="not even to text recognition") as caught:
        read(path)
    assert_helpful(caught.value, "scan.pdf")


def test_printed_labels_and_physical_numbers(tmp_path: Path) -> None:
    canvas = Canvas(str(tmp_path / "labels.pdf"), pagesize=A4)
    canvas.addPageLabel(0, style="ROMAN_LOWER", start=1)
    canvas.addPageLabel(3, style="ARABIC", start=1)
    canvas.addPageLabel(5, style="ARABIC", start=1, prefix="A-")
    for number in range(7):
        canvas.drawString(72, 700, f"Physical page {number + 1}")
        canvas.showPage()
    canvas.save()
    document = read(tmp_path / "labels.pdf")
    assert [page.label for page in document.pages] == ["i", "ii", "iii", "1", "2", "A-1", "A-2"]
    assert document.page(4).text == "Physical page 4"


def test_outline_and_metadata(tmp_path: Path) -> None:
    canvas = Canvas(str(tmp_path / "book.pdf"), pagesize=A4)
    canvas.setTitle("Über Bücher")
    canvas.setAuthor("A. Writer")
    for number, (title, level) in enumerate([("One", 0), ("One, first", 1), ("Two", 0)]):
        canvas.bookmarkPage(str(number))
        canvas.addOutlineEntry(title, str(number), level)
        canvas.drawString(72, 700, title)
        canvas.showPage()
    canvas.save()
    document = read(tmp_path / "book.pdf")
    outline = [(item.title, item.level, item.page) for item in document.outline]
    assert outline == [("One", 0, 1), ("One, first", 1, 2), ("Two", 0, 3)]
    assert document.metadata["Title"] == "Über Bücher" and document.metadata["Author"] == "A. Writer"


@pytest.mark.parametrize("algorithm", ["RC4-128", "AES-128", "AES-256"])
def test_encrypted(tmp_path: Path, algorithm: str) -> None:
    writer = PdfWriter(clone_from=draw(tmp_path / "plain.pdf", words()))
    writer.encrypt("geheim", "owner", algorithm=algorithm)
    path = tmp_path / "locked.pdf"
    writer.write(path)
    for password, said in ((None, "needs a password"), ("wrong", "does not open")):
        with pytest.raises(SourceEncrypted, match=said) as caught:
            read(path, password=password)
        assert_helpful(caught.value, "locked.pdf")
    for password in ("geheim", "owner"):
        document = read(path, password=password)
        assert document.page(1).text == SENTENCE and not document.warnings
    with pytest.raises(SourceEncrypted):
        render_page(path, 1)
    assert render_page(path, 1, password="geheim").startswith(b"\x89PNG")


def test_locked_only_against_changes_is_read_without_a_password(tmp_path: Path) -> None:
    writer = PdfWriter(clone_from=draw(tmp_path / "plain.pdf", words()))
    writer.encrypt("", "owner", algorithm="AES-256")
    writer.write(tmp_path / "owned.pdf")
    assert read(tmp_path / "owned.pdf").page(1).text == SENTENCE


@pytest.mark.parametrize(("keep", "with_text"), [(0.5, 14), (0.9, 116), (0.999, 134)])
def test_truncated_is_read_as_far_as_it_goes(tmp_path: Path, keep: float, with_text: int) -> None:
    data = (SAMPLES / "reportlab-userguide.pdf").read_bytes()
    path = tmp_path / "cut.pdf"
    path.write_bytes(data[: int(len(data) * keep)])
    document = read(path)
    assert len(document.pages) == 134 and sum(bool(page.text) for page in document.pages) == with_text
    assert "the end of the file is missing" in document.warnings[0].text
    assert_sound(document)
    assert render_page(path, 6).startswith(b"\x89PNG")


def test_truncated_before_its_catalogue_is_damaged(tmp_path: Path) -> None:
    path = tmp_path / "cut.pdf"
    path.write_bytes((SAMPLES / "reportlab-userguide.pdf").read_bytes()[:100_000])
    with pytest.raises(SourceDamaged, match="damaged beyond repair") as caught:
        read(path)
    assert_helpful(caught.value, "cut.pdf")


@pytest.mark.parametrize("data", [b"%PDF-1.4\n%%EOF\n", b"%PDF-1.7\n" + b"\xff\x00garbage" * 500, b"no PDF at all"])
def test_no_pdf_inside(tmp_path: Path, data: bytes) -> None:
    path = tmp_path / "broken.pdf"
    path.write_bytes(data)
    with pytest.raises(SourceDamaged) as caught:
        read(path)
    assert_helpful(caught.value, "broken.pdf")


def test_pdf_is_known_by_its_content(tmp_path: Path) -> None:
    path = draw(tmp_path / "a.pdf", words())
    other = tmp_path / "download"
    other.write_bytes(path.read_bytes())
    assert read(other).kind == "pdf" and read(other).id == read(path).id


def test_broken_page_does_not_take_the_others_along(tmp_path: Path) -> None:
    data = draw(tmp_path / "a.pdf", words("First"), words("Second"), words("Third"), packed=False).read_bytes()
    path = tmp_path / "b.pdf"
    second = data.index(b"/Type /Page\n", data.index(b"/Type /Page\n") + 1)
    path.write_bytes(data[:second] + b"/Type /Pag?\n" + data[second + 12 :])
    document = read(path)
    assert [page.text for page in document.pages if page.text] in (
        ["First", "Second", "Third"],
        ["First", "Third"],
    )
    assert len(document.pages) == 3


def test_what_pdfium_refuses_pypdf_reads(tmp_path: Path) -> None:
    """pdfium insists on a root in the trailer; pypdf looks at every object for a catalogue, however spelt."""
    path = draw(tmp_path / "rescued.pdf", words())
    path.write_bytes(path.read_bytes().replace(b"/Root", b"/Lost").replace(b"/Catalog", b"/Cat#61log"))
    document = read(path)
    assert "pypdf " in document.reader and "pypdfium2" not in document.reader
    assert document.page(1).text == SENTENCE and not document.page(1).spans[0].boxes
    assert "without the places of its words" in document.warnings[0].text
    assert_sound(document)


def test_pypdf_keeps_the_spaces_of_a_font_without_a_space(tmp_path: Path) -> None:
    """TeX's way to set words: a font of letters alone, the space a gap of a third of the font size."""
    letters = "".join(f"<{code:04X}> <{code:04X}>\n" for code in range(97, 123))
    names = f"1 begincodespacerange <0000> <FFFF> endcodespacerange\n26 beginbfchar\n{letters}endbfchar"
    said = ("for", "the", "replacement", "expression")
    shown = " -333 ".join(f"<{word.encode('utf-16-be').hex()}>" for word in said)
    objects = [
        "<</Type/Cat#61log/Pages 2 0 R>>",
        "<</Type/Pages/Kids[3 0 R]/Count 1>>",
        "<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 4 0 R/Resources<</Font<</F 5 0 R>>>>>>",
        f"<</Length {len(shown) + 38}>>stream\nBT /F 10 Tf 1 0 0 1 72 700 Tm [{shown}] TJ ET\nendstream",
        "<</Type/Font/Subtype/Type0/BaseFont/LM/Encoding/Identity-H/DescendantFonts[7 0 R]/ToUnicode 6 0 R>>",
        f"<</Length {len(names)}>>stream\n{names}\nendstream",
        "<</Type/Font/Subtype/CIDFontType2/BaseFont/LM/CIDSystemInfo<</Registry(Adobe)/Ordering(Identity)"
        "/Supplement 0>>/DW 1000/W[32 32 900 97 122 500]/FontDescriptor 8 0 R>>",
        "<</Type/FontDescriptor/FontName/LM/Flags 4/FontBBox[0 0 1000 1000]/ItalicAngle 0/Ascent 800/Descent -200"
        "/CapHeight 700/StemV 80>>",
    ]
    path = tmp_path / "tex.pdf"
    file, table = "%PDF-1.5\n", f"xref\n0 {len(objects) + 1}\n0000000000 65535 f \n"
    for number, text in enumerate(objects, 1):
        table += f"{len(file):010d} 00000 n \n"
        file += f"{number} 0 obj\n{text}\nendobj\n"
    path.write_text(f"{file}{table}trailer\n<</Size {len(objects) + 1}/Lost 1 0 R>>\nstartxref\n{len(file)}\n%%EOF\n")
    document = read(path)
    assert "pypdf " in document.reader and "pypdfium2" not in document.reader
    assert document.page(1).text == "for the replacement expression"


def test_pictures_only_of_pages_that_exist(tmp_path: Path) -> None:
    path = draw(tmp_path / "a.pdf", words())
    for number in (0, 2):
        with pytest.raises(PageMissing):
            render_page(path, number)
    with pytest.raises(SourceUnsupported):
        render_page(tmp_path, 1)
    (tmp_path / "a.txt").write_text("text")
    with pytest.raises(SourceUnsupported):
        render_page(tmp_path / "a.txt", 1)


def test_the_sample_reads_as_it_looks() -> None:
    document = read(SAMPLES / "reportlab-userguide.pdf")
    assert len(document.pages) == 134 and not document.warnings and len(document.outline) == 104
    assert document.metadata["Title"] == "ReportLab PDF Generation User Guide"
    span = span_with(document, "This is a software library that lets you directly create documents")
    assert span.page == 6 and span.text.startswith("1.2 What is the ReportLab PDF Library?\n\nThis is")
    assert "def mirror(canvas):\n    from reportlab.lib.units import inch\n" in document.page(21).text
