"""Headings of text files become the outline; JSON and XML keep every character that counts."""

from __future__ import annotations

import json
import time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from test_ingest_document import assert_sound

from assistant import place
from ingest import SourceEmpty, read
from ingest.text_file import in_lines

MARKDOWN = """Title
=====

# One #
text
## Two ##
```sh
# no heading
```
Under
-----
| a |
|---|
#no
"""
RST = """==========
 The Title
==========

First
-----
text

.. code::

   -- no

Second
------

Deeper
~~~~~~
"""
LATEX = r"""\documentclass{book}
\chapter{One}
% \section{left out}
\section*{A {nested} title}
\subsection[short]{Long
 one}
\chapter{Two}
"""


@pytest.mark.parametrize(
    ("name", "text", "outline"),
    [
        ("a.md", MARKDOWN, [("Title", 0), ("One", 0), ("Two", 1), ("Under", 1)]),
        ("a.rst", RST, [("The Title", 0), ("First", 1), ("Second", 1), ("Deeper", 2)]),
        ("a.tex", LATEX, [("One", 0), ("A {nested} title", 1), ("Long one", 2), ("Two", 0)]),
        ("a.txt", MARKDOWN, []),
    ],
)
def test_headings_are_the_outline(tmp_path: Path, name: str, text: str, outline: list[tuple[str, int]]) -> None:
    (tmp_path / name).write_text(text)
    document = read(tmp_path / name)
    assert [(item.title, item.level) for item in document.outline] == outline
    assert {item.page for item in document.outline} <= {1}
    assert document.page(1).text == text
    assert_sound(document)


def test_headings_of_web_pages_are_the_outline(tmp_path: Path) -> None:
    (tmp_path / "a.html").write_text("<h1>One</h1><p>text</p><h2>Two</h2><pre># no</pre>")
    assert [(item.title, item.level) for item in read(tmp_path / "a.html").outline] == [("One", 0), ("Two", 1)]


def test_places_of_texts_are_lines(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("First line.\n\n" + "word " * 150 + "\n\nLast line.\n")
    document = read(tmp_path / "a.txt")
    page = document.page(1)
    assert place(document, page, page.spans[0]).startswith("lines 1-") and place(document, page) == "page 1"


def test_long_lines_of_json_are_set_in_lines(tmp_path: Path) -> None:
    value = {"rows": [{"id": n, "name": f'a "{n}", [x]', "empty": [], "big": 12345678901234567890} for n in range(99)]}
    (tmp_path / "a.json").write_text(json.dumps(value, separators=(",", ":")))
    document = read(tmp_path / "a.json")
    assert json.loads(document.page(1).text) == value and document.page(1).text.count("\n") > 300
    assert "long lines" in document.page(1).warnings[0]
    (tmp_path / "b.json").write_text(json.dumps(value, indent=2))
    assert read(tmp_path / "b.json").page(1).text == json.dumps(value, indent=2)
    assert_sound(document)


@given(
    st.recursive(
        st.none() | st.integers() | st.text(), lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner)
    )
)
def test_setting_json_in_lines_changes_nothing(value: object) -> None:
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    assert json.loads(in_lines(text)) == value


def test_deep_nesting_is_text(tmp_path: Path) -> None:
    for name, text in {
        "deep.json": "[" * 10_000 + "]" * 10_000,
        "deep.xml": "<a>" * 10_000 + "</a>" * 10_000,
        "deep.html": "<div>" * 10_000 + "<p>word</p>" + "</div>" * 10_000,
        "broken.json": '{"a": "' + "x" * 5000,
    }.items():
        (tmp_path / name).write_text(text)
        started = time.monotonic()
        try:
            assert read(tmp_path / name).page(1).spans
        except SourceEmpty as error:
            assert "hidden" in error.message, name
        assert time.monotonic() - started < 20


def test_entities_of_xml_are_never_resolved(tmp_path: Path) -> None:
    secret = tmp_path / "secret.txt"
    secret.write_text("hunter2")
    text = f'<!DOCTYPE a [<!ENTITY x SYSTEM "{secret}"><!ENTITY y "zz">]>\n<a>&x;&y;</a>\n'
    (tmp_path / "a.xml").write_text(text)
    document = read(tmp_path / "a.xml")
    assert document.page(1).text == text
    assert "none is resolved" in document.page(1).warnings[0]
