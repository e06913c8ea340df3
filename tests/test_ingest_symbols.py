"""Definitions and references of a codebase in each language that has a grammar, and what hostile code may do."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from test_ingest_document import SAMPLES
from test_ingest_folder import lay

from ingest import Limits, Symbols, read, symbols
from ingest.grammar import facts
from ingest.languages import GRAMMARS, language

CODE = {
    "a.py": '''LIMIT = 3

@cached(1)
def load(path: Path) -> Thing:
    """Load a thing.

    More."""
    return parse(path.read())


class Store(Base, meta.Other):
    # Keeps things.
    async def put(self, thing):
        try:
            await self.send(thing)
        except TooLarge:
            raise
''',
    "a.js": """// Loads a thing.
export async function load(path) {
  return parse(await path.read());
}
class Store extends Base {
  put(thing) { return new Parcel(thing); }
}
const shorten = (text) => cut(text);
module.exports.widen = function (text) { };
""",
    "a.ts": """/**
 * Loads a thing.
 */
export function load(path: Path): Thing {
  return parse(path.read());
}
export interface Shelf { put(thing: Thing): void }
export abstract class Store<T> extends Base implements Shelf {
  put(thing: Thing) { return new Parcel(thing); }
}
type Name = string;
enum Colour { Red }
""",
    "a.tsx": "export const View = (props: Props) => {\n  return <p>{shown(props)}</p>;\n};\n",
    "a.go": """package a

// Store keeps things.
type Store struct {
	shelf Shelf
}

type Shelf interface {
	Put(thing Thing) error
}

// Put keeps one.
func (s *Store) Put(thing Thing) error {
	return s.shelf.Send(pack(thing))
}

const Limit = 3
""",
    "a.rs": """/// Keeps things.
#[derive(Debug)]
pub struct Store {
    shelf: Shelf,
}

impl Keep for Store {
    fn put(&self, thing: Thing) -> Thing {
        self.shelf.send(wrap::pack(thing));
        log!("put")
    }
}

mod inner {
    pub fn load() {}
}
""",
    "A.java": """/** Keeps things. */
public class Store extends Base implements Shelf {
    public Store(int size) {}

    @Override
    public Thing put(Thing thing) {
        return shelf.send(new Parcel(thing));
    }
}
""",
    "a.c": """#include "a.h"

/* Keeps things. */
struct store { int size; };

#define MOST(a, b) ((a) > (b))

static struct thing *load(const char *path)
{
    return parse(path, later);
}
""",
    "a.cpp": """namespace shop {
// Keeps things.
class Store : public Base {
public:
    int put(Thing thing);
};

int Store::put(Thing thing) {
    return shelf->send(pack::wrap(thing));
}
}
""",
    "a.cs": """namespace Shop
{
    /// <summary>Keeps things.</summary>
    public class Store : Base
    {
        public int Size { get; set; }

        public Thing Put(Thing thing)
        {
            return shelf.Send(new Parcel(thing));
        }
    }
}
""",
    "a.rb": """module Shop
  # Keeps things.
  class Store < Base
    def put(thing)
      send_on(thing)
      Parcel.new(thing)
    end

    def self.make
    end
  end
end
""",
    "a.php": """<?php
namespace Shop;

/** Keeps things. */
class Store extends Base
{
    public function put(Thing $thing): int
    {
        return $this->send(new Parcel($thing));
    }
}

function load() {}
""",
    "a.kt": """/** Keeps things. */
