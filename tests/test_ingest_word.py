"""Everything that Word shows of a DOCX is read, wherever it keeps it: nothing is lost without a word."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import docx
import openpyxl
import pptx
from PIL import Image
from test_ingest_document import assert_sound

from ingest import read

_TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml.footnotes+xml"
_RELATION = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/footnotes"
_W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
BODY = """
<w:p><w:r><w:t>Pay </w:t></w:r><w:ins w:id="1" w:author="A"><w:r><w:t>one hundred</w:t></w:r></w:ins>
<w:del w:id="2" w:author="A"><w:r><w:delText>ninety</w:delText></w:r></w:del>
<w:sdt><w:sdtContent><w:r><w:t xml:space="preserve"> dollars</w:t></w:r></w:sdtContent></w:sdt>
<w:smartTag><w:r><w:t xml:space="preserve"> in Berlin</w:t></w:r></w:smartTag>
<w:r><w:footnoteReference w:id="2"/></w:r></w:p>
<w:sdt><w:sdtContent><w:p><w:r><w:t>In a content control.</w:t></w:r></w:p></w:sdtContent></w:sdt>
<w:p><w:r><w:pict><v:shape xmlns:v="urn:schemas-microsoft-com:vml"><v:textbox><w:txbxContent><w:p><w:r>
<w:t>On the margin.</w:t></w:r></w:p></w:txbxContent></v:textbox></v:shape></w:pict></w:r></w:p>
<w:p><w:r><w:drawing><wp:inline xmlns:wp="http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing">
<wp:docPr id="1" name="Picture 1" descr="A red house"/></wp:inline></w:drawing></w:r></w:p>
"""
NOTES = f"""<?xml version="1.0"?><w:footnotes {_W}><w:footnote w:type="separator" w:id="0"><w:p/></w:footnote>
<w:footnote w:id="2"><w:p><w:r><w:t>Before taxes.</w:t></w:r></w:p></w:footnote></w:footnotes>"""


def word_file(path: Path) -> Path:
    """A file with text in all the places that python-docx passes over."""
    made, out = docx.Document(), io.BytesIO()
    made.add_paragraph("Contract")
    inner = made.add_table(1, 1).cell(0, 0).add_table(1, 1)
    inner.cell(0, 0).text = "In a table within a table."
    made.save(out)
    changes = {
        "word/document.xml": ("Contract</w:t></w:r></w:p>", f"Contract</w:t></w:r></w:p>{BODY}"),
        "[Content_Types].xml": (
            "</Types>",
            f'<Override PartName="/word/footnotes.xml" ContentType="{_TYPE}"/></Types>',
        ),
        "word/_rels/document.xml.rels": (
            "</Relationships>",
            f'<Relationship Id="rId99" Type="{_RELATION}" Target="footnotes.xml"/></Relationships>',
        ),
    }
    with zipfile.ZipFile(out) as old, zipfile.ZipFile(path, "w") as new:
        for item in old.infolist():
            content = old.read(item).decode() if item.filename in changes else ""
            new.writestr(item, content.replace(*changes[item.filename]) if content else old.read(item))
        new.writestr("word/footnotes.xml", NOTES)
    return path


def test_text_in_every_place_of_a_word_file_is_read(tmp_path: Path) -> None:
    document = read(word_file(tmp_path / "a.docx"))
    text = document.page(1).text
    assert "Pay one hundred dollars in Berlin[^2]" in text
    for said in (
        "In a content control.",
        "[Text box] On the margin.",
        "[Picture: A red house]",
        "| In a table within a table. |",
        "[^2]: Before taxes.",
    ):
        assert text.count(said) == 1, said
    assert [(item.text, item.how) for item in document.hidden] == [("ninety", "struck out by a tracked change")]
    assert_sound(document)


def test_formula_without_a_value_stands_as_it_is(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    book.active.append([2, 3, "=A1+B1"])
    book.active.append([])
    book.active.append(["total", "=SUM(A1:C1)"])
    book.save(tmp_path / "a.xlsx")
    assert read(tmp_path / "a.xlsx").page(1).text == "| 2 | 3 | =A1+B1 |\n\n| total | =SUM(A1:C1) |"


def test_pictures_on_slides_have_their_alternative_text(tmp_path: Path) -> None:
    picture = io.BytesIO()
    Image.new("RGB", (20, 20), "navy").save(picture, "PNG")
    show = pptx.Presentation()
    shape = show.slides.add_slide(show.slide_layouts[6]).shapes.add_picture(picture, 0, 0)
    shape._element.nvPicPr.cNvPr.set("descr", "Sales rise")
    show.save(tmp_path / "a.pptx")
    assert read(tmp_path / "a.pptx").page(1).text == "[Picture: Sales rise]"
