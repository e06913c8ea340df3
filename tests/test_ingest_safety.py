"""Hostile PDFs and dying workers: one clear error in time, never a crash, a hang or a process left over."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
import zlib
from collections.abc import Iterator
from pathlib import Path

import pytest
from test_ingest_document import ROOT, SAMPLES
from test_ingest_pdf import SENTENCE, draw, words
from test_ingest_text import assert_helpful

from ingest import IngestError, Limits, SourceDamaged, SourceEmpty, SourceTooHeavy, read, render_page

TIGHT = Limits(memory=512 * 1024 * 1024, cpu_seconds=5, wall_seconds=20)


def pdf(*objects: bytes) -> bytes:
    """A PDF of these objects, numbered from 1, the catalogue first. pdfium rebuilds the missing table."""
    body = b"".join(b"%d 0 obj\n%s\nendobj\n" % (number, item) for number, item in enumerate(objects, 1))
    return b"%PDF-1.7\n" + body + b"trailer\n<</Root 1 0 R>>\n%%EOF\n"


def stream(data: bytes, entries: bytes = b"") -> bytes:
    """A stream object; the data is as it is."""
    return b"<<%s/Length %d>>\nstream\n%s\nendstream" % (entries, len(data), data)


PAGE = b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 600 800]/Contents 4 0 R/Resources 5 0 R>>"
TREE = (b"<</Type/Catalog/Pages 2 0 R>>", b"<</Type/Pages/Kids[3 0 R]/Count 1>>", PAGE)
FONT = b"<</Font<</F<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>>>>>"


def packed(data: bytes) -> bytes:
    """A stream that unpacks to `data`."""
    return stream(zlib.compress(data, 9), b"/Filter/FlateDecode")


def laughs() -> bytes:
    """Ten forms that each draw the next ten times over: ten million texts out of two kilobytes."""
    forms = [
        stream(
            b"/X Do " * 10,
            b"/Type/XObject/Subtype/Form/BBox[0 0 9 9]/Resources<</XObject<</X %d 0 R>>>>" % number,
        )
        for number in range(7, 14)
    ]
    last = stream(b"BT /F 9 Tf (ha) Tj ET", b"/Type/XObject/Subtype/Form/BBox[0 0 9 9]/Resources 15 0 R")
    return pdf(*TREE, stream(b"/X Do"), b"<</XObject<</X 6 0 R>>>>", *forms, last, b"<<>>", FONT)


BOMBS = {
    "laughs": laughs(),
    "two million words": pdf(*TREE, packed(b"BT /F 9 Tf 9 9 Td " + b"(ha) Tj " * 20_000_000 + b"ET"), FONT),
    "a gigabyte of spaces": pdf(*TREE, packed(b" " * (1 << 30)), FONT),
    "two billion pages": pdf(b"<</Type/Catalog/Pages 2 0 R>>", b"<</Type/Pages/Kids[3 0 R]/Count 2000000000>>", PAGE),
    "a tree that bites its tail": pdf(TREE[0], b"<</Type/Pages/Kids[2 0 R 2 0 R]/Count 2>>"),
    "ten thousand deep": pdf(*TREE, stream(b"[" * 10_000 + b"<<" * 10_000), FONT),
    "a huge page": pdf(*TREE[:2], PAGE.replace(b"600 800", b"1e9 1e9"), stream(b"BT /F 9 Tf (far) Tj ET"), FONT),
}


@pytest.fixture(autouse=True)
def no_process_stays() -> Iterator[None]:
    """After every test, no worker of ours is left."""
    yield
    for _ in range(50):
        if not workers():
            return
        time.sleep(0.1)
    raise AssertionError(workers())


def workers() -> list[int]:
    """The children of this process that read files."""
    children = Path(f"/proc/self/task/{threading.get_native_id()}/children").read_text().split()
    return [int(number) for number in children if b"ingest.worker" in Path(f"/proc/{number}/cmdline").read_bytes()]


@pytest.mark.parametrize("name", BOMBS)
def test_bomb_is_read_or_refused_in_time(tmp_path: Path, name: str) -> None:
    path = tmp_path / "bomb.pdf"
    path.write_bytes(BOMBS[name])
    started = time.monotonic()
    try:
        read(path, limits=TIGHT)
    except (SourceTooHeavy, SourceDamaged, SourceEmpty) as error:
        assert_helpful(error, "bomb.pdf")
    try:
        render_page(path, 1, limits=TIGHT)
    except IngestError as error:
        assert_helpful(error, "bomb.pdf")
    assert time.monotonic() - started < 45


@pytest.mark.parametrize("name", ["laughs.pdf", "text60m.pdf", "ws1g.pdf", "count2g.pdf", "deep3000.pdf"])
def test_bombs_of_the_corpus(corpus_bombs: Path, name: str) -> None:
    with pytest.raises((SourceTooHeavy, SourceDamaged, SourceEmpty)) as caught:
        read(corpus_bombs / name, limits=TIGHT)
    assert_helpful(caught.value, name)


@pytest.fixture
def corpus_bombs() -> Path:
    """The folder of hand-made bombs, which lies outside of the project."""
    folder = Path(os.environ.get("UNSPOOL_SHARED", ROOT.parent / "shared")) / "corpus" / "bombs"
    if not folder.is_dir():
        pytest.skip(f"the corpus is not at {folder} (set UNSPOOL_SHARED)")
    return folder


def test_time_limits(tmp_path: Path) -> None:
    path = SAMPLES / "reportlab-userguide.pdf"
    with pytest.raises(SourceTooHeavy, match="took more than 0 seconds"):
        read(path, limits=Limits(wall_seconds=0.15))
    path = tmp_path / "slow.pdf"
    path.write_bytes(pdf(*TREE, packed(b"BT /F 9 Tf 9 9 Td " + b"(ha) Tj " * 3_000_000 + b"ET"), FONT))
    with pytest.raises(SourceTooHeavy, match="took more than 1 CPU seconds"):
        read(path, limits=Limits(cpu_seconds=1))


def test_limits_of_pages_and_size() -> None:
    path = SAMPLES / "reportlab-userguide.pdf"
    with pytest.raises(SourceTooHeavy, match="134 pages, and the limit is 100"):
        read(path, limits=Limits(pages=100))
    with pytest.raises(SourceTooHeavy, match="larger than"):
        read(path, limits=Limits(source_bytes=100_000))
    with pytest.raises(SourceTooHeavy, match="MiB of text"):
        read(path, limits=Limits(output_bytes=100_000))
    with pytest.raises(SourceTooHeavy, match="million pixels"):
        render_page(path, 1, scale=100)


def test_worker_that_is_killed_is_one_error() -> None:
    killed = threading.Event()
    children = Path(f"/proc/self/task/{threading.get_native_id()}/children")
    others = set(children.read_text().split())  # such as the engine of this session

    def kill() -> None:
        while not killed.is_set():
            for number in set(children.read_text().split()) - others:
                os.kill(int(number), signal.SIGSEGV)
                killed.set()

    thread = threading.Thread(target=kill)
    thread.start()
    try:
        with pytest.raises(SourceDamaged, match="crash"):
            read(SAMPLES / "reportlab-userguide.pdf")
    finally:
        killed.set()
        thread.join()


def test_worker_dies_with_its_parent(tmp_path: Path) -> None:
    path = tmp_path / "slow.pdf"
    path.write_bytes(BOMBS["two million words"])
    script = f"import ingest; ingest.read({str(path)!r})"
    parent = subprocess.Popen([sys.executable, "-c", script], cwd=ROOT)
    children = Path(f"/proc/{parent.pid}/task/{parent.pid}/children")
    deadline = time.monotonic() + 10
    while not (found := children.read_text().split()) and time.monotonic() < deadline:
        time.sleep(0.01)
    parent.kill()
    parent.wait()
    worker = Path(f"/proc/{found[0]}")
    while worker.exists() and b"Z" not in (worker / "stat").read_bytes().split()[2:3]:
        assert time.monotonic() < deadline, "the worker outlives its parent"
        time.sleep(0.05)


def test_workers_are_independent(tmp_path: Path) -> None:
    """Several threads read at once, one of them a bomb."""
    good, bad = draw(tmp_path / "good.pdf", words()), tmp_path / "bad.pdf"
    bad.write_bytes(BOMBS["laughs"])
    results: list[str] = []

    def take(path: Path) -> None:
        try:
            results.append(read(path, limits=TIGHT).page(1).text)
        except SourceTooHeavy:
            results.append("too heavy")

    threads = [threading.Thread(target=take, args=(path,)) for path in (good, bad, good)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert sorted(results) == [SENTENCE, SENTENCE, "too heavy"]


def test_library_of_the_same_name_in_the_current_folder_is_not_run(tmp_path: Path) -> None:
    for name in ("pypdf", "pypdfium2", "json"):
        (tmp_path / f"{name}.py").write_text("open('run', 'w')")
    path = draw(tmp_path / "a.pdf", words())
    here = os.getcwd()
    os.chdir(tmp_path)
    try:
        assert read(path).page(1).text == SENTENCE
    finally:
        os.chdir(here)
    assert not (tmp_path / "run").exists()


def test_worker_starts_fast(tmp_path: Path) -> None:
    """CPU seconds of a one-page PDF, the start of the process included."""
    path = draw(tmp_path / "a.pdf", words())
    before = os.times()
    read(path)
    after = os.times()
    spent = after.children_user + after.children_system - before.children_user - before.children_system
    assert spent < 0.6
