"""What holds for every Document, whatever it was read from: above all that spans cover its text."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

import ingest
from ingest import Document, PageMissing, code, prose, read

ROOT = Path(__file__).resolve().parent.parent
SAMPLES = ROOT / "samples"


def assert_sound(document: Document) -> None:
    """The invariants of Document, Page and Span."""
    assert document.pages and [page.number for page in document.pages] == list(range(1, len(document.pages) + 1))
    for page in document.pages:
        assert "\0" not in page.text and "\f" not in page.text and "\r" not in page.text
        assert_covered(page.text, [(span.start, span.end) for span in page.spans])
        for span in page.spans:
            assert span.text == document.page(span.page).text[span.start : span.end]
            first, last = page.lines(span)
            assert 1 <= first <= last <= page.text.count("\n") + 1
            for box in span.boxes:
                assert box.x0 <= box.x1 and box.y0 <= box.y1


def assert_covered(text: str, borders: list[tuple[int, int]]) -> None:
    """The borders are in order, overlap nowhere and leave out nothing but white space."""
    at = 0
    for start, end in borders:
        assert at <= start < end and not text[at:start].strip()
        at = end
    assert not text[at:].strip()


@pytest.fixture(scope="module", params=["reportlab-userguide.pdf", "itsdangerous", "README.md"])
def sample(request: pytest.FixtureRequest) -> Document:
    """Each of the samples that come with the project."""
    return read(SAMPLES / request.param)


def test_spans_cover_every_sample(sample: Document) -> None:
    assert_sound(sample)


def test_spans_have_the_size_of_a_paragraph(sample: Document) -> None:
    if sample.kind == "code":
        sizes = [len(span.text) for page in sample.pages for span in page.spans if page.label.endswith(".py")]
        assert max(sizes) <= code.LONGEST and sum(sizes) / len(sizes) > code.LONGEST / 2
    else:
        sizes = [len(span.text) for page in sample.pages for span in page.spans]
        assert max(sizes) <= 2 * prose.LONGEST and sum(sizes) / len(sizes) > 200


def test_page_numbers_count_from_one(sample: Document) -> None:
    assert sample.page(1) is sample.pages[0]
    for number in (0, -1, len(sample.pages) + 1):
        with pytest.raises(PageMissing):
            sample.page(number)


def test_same_content_elsewhere_is_the_same_document(tmp_path: Path) -> None:
    for name in ("reportlab-userguide.pdf", "README.md"):
        copy = tmp_path / f"copy-of-{name}"
        copy.write_bytes((SAMPLES / name).read_bytes())
        here, there = read(SAMPLES / name), read(copy)
        assert (here.id, here.sha256, here.pages) == (there.id, there.sha256, there.pages)
        assert here.path != there.path


def test_other_content_is_another_document(tmp_path: Path) -> None:
    file = tmp_path / "a.txt"
    file.write_text("one")
    before = read(file)
    file.write_text("two")
    assert read(file).id != before.id
    # The same bytes in another reader give other spans: not the same document either.
    (tmp_path / "a.md").write_text("two")
    assert read(tmp_path / "a.md").id != read(file).id


def test_exported_names_exist_and_are_no_more() -> None:
    assert sorted(ingest.__all__) == list(dict.fromkeys(sorted(ingest.__all__)))
    assert all(hasattr(ingest, name) for name in ingest.__all__)


def test_import_is_light() -> None:
    """A program that only wants the values does not pay for the PDF libraries."""
    heavy = "pypdf pypdfium2 charset_normalizer PIL docx pptx openpyxl selectolax tree_sitter langchain_core"
    code_line = f"import ingest, sys; print(sorted(set({heavy.split()}) & set(sys.modules)))"
    found = subprocess.run([sys.executable, "-c", code_line], cwd=ROOT, capture_output=True, text=True, check=True)
    assert found.stdout.strip() == "[]"


PIECES = st.sampled_from(
    ["a", "B", ".", "?", "。", " ", "\n", "\n\n", "# ", "```\n", "word", "字", "- ", "\t", "x" * 700]
)
TEXTS = st.one_of(st.text(max_size=3000), st.lists(PIECES, max_size=300).map("".join))


@given(TEXTS)
@example("# " + "0" * 3 * prose.LONGEST)
def test_prose_borders_cover_any_text(text: str) -> None:
    borders = prose.borders(text, prose.blocks(text))
    assert_covered(text, borders)
    assert all(end - start <= 3 * prose.LONGEST for start, end in borders)


CODE_PIECES = st.sampled_from(
    [
        "def f(a):\n",
        "    def g():\n",
        "class A:\n",
        "@dec\n",
        "# why\n",
        "    x = 1\n",
        "\n",
        "    \n",
        "}\n",
        "f() {\n",
    ]
    + [
        "int f(int a)\n{\n",
        "/* c\n",
        " * d */\n",
        "if (a) {\n",
        "\t\treturn\n",
        "y" * 700,
        "字\n",
        "end\n",
        "function f()\n",
    ]
)
CODES = st.one_of(TEXTS, st.lists(CODE_PIECES, max_size=200).map("".join))


@given(CODES, st.sampled_from(["", "Python", "C", "Ruby", "SQL"]))
def test_code_borders_cover_any_text(text: str, language: str) -> None:
    borders = code.borders(text, language)
    assert_covered(text, borders)
    assert all(end - start <= code.LONGEST for start, end in borders)
    assert all(text.count("\n", start, end) < code.MOST_LINES for start, end in borders)
    # Blocks of whole lines, but where a line alone is too long.
    long = any(len(line) > code.LONGEST for line in text.split("\n"))
    assert long or all(start == 0 or text[start - 1] == "\n" for start, _ in borders)
