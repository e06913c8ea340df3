"""What is kept of questions: found again, exported without a link that works, verified, and really deleted."""

import contextlib
import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from assistant import Library, Run, Selection, brief, export, find, reread, verify
from assistant.errors import ConversationMissing, LibraryDamaged
from ingest import read
from tests.conftest import ROOT, SAMPLES
from yarn_runtime import attach
from yarn_runtime.scripted import scripted_engine

SECRET = "Quetzalcoatlus pays 4711 doubloons."
TEXT = f"{SECRET}\n\nThe notice period is 30 days.\n\n公司应当在三十天内付款。\n"
LINK = {"text": "It is ![x](https://evil.example).", "marks": []}
DRAFT = json.dumps({"found": True, "statements": [{"text": SECRET, "marks": [1]}, LINK]})


@pytest.fixture
def contract(tmp_path):
    source = tmp_path / "contract.txt"
    source.write_text(TEXT)
    return read(source)


@pytest.fixture
def asked(library, contract):
    """A library with the contract and one answered question; the conversation's id."""
    library.add(contract)
    with scripted_engine([DRAFT]) as scripted:
        answer = Run(brief(attach(scripted.url), [Selection(contract)], "What is <b>paid</b>?", rounds=0)).answer()
    conversation = library.start_conversation(answer.question)
    library.add_answer(conversation, answer, "scripted")
    return conversation


@pytest.mark.parametrize("words", ["doubloons", "pays DOUBLOON", "付款", "notice periods"])
def test_pages_are_found_by_their_words(library, asked, words):
    pages, _ = find(library, words)
    assert [page.document for page in pages] == ["contract.txt"]


def test_old_answers_are_found_and_what_is_no_word_finds_nothing(library, asked):
    assert [answer.conversation_id for answer in find(library, "Quetzalcoatlus")[1]] == [asked]
    assert find(library, "absent") == find(library, '"; DROP TABLE pages; --') == find(library, " ") == ([], [])


@pytest.mark.parametrize("form", ["markdown", "html", "json"])
def test_an_export_holds_the_citations_and_nothing_that_is_fetched(library, asked, form):
    text = export(library.conversation(asked[:8]), library.answers(asked), form)
    assert "4711" in text
    assert "contract.txt" in text
    if form == "json":
        assert json.loads(text)["answers"][0]["statements"][0]["citations"][0]["text"] == SECRET
    else:
        link = r"!\[|[^\\]\]\(" if form == "markdown" else "<(?:img|b|a|script)\\b"
        assert not re.search(link, text)
        assert "unsupported" in text


def test_an_unknown_conversation_is_said_to_be_unknown(library, asked):
    for wanted in ("nope", ""):
        with pytest.raises(ConversationMissing):
            library.conversation(wanted)


def test_a_whole_library_verifies(library, asked):
    assert verify(library) == []


@pytest.mark.parametrize(
    ("damage", "said"),
    [
        ("UPDATE pages SET text = replace(text, '4711', '4712')", "something else stands now"),
        (
            "UPDATE pages SET spans = CAST(json_replace(CAST(spans AS TEXT), '$[0][1]', 99999) AS BLOB)",
            "does not lie on the page",
        ),
        ("DELETE FROM page_terms", "not all of its pages can be searched"),
        ("UPDATE documents SET sha256 = 'x'", "is not the file that was read"),
        ("PRAGMA foreign_keys = OFF; DELETE FROM documents", "is not in the library"),
    ],
)
def test_what_does_not_agree_is_named(library, asked, damage, said):
    library._db.executescript(damage)
    assert any(said in fault for fault in verify(library)), verify(library)


def everything(folder: Path) -> bytes:
    return b"".join(file.read_bytes() for file in folder.rglob("*") if file.is_file())


@pytest.mark.parametrize("what", ["document", "conversation"])
def test_deleting_leaves_no_byte_behind(library, asked, contract, what, tmp_path):
    folder = tmp_path / "library"
    with scripted_engine([DRAFT], tokens_per_second=2_000) as scripted:
        run = Run(brief(attach(scripted.url), [Selection(contract)], "Again?"), folder=folder)
        with pytest.raises(Exception, match="holds no reply"):
            run.answer()  # it fails in its critique: its draft is kept
    assert any(b"doubloon" in file.read_bytes() for file in folder.glob("runs.db*"))
    if what == "document":
        library.remove(contract.id)
        assert b"doubloon" not in everything(folder)
        assert library.conversations() == []
    else:
        library.forget(asked)
        assert b"evil.example" not in everything(folder)
        assert [item.id for item in library.documents()] == [contract.id]
    assert verify(library) == []


def test_a_library_lives_longer_than_an_index_has_levels(library, contract):
    """Each deletion has the full-text index put in order; SQLite 3.40 calls it malformed after some 1,000 of them."""
    library.add(read(SAMPLES / "reportlab-userguide.pdf"))
    with library.store.writing():
        while library.store._levels("page_terms") < 1_990:
            library._db.execute("INSERT INTO page_terms VALUES ('x', 1, 'word')")
            library._db.execute("DELETE FROM page_terms WHERE document_id = 'x'")
            library._db.execute("INSERT INTO page_terms(page_terms) VALUES ('optimize')")
    for _ in range(8):
        library.add(contract)
        library.remove(contract.id)
    assert verify(library) == []
    assert [page.document for page in find(library, "canvas")[0]]


