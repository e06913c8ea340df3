"""The map of a codebase: within any budget, what is used most first, nearer to a question, nothing left out unsaid."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from test_ingest_document import SAMPLES
from test_ingest_folder import lay

from ingest import CodeMap, Document, MapTooSmall, Symbols, code_map, read, symbols
from ingest.importance import importance

SAMPLE = read(SAMPLES / "itsdangerous")
FACTS = symbols(SAMPLE)


def count(text: str) -> int:
    """Words and signs: a tokenizer of its own kind."""
    return len(re.findall(r"\w+|[^\w\s]", text))


def made(budget: int, question: str = "") -> CodeMap:
    return code_map(SAMPLE, FACTS, budget, count=count, question=question)


@settings(max_examples=30, deadline=None)
@given(st.integers(40, 6000), st.sampled_from(["", "Where does a signature expire?"]))
def test_it_fits_and_says_what_it_leaves_out(budget: int, question: str) -> None:
    found = made(budget, question)
    assert found.tokens == count(found.text) <= budget
    lines = found.text.split("\n")
    assert sum(bool(re.match(r" *\d+ ", line)) for line in lines) == found.definitions_shown
    assert found.files == len(SAMPLE.pages) and found.definitions == len(FACTS.definitions)
    missing = [int(number) for number in re.findall(r"^Not listed: (\d+) of", found.text, re.M)]
    wanted = [found.definitions - found.definitions_shown, found.files - found.files_shown]
    assert missing == [number for number in wanted if number]


def test_with_room_for_all_it_has_all() -> None:
    found = made(100_000)
    assert (found.files_shown, found.definitions_shown) == (found.files, found.definitions)
    assert all(page.label in found.text for page in SAMPLE.pages) and "Not listed" not in found.text


def test_lines_open_where_definitions_begin() -> None:
    page = None
    labels = {page.label: page for page in SAMPLE.pages}
    seen = 0
    for line in made(2000).text.split("\n"):
        if head := re.match(r"(\S+)  \(", line):
            page = labels[head[1]]
        elif (entry := re.match(r" *(\d+) +(?:async )?(def|class) (\w+)", line)) and page is not None:
            below = "\n".join(page.text.split("\n")[int(entry[1]) - 1 :][:4])
            assert f"{entry[2]} {entry[3]}" in below
            seen += 1
    assert seen > 20


def test_a_question_draws_what_it_names() -> None:
    assert "SignatureExpired" not in made(150).text
    assert "SignatureExpired" in made(150, "When is SignatureExpired raised?").text
    assert "timed.py" in made(200, "timed signatures").text


def test_too_small_says_how_much_it_needs() -> None:
    with pytest.raises(MapTooSmall) as caught:
        made(5)
    needed = int(re.findall(r"(\d+) are needed", caught.value.hint)[0])
    assert made(needed).definitions_shown == 0


def ranked(tmp_path: Path, files: dict[str, str | bytes], question: str = "") -> list[str]:
    """The names of the definitions, the most important first."""
    document = read(lay(tmp_path, files))
    facts = symbols(document)
    ranks = importance(document, facts, question).definitions
    order = sorted(range(len(ranks)), key=lambda index: -ranks[index])
    return [facts.definitions[index].name for index in order]


def test_what_is_used_most_comes_first(tmp_path: Path) -> None:
    files: dict[str, str | bytes] = {f"user{n}.py": f"from core import load_thing\nload_thing({n})\n" for n in range(5)}
    files["core.py"] = "def load_thing(x):\n    return x\n\n\ndef seldom_used(x):\n    return x\n\n\ndef never(): ...\n"
    files["one.py"] = "from core import seldom_used\nseldom_used(1)\n"
    assert ranked(tmp_path, files) == ["load_thing", "seldom_used", "never"]
    assert ranked(tmp_path, files, "what does never do")[0] == "never"


def test_tests_and_built_in_names_do_not_decide(tmp_path: Path) -> None:
    files: dict[str, str | bytes] = {f"tests/test_{n}.py": "check_it(1)\n" * 9 for n in range(5)}
    files["tests/tools.py"] = "def check_it(x): ...\n"
    files |= {f"a{n}.py": "print(1)\nopen_store()\n" for n in range(3)}
    files["store.py"] = "def open_store(): ...\n\n\nclass Log:\n    def print(self): ...\n"
    assert ranked(tmp_path, files)[0] == "open_store"
    assert ranked(tmp_path, files).index("print") > 0


def test_a_codebase_without_code(tmp_path: Path) -> None:
    document: Document = read(lay(tmp_path, {"a.md": "Words.\n", "b/c.md": "Words.\n"}))
    found = code_map(document, symbols(document), 100, count=count)
    assert found.text.split("\n") == ["a.md  (Markdown, 1 line)", "b/c.md  (Markdown, 1 line)"]
    assert found.definitions == 0 == len(Symbols((), {}).definitions)