class Store(val shelf: Shelf) : Base() {
    fun put(thing: Thing): Int {
        return shelf.send(pack(thing))
    }
}
""",
    "a.sh": '# Loads a thing.\nload() {\n  parse "$1"\n}\n',
    "a.swift": "/// Keeps things.\nclass Store: Base {\n    func put(thing: Thing) {\n        pack(thing)\n    }\n}\n",
    "a.scala": "class Store extends Base {\n  def put(thing: Thing): Int = {\n    pack(thing)\n  }\n}\n",
    "a.lua": "-- Loads a thing.\nlocal function load(path)\n  return parse(path)\nend\n",
}
DEFINED = {
    "a.py": "constant LIMIT 1-1, function load 3-8 Load a thing., class Store 11-17,"
    " method Store.put 13-17 Keeps things.",
    "a.js": "function load 2-4 Loads a thing., class Store 5-7, method Store.put 6-6, function shorten 8-8,"
    " function widen 9-9",
    "a.ts": "function load 4-6 Loads a thing., interface Shelf 7-7, method Shelf.put 7-7, class Store 8-10,"
    " method Store.put 9-9, type Name 11-11, enum Colour 12-12",
    "a.tsx": "function View 1-3",
    "a.go": "struct Store 4-6 Store keeps things., interface Shelf 8-10, method Shelf.Put 9-9,"
    " method Store.Put 13-15 Put keeps one., constant Limit 17-17",
    "a.rs": "struct Store 3-5 Keeps things., method Store.put 8-11, module inner 14-16, function inner.load 15-15",
    "A.java": "class Store 2-9 Keeps things., constructor Store.Store 3-3, method Store.put 5-8",
    "a.c": "struct store 4-4 Keeps things., macro MOST 6-6, function load 8-11",
    "a.cpp": "module shop 1-11, class shop.Store 3-6 Keeps things., method shop.Store.put 5-5,"
    " method shop.Store.put 8-10",
    "a.cs": "module Shop 1-13, class Shop.Store 4-12 Keeps things., property Shop.Store.Size 6-6,"
    " method Shop.Store.Put 8-11",
    "a.rb": "module Shop 1-12, class Shop.Store 3-11 Keeps things., method Shop.Store.put 4-7,"
    " method Shop.Store.make 9-10",
    "a.php": "class Store 5-11 Keeps things., method Store.put 7-10, function load 13-13",
    "a.kt": "class Store 2-6 Keeps things., method Store.put 3-5",
    "a.sh": "function load 2-4 Loads a thing.",
    "a.swift": "class Store 2-6 Keeps things., method Store.put 3-5",
    "a.scala": "class Store 1-5, method Store.put 2-4",
    "a.lua": "function load 2-4 Loads a thing.",
}
USED = {
    "a.py": "cached Path Thing parse read Base Other send TooLarge",
    "a.js": "parse read Base Parcel cut",
    "a.ts": "Path Thing parse read Base Shelf Parcel",
    "a.tsx": "Props shown",
    "a.go": "Shelf Thing Send pack",
    "a.rs": "Shelf Keep Thing send pack log",
    "A.java": "Base Shelf Thing send Parcel",
    "a.c": "parse later",
    "a.cpp": "Base Thing send wrap",
    "a.cs": "Base Thing Send Parcel",
    "a.rb": "Base send_on Parcel",
    "a.php": "Base Thing send Parcel",
    "a.kt": "Shelf Base Thing send pack",
    "a.sh": "parse",
    "a.swift": "Base Thing pack",
    "a.scala": "Base Thing pack",
    "a.lua": "parse",
}


@pytest.fixture(scope="module")
def sample() -> Symbols:
    """The symbols of the codebase that comes with the project."""
    return symbols(read(SAMPLES / "itsdangerous"))


def test_every_language_with_a_grammar_is_here() -> None:
    assert set(GRAMMARS) == {language(name) for name in CODE}


@pytest.mark.parametrize("name", CODE)
def test_definitions_and_references(name: str) -> None:
    found, used = facts(CODE[name], language(name))
    said = [f"{each.kind} {each.qualified} {each.first}-{each.last} {each.doc}".strip() for each in found]
    assert ", ".join(said) == DEFINED[name]
    assert set(USED[name].split()) <= set(used)
    lines = CODE[name].split("\n")
    assert all(word in lines[line - 1] for word, places in used.items() for line in places)


def test_signatures_stand_on_one_line(tmp_path: Path) -> None:
    text = "def f(\n    a: int,\n    b: str = '{',\n) -> dict[str, int]:\n    return {}\n"
    (one,) = symbols(read(lay(tmp_path, {"a.py": text}))).definitions
    assert one.signature == "def f(a: int, b: str = '{') -> dict[str, int]"
    assert facts(CODE["a.ts"], "TypeScript")[0][0].signature == "export function load(path: Path): Thing"
    assert facts(CODE["a.go"], "Go")[0][0].signature == "type Store struct"


def test_a_definition_its_users_and_what_it_uses(sample: Symbols) -> None:
    document = read(SAMPLES / "itsdangerous")
    (sign,) = sample.defined("Signer.sign")
    page = document.page(sign.page)
    assert page.label == "src/itsdangerous/signer.py" and sign.signature.startswith("def sign(self, value")
    assert page.text.split("\n")[sign.first - 1].strip().startswith("def sign(")
    assert "get_signature" in sample.within(sign.page, sign.first, sign.last)
    users = [sample.around(*place) for place in sample.used("Signer.get_signature")]
    assert sign in users
    assert {each.qualified for each in sample.defined("sign")} == {"Signer.sign", "TimestampSigner.sign"}
    assert sample.defined("no_such_name") == () == sample.used("no_such_name")


def test_other_documents_have_none() -> None:
    assert symbols(read(SAMPLES / "README.md")) == Symbols((), {})


def test_masked_code_keeps_its_lines(tmp_path: Path) -> None:
    secret = "ghp_" + "aB3dE5fG7h" * 4
    document = read(lay(tmp_path, {"a.py": f'KEY = "{secret}"\n\n\ndef f():\n    pass\n'}))
    assert secret not in document.page(1).text
    assert [(each.name, each.first) for each in symbols(document).definitions] == [("KEY", 1), ("f", 4)]


def test_a_file_that_exhausts_its_parser_is_skipped_and_the_others_are_read(tmp_path: Path) -> None:
    lay(tmp_path, {"a.py": CODE["a.py"], "b.c": "(" * 100_000, "c.py": CODE["a.py"]})
    found = symbols(read(tmp_path), limits=Limits(cpu_seconds=1))
    assert [each.path for each in found.skipped] == ["b.c"] and "CPU" in found.skipped[0].why
    assert [each.page for each in found.defined("load")] == [1, 3]


@settings(max_examples=60, deadline=None)
@given(st.sampled_from(sorted(CODE)), st.integers(0, 400), st.integers(0, 400), st.text(max_size=20))
def test_broken_code_is_read_as_far_as_it_goes(name: str, start: int, end: int, put: str) -> None:
    text = CODE[name][:start] + put + CODE[name][end:]
    found, used = facts(text, language(name))
    most = text.count("\n") + 1
    assert all(1 <= each.first <= each.last <= most for each in found)
    assert all(1 <= line <= most for lines in used.values() for line in lines)


@pytest.mark.parametrize(
    ("path", "text", "wanted"),
    [
        ("a/B.PY", "", "Python"),
        ("Makefile", "", "Makefile"),
        ("run", "#!/usr/bin/env python3.11 -u\n", "Python"),
        ("run", "#!/bin/sh\n", "Shell"),
        ("run", "#! /usr/bin/env -S node --x\n", "JavaScript"),
        ("run", "#!\n", ""),
        ("run", "words", ""),
        ("a.h", "", "C"),
    ],
)
def test_language(path: str, text: str, wanted: str) -> None:
    assert language(path, text) == wanted


def test_what_was_found_last_is_at_hand(tmp_path: Path) -> None:
    document = read(lay(tmp_path / "code", {"a.py": CODE["a.py"], "b.py": "def other(): pass\n"}))
    found = symbols(document)
    assert symbols(read(tmp_path / "code")) is found
    changed = replace(document, pages=document.pages[:1])
    assert not symbols(changed).defined("other") and symbols(document).defined("other")
    for limits in (Limits(), Limits(cpu_seconds=1)):
        assert symbols(document, limits=limits) == found