WORK = """
import contextlib, os, random, signal, sys, time
from pathlib import Path
from assistant import Answer, Library, verify
from assistant.context import DocumentCoverage, Ledger
from assistant.errors import DocumentMissing
from ingest import read

folder, source, kills = Path(sys.argv[1]), sys.argv[2], int(sys.argv[3])
document = read(source)
ledger = Ledger(100, 10, 5, {"documents": 10}, (DocumentCoverage("x", 10, 10, ()),))
answer = Answer("Why?", (), ledger, (), "The documents do not say.")

def work():
    library = Library(folder)
    while True:
        library.add(document)
        conversation = library.start_conversation("Why?")
        library.add_answer(conversation, answer, "model")
        library.forget(conversation)
        with contextlib.suppress(DocumentMissing):  # the other child may have removed it first
            library.remove(document.id)

Library(folder).close()
chance = random.Random(7)
for number in range(kills):
    children = []
    for _ in range(1 + number % 2):
        child = os.fork()
        if child == 0:
            try:
                work()
            except Exception as error:
                print("child:", repr(error), flush=True)
            os._exit(1)
        children.append(child)
    time.sleep(chance.uniform(0.02, 0.25))
    for child in children:
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
    library = Library(folder)
    faults = verify(library)
    whole = all(library.document(item.id) == document for item in library.documents())
    library.close()
    print(number, faults, whole, flush=True)
"""


def test_a_kill_at_any_moment_loses_nothing_and_leaves_nothing_half_written(tmp_path):
    source = tmp_path / "long.txt"
    source.write_text("\n\n".join(f"Clause {number} says that stone {number} is heavy." for number in range(300)))
    kills = 30
    arguments = [sys.executable, "-c", WORK, str(tmp_path / "library"), str(source), str(kills)]
    done = subprocess.run(arguments, cwd=ROOT, capture_output=True, text=True, timeout=240)
    assert done.returncode == 0, done.stderr
    lines = done.stdout.splitlines()
    assert lines == [f"{number} [] True" for number in range(kills)], lines


def test_a_full_disk_is_told_and_leaves_nothing_half_written(tmp_path, contract):
    disk = tmp_path / "disk"
    disk.mkdir()
    mounted = os.geteuid() == 0 and subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", str(disk)], capture_output=True
    )
    if not mounted or mounted.returncode:
        pytest.skip("a small disk can only be mounted by root, outside of most containers")
    with contextlib.ExitStack() as stack:
        stack.callback(subprocess.run, ["umount", str(disk)], check=True)
        library = Library(disk)
        stack.callback(library.close)
        source = tmp_path / "long.txt"
        source.write_text("\n\n".join(f"Clause {number} says that stone {number} is heavy." for number in range(9_000)))
        with pytest.raises(LibraryDamaged, match=r"full|space"):
            library.add(read(source))
        library.add(contract)
        assert [item.id for item in library.documents()] == [contract.id]
        assert verify(library) == []
        assert len(list((disk / "files").iterdir())) == 1


def test_every_text_is_derived_again_from_its_file(library, asked, tmp_path):
    folder = tmp_path / "code"
    folder.mkdir()
    (folder / "a.py").write_text("def a():\n    return 1\n")
    library.add(read(folder))
    found = reread(library)
    assert found.faults == ()
    assert [note for note in found.notes if "contract.txt" in note] == []
    assert "no copy of its files is kept" in found.notes[0]
    library._db.executescript("UPDATE pages SET text = replace(text, '4711', '4712') WHERE text LIKE '%4711%'")
    assert reread(library).faults == ("contract.txt: read again, page 1 holds another text.",)
    library._db.executescript("UPDATE documents SET reader = 'unspool-text/0 text'")
    assert "by another reader" in " ".join(reread(library).notes)


def test_the_commands_over_what_is_kept(library, asked, tmp_path):
    library.close()
    environment = {**os.environ, "UNSPOOL_DATA": str(tmp_path), "PYTHONPATH": str(ROOT)}

    def unspool(*arguments: str) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-m", "ui", "library", *arguments]
        return subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=60)

    assert json.loads(unspool("search", "doubloons", "--json").stdout)["pages"][0]["page"] == 1
    assert asked in unspool("history", "--json").stdout
    target = tmp_path / "out.html"
    assert unspool("export", asked[:6], "--format", "html", "-o", str(target)).returncode == 0
    assert "4711" in target.read_text()
    assert json.loads(unspool("verify", "--json").stdout) == {"faults": [], "notes": []}
    (tmp_path / "library" / "files" / next(iter(os.listdir(tmp_path / "library" / "files")))).write_text("other")
    assert unspool("verify").returncode == 1
    assert json.loads(unspool("forget", asked, "--json").stdout) == {"forgot": asked}
