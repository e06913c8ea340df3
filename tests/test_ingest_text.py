"""Plain text, Markdown and single source files, in whatever encoding, and what is no text at all."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from test_ingest_document import assert_sound

from ingest import (
    IngestError,
    SourceEmpty,
    SourceMissing,
    SourceUnreadable,
    SourceUnsupported,
    prose,
    read,
)

GERMAN = "Größe und Übermaß: für Fußgänger höchstens 30 km/h, auf Brücken über Flüssen weniger.\n" * 4
JAPANESE = "日本国民は、正当に選挙された国会における代表者を通じて行動し、われらとわれらの子孫のために。\n" * 4
CHINESE = "人人生而自由,在尊严和权利上一律平等。他们赋有理性和良心,并应以兄弟关系的精神相对待。\n" * 4
FRENCH = "L'été dernier, à l'hôtel, nous avons mangé des crêpes; ça coûtait très cher.\n" * 8
PORTUGUESE = "Ação e reação: não há informações sobre os órgãos, nem põem questões.\n" * 8
HUNGARIAN = "Az ő felesége és a többi nő nagyon jó tükörfúrógépet vett a férjének, űrből.\n" * 8
RUSSIAN = "Все люди рождаются свободными и равными в своем достоинстве и правах. Они наделены разумом.\n" * 4


@pytest.mark.parametrize(
    ("text", "encoding"),
    [
        (GERMAN, "utf-8"),
        (GERMAN, "utf-8-sig"),
        (GERMAN, "utf-16"),
        (GERMAN, "utf-16-le"),
        (GERMAN, "utf-16-be"),
        (GERMAN, "utf-32"),
        (GERMAN, "latin-1"),
        (JAPANESE, "shift_jis"),
        (JAPANESE, "euc_jp"),
        (CHINESE, "gb18030"),
        (CHINESE, "big5"),
        (RUSSIAN, "cp1251"),
        (RUSSIAN, "koi8-r"),
        (RUSSIAN, "utf-16-le"),
        (CHINESE, "utf-16-le"),
        (CHINESE, "utf-16-be"),
        (JAPANESE, "utf-16-be"),
        (JAPANESE, "iso2022_jp"),
        ("\ufeff" + CHINESE, "gb18030"),
        (FRENCH, "latin-1"),
        (PORTUGUESE, "latin-1"),
        (HUNGARIAN, "cp1250"),
    ],
)
def test_any_encoding_is_decoded(tmp_path: Path, text: str, encoding: str) -> None:
    if encoding == "big5":
        text = text.replace("尊严", "尊嚴").replace("权利", "權利").replace("赋", "賦").replace("应", "應")
        text = text.replace("他们", "他們").replace("关系", "關係").replace("对", "對")
    file = tmp_path / "text.txt"
    file.write_bytes(text.encode(encoding))
    document = read(file)
    assert document.page(1).text == text.removeprefix("\ufeff")
    assert_sound(document)


def test_declared_encoding_is_believed(tmp_path: Path) -> None:
    file = tmp_path / "old.py"
    file.write_bytes('# -*- coding: iso-8859-2 -*-\nname = "Łódź"\n'.encode("iso-8859-2"))
    assert 'name = "Łódź"' in read(file).page(1).text


def test_one_odd_letter_is_western(tmp_path: Path) -> None:
    file = tmp_path / "short.txt"
    file.write_bytes("Café".encode("latin-1"))
    assert read(file).page(1).text == "Café"


def test_line_ends_and_control_characters(tmp_path: Path) -> None:
    file = tmp_path / "odd.txt"
    file.write_bytes(b"one\r\ntwo\rthree\n\x0c\nfour\tfive\x1b[31m\x07\n")
    assert read(file).page(1).text == "one\ntwo\nthree\n\nfour\tfive[31m\n"


def test_markdown_heading_stays_with_what_follows(tmp_path: Path) -> None:
    file = tmp_path / "notes.md"
    sections = [f"## Part {number}\n\n{'Some words of text. ' * 20}" for number in range(5)]
    file.write_text("\n\n".join(sections))
    document = read(file)
    assert document.kind == "markdown" and document.page(1).label == "1"
    assert [span.text[:9] for span in document.page(1).spans] == [f"## Part {number}" for number in range(5)]


def test_fenced_listing_stays_in_one_span(tmp_path: Path) -> None:
    file = tmp_path / "notes.md"
    listing = "```python\nfirst = 1\n\n\nsecond = 2\n\n# no heading\n\nthird = 3\n```"
    file.write_text(f"{'Words before it. ' * 30}\n\n{listing}\n\n{'Words after it. ' * 30}\n")
    assert any(listing in span.text for span in read(file).page(1).spans)


def test_long_paragraph_is_cut_at_sentences(tmp_path: Path) -> None:
    file = tmp_path / "long.txt"
    file.write_text("This is a sentence, e.g. one of many of them. " * 60)
    spans = read(file).page(1).spans
    assert len(spans) > 4
    assert all(span.text.startswith("This") and span.text.endswith(".") for span in spans)
    assert all(prose.FILLED < len(span.text) <= prose.LONGEST for span in spans)


def test_source_file_is_code_and_its_lines_are_known(tmp_path: Path) -> None:
    file = tmp_path / "shapes.py"
    functions = [f"def f{number}():\n" + "    x = 1\n" * 14 + "\n\n" for number in range(6)]
    file.write_text("".join(functions))
    document = read(file)
    page = document.page(1)
    assert document.kind == "code" and page.label == "shapes.py"
    assert [page.lines(span) for span in page.spans] == [(n * 34 + 1, n * 34 + 32) for n in range(3)]
    assert_sound(document)


def test_span_of_code_keeps_its_indentation(tmp_path: Path) -> None:
    file = tmp_path / "deep.py"
    file.write_text("class A:\n" + "".join(f"    def m{n}(self):\n        return {n}\n\n" for n in range(30)))
    spans = read(file).page(1).spans
    assert len(spans) > 2 and all(span.text.startswith("    def m") for span in spans[1:])


@pytest.mark.parametrize(
    ("name", "data", "error"),
    [
        ("empty.txt", b"", SourceEmpty),
        ("empty.pdf", b"", SourceEmpty),
        ("white.txt", b" \n\t\n", SourceEmpty),
        (
            "photo.psd",
            b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\x01\0\0\0\x01\x08\x02\0\0\0" * 9,
            SourceUnsupported,
        ),
        ("noise.bin", bytes((n * 37 + n // 7) % 256 for n in range(5000)), SourceUnsupported),
    ],
)
def test_what_is_no_text_says_so(tmp_path: Path, name: str, data: bytes, error: type[IngestError]) -> None:
    file = tmp_path / name
    file.write_bytes(data)
    with pytest.raises(error) as caught:
        read(file)
    assert_helpful(caught.value, name)


def assert_helpful(error: IngestError, name: str) -> None:
    """One sentence that names the source, and one that says what to do."""
    assert name in error.message and error.message.endswith(".") and "\n" not in error.message
    assert error.hint.endswith(".") and "\n" not in error.hint


def test_missing_path(tmp_path: Path) -> None:
    for path in (tmp_path / "none.pdf", str(tmp_path / "none" / "deeper"), "nul\0byte", "x" * 5000):
        with pytest.raises(SourceMissing) as caught:
            read(path)
        assert caught.value.hint == "Check the path."


def test_loop_of_links_is_missing(tmp_path: Path) -> None:
    (tmp_path / "a").symlink_to(tmp_path / "b")
    (tmp_path / "b").symlink_to(tmp_path / "a")
    with pytest.raises(SourceMissing):
        read(tmp_path / "a")


def test_fifo_and_device_are_refused_at_once(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.txt")
    for path in (tmp_path / "pipe.txt", Path("/dev/zero")):
        with pytest.raises(SourceUnsupported, match="device, pipe or socket"):
            read(path)


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_forbidden_file(tmp_path: Path) -> None:
    file = tmp_path / "secret.txt"
    file.write_text("secret")
    file.chmod(0)
    with pytest.raises(SourceUnreadable) as caught:
        read(file)
    assert caught.value.retryable
