"""A reader of files has no way out: no network, no other programs, no entities, and nothing grows without bounds."""

from __future__ import annotations

import hashlib
import io
import subprocess
import sys
import threading
import time
import zipfile
from collections.abc import Callable
from pathlib import Path

import docx
import openpyxl
import pptx
import pytest
from test_ingest_document import ROOT, SAMPLES
from test_ingest_ocr import LETTER, pictured, scanned
from test_ingest_pdf import draw, words
from test_ingest_safety import BOMBS, workers
from test_ingest_text import assert_helpful

from assistant import Library
from ingest import IngestError, Limits, SourceDamaged, SourceEmpty, SourceTooHeavy, read
from ingest.recognition import Pictured, recognise
from ingest.tesseract import installed
from ui.start import run

TRIES = """
import ctypes, os, socket, subprocess, sys
from ingest.confine import confine
confine(programs={programs})
def fails(what):
    try:
        what()
    except OSError:
        return True
print(fails(socket.socket), fails(lambda: socket.create_connection(("127.0.0.1", 9))),
      fails(lambda: subprocess.run(["true"])), fails(lambda: open(os.devnull)))
"""


@pytest.mark.parametrize(("programs", "said"), [(False, "True True True None"), (True, "True True None None")])
def test_confined_process_has_no_network(programs: bool, said: str) -> None:
    script = TRIES.format(programs=programs)
    done = subprocess.run([sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, timeout=60)
    assert done.stdout.strip() == said, done.stderr


def test_child_of_a_confined_process_has_none_either() -> None:
    child = "import socket\ntry:\n socket.socket()\nexcept OSError:\n print('refused')"
    script = (
        "import subprocess, sys; from ingest.confine import confine; confine(programs=True);"
        f" subprocess.run([sys.executable, '-c', {child!r}])"
    )
    done = subprocess.run([sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, timeout=60)
    assert done.stdout.strip() == "refused", done.stderr


def test_every_worker_is_confined(tmp_path: Path) -> None:
    path = tmp_path / "slow.pdf"
    path.write_bytes(BOMBS["two million words"])
    seen: list[str] = []
    owner = threading.get_native_id()

    def look() -> None:
        deadline = time.monotonic() + 20
        while not seen and time.monotonic() < deadline:
            for number in Path(f"/proc/self/task/{owner}/children").read_text().split():
                status = Path(f"/proc/{number}/status").read_text()
                seen.extend(line for line in status.splitlines() if line in ("Seccomp:\t2", "NoNewPrivs:\t1"))
            time.sleep(0.01)

    thread = threading.Thread(target=look)
    thread.start()
    with pytest.raises(SourceTooHeavy):
        read(path, limits=Limits(memory=512 << 20, cpu_seconds=3, wall_seconds=20))
    thread.join()
    assert seen and not workers()


def rezipped(data: bytes, member: str, change: Callable[[str], str]) -> bytes:
    """An office file with one of its parts changed."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for item in old.infolist():
            content = old.read(item)
            new.writestr(item.filename, change(content.decode()) if item.filename == member else content)
    return out.getvalue()


def office(form: str) -> tuple[bytes, str, str]:
    """A small file, the part of it that holds "body", and "body" as it stands there."""
    out = io.BytesIO()
    if form == "docx":
        text = docx.Document()
        text.add_paragraph("body")
        text.save(out)
        return out.getvalue(), "word/document.xml", "body"
    if form == "pptx":
        show = pptx.Presentation()
        show.slides.add_slide(show.slide_layouts[0]).shapes.title.text = "body"
        show.save(out)
        return out.getvalue(), "ppt/slides/slide1.xml", "body"
    book = openpyxl.Workbook()
    book.active["A1"] = "body"
    book.save(out)
    return out.getvalue(), "xl/sharedStrings.xml", "body"


@pytest.mark.parametrize("form", ["docx", "pptx", "xlsx"])
@pytest.mark.parametrize("many", [False, True], ids=["outside", "laughs"])
def test_entities_in_office_files_are_not_resolved(tmp_path: Path, form: str, many: bool) -> None:
    (tmp_path / "secret").write_text("hunter2")
    entities = f'<!ENTITY e0 SYSTEM "file://{tmp_path}/secret">'
    if many:
        entities = '<!ENTITY e0 "lol">' + "".join(f'<!ENTITY e{n} "{f"&e{n - 1};" * 10}">' for n in range(1, 10))
    data, member, body = office(form)

    def change(text: str) -> str:
        head, mark, rest = text.partition("?>") if text.startswith("<?") else ("", "", text)
        return f"{head}{mark}<!DOCTYPE x [{entities}]>" + rest.replace(body, f"body &e{9 if many else 0};")

    path = tmp_path / f"a.{form}"
    path.write_bytes(rezipped(data, member, change))
    try:
        text = "".join(page.text for page in read(path).pages)
    except IngestError as error:
        assert_helpful(error, path.name)
    else:
        assert "hunter2" not in text and "lol" not in text


def test_office_files_that_grow_or_nest_are_refused(tmp_path: Path) -> None:
    data, member, _ = office("docx")
    (tmp_path / "bomb.docx").write_bytes(rezipped(data, member, lambda text: text.replace("body", "A" * 100_000_000)))
    with pytest.raises(SourceTooHeavy, match="unpacks to"):
        read(tmp_path / "bomb.docx")
    deep = "<w:r>" * 10_000 + "</w:r>" * 10_000
    (tmp_path / "deep.docx").write_bytes(rezipped(data, member, lambda text: text.replace("<w:r>", deep + "<w:r>", 1)))
    with pytest.raises(SourceDamaged) as caught:
        read(tmp_path / "deep.docx")
    assert_helpful(caught.value, "deep.docx")
    for name, text in {
        "deep.eml": "Subject: x\n"
        + "".join(f"Content-Type: multipart/mixed; boundary=b{n}\n\n--b{n}\n" for n in range(3000)),
        "deep.ipynb": '{"cells":' + "[" * 10_000 + "]" * 10_000 + "}",
        "deep.html": "<table><tr><td>" * 10_000,
    }.items():
        (tmp_path / name).write_text(text)
        with pytest.raises((SourceDamaged, SourceEmpty)) as caught:
            read(tmp_path / name)
        assert_helpful(caught.value, name)


def test_rows_beyond_what_a_sheet_says_of_itself_are_read(tmp_path: Path) -> None:
    data, _, _ = office("xlsx")
    rows = "".join(f'<row r="{n}"><c r="A{n}"><v>{n}</v></c></row>' for n in range(2, 9))
    far = '<row r="9"><c r="XFD9"><v>9</v></c></row>'
    (tmp_path / "a.xlsx").write_bytes(
        rezipped(
            data, "xl/worksheets/sheet1.xml", lambda text: text.replace("</sheetData>", f"{rows}{far}</sheetData>")
        )
    )
    text = read(tmp_path / "a.xlsx").page(1).text
    assert "| body |" in text and "| 8 |" in text and "(16,383 empty cells) | 9 |" in text


def test_scan_that_changes_while_it_is_read_is_told(tmp_path: Path) -> None:
    path, engine = draw(tmp_path / "scan.pdf", pictured(scanned(*LETTER))), installed("eng")
    assert engine is not None
    with path.open("rb") as file:
        other = Pictured(file, path.name, "pdf", hashlib.sha256(b"other").hexdigest())
        (reading,) = recognise(other, [1], engine, lambda _: None).values()
    assert "changed while it was read" in reading.failure and not reading.text


def test_library_keeps_no_picture_of_another_file(tmp_path: Path, library: Library) -> None:
    path = draw(tmp_path / "a.pdf", words())
    document = read(path)
    draw(path, words("Something else"))
    library.add(document)
    assert library.document(document.id) == document and library.file(document.id) is None


def test_limits_are_settings(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("UNSPOOL_READ_PAGES", "3")
    assert run(["read", str(SAMPLES / "reportlab-userguide.pdf")]) == 1
    assert "the limit is 3" in capsys.readouterr().err
