"""A text and its language in, its definitions and the names it uses out. The one user of tree-sitter.

The queries stand in `queries/`, a file a language, in two parts. A pattern of the first captures a definition under
its kind (`@class`, `@function` ...) with its `@name` and perhaps its `@owner`; `@scope` only lends its name to what is
in it (an `impl` of Rust), `@outer` only its first line (decorators). `@ref` in the second part is a name that is
called, inherited from, imported or used as a type.
"""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path
from typing import NamedTuple

from tree_sitter import Language, Node, Parser, Query, QueryCursor
from tree_sitter_language_pack import get_language

from ingest.comment import said_above
from ingest.languages import GRAMMARS

SIGNATURE_LONGEST = 240
"""Characters; a longer one ends in an ellipsis."""

_QUERIES = Path(__file__).parent / "queries"
_QUALIFIER = re.compile(r"::|[.:\\]")
_END_OF_SIGNATURE = re.compile(r"\s*(?:[{:;]|=>?|\bdo|:\s*# .*)?\s*$")
_OPENS_LINE = re.compile(r"[\w\s]*")
_IN_CLASS = frozenset({"class", "interface", "struct", "trait", "enum", "scope"})
_LENDING = _IN_CLASS | {"module", "function", "method"}
"""Kinds whose name is a part of the qualified names of what is in them."""


class Found(NamedTuple):
    """A definition: lines count from 1, both ends belong to it."""

    name: str
    qualified: str
    kind: str
    first: int
    last: int
    signature: str
    doc: str


class _Site(NamedTuple):
    kind: str
    node: Node
    path: list[str]
    """The parts of its own name: `Signer::sign` has two."""


def facts(text: str, language: str) -> tuple[list[Found], dict[str, list[int]]]:
    """The definitions of a text in reading order, and the lines on which each name is used, in order.

    `language` is a key of GRAMMARS. Broken code is read as far as it can be. On nodes of 100,000 children, as rubbish
    makes them, the queries take minutes, and the binding's own way to end them crashes: run it under a limit.
    """
    parser, defining, using = _tools(GRAMMARS[language])
    root = parser.parse(text.encode("utf-8", "replace")).root_node
    used: dict[str, set[int]] = {}
    for node in QueryCursor(using).captures(root).get("ref", ()):
        used.setdefault(_text(node), set()).add(node.start_point.row + 1)
    matches = QueryCursor(defining).matches(root)
    return _definitions(matches, text.split("\n")), {name: sorted(used[name]) for name in used}


@cache
def _tools(grammar: str) -> tuple[Parser, Query, Query]:
    language: Language = get_language(grammar)  # type: ignore[arg-type]
    defining, _, using = (_QUERIES / f"{grammar}.scm").read_text("utf-8").partition("; References\n")
    return Parser(language), Query(language, defining), Query(language, using)


def _definitions(matches: list[tuple[int, dict[str, list[Node]]]], lines: list[str]) -> list[Found]:
    sites: dict[tuple[int, int, str], _Site] = {}
    for _, captures in matches:
        named = [*captures.pop("owner", ()), *captures.pop("name", ())]
        path = [part for node in named for part in _QUALIFIER.split("".join(_text(node).split())) if part]
        for kind, (node, *_) in captures.items():
            sites.setdefault((node.start_byte, -node.end_byte, kind), _Site(kind, node, path))
    found: list[Found] = []
    around: list[_Site] = []
    outer: Node | None = None
    for _, site in sorted(sites.items(), key=lambda item: item[0]):
        if site.kind == "outer":
            outer = site.node
            continue
        while around and around[-1].node.end_byte <= site.node.start_byte:
            around.pop()
        if site.kind != "scope" and site.path:
            begins = outer if outer is not None and outer.end_byte == site.node.end_byte else site.node
            found.append(_found(site, around, begins.start_point.row, lines))
        if site.kind in _LENDING:
            around.append(site)
    return found


def _found(site: _Site, around: list[_Site], row: int, lines: list[str]) -> Found:
    kind = site.kind
    if kind == "function" and (len(site.path) > 1 or (around and around[-1].kind in _IN_CLASS)):
        kind = "method"
    end = site.node.end_point
    return Found(
        site.path[-1],
        ".".join(part for each in (*around, site) for part in each.path),
        kind,
        row + 1,
        # A node that takes in the line break ends at the start of the next line.
        max(row + 1, end.row + (end.column > 0)),
        _signature(site.node, lines),
        _docstring(site.node) or (said_above(lines, row) if _OPENS_LINE.fullmatch(_before(site.node, lines)) else ""),
    )


def _signature(node: Node, lines: list[str]) -> str:
    """What stands in front of the body, on one line; with the words in front of the node, such as `export const`."""
    holder = node.child_by_field_name("value") or node.child_by_field_name("right") or node
    body = holder.child_by_field_name("body") or next((each for each in holder.children if "body" in each.type), None)
    said = _text(node)
    if body is not None:
        said = (node.text or b"")[: body.start_byte - node.start_byte].decode("utf-8", "replace")
    else:
        said = said.partition("{")[0]
    if _OPENS_LINE.fullmatch(before := _before(node, lines)):
        said = before + said
    said = " ".join(said[: 4 * SIGNATURE_LONGEST].split()).replace("( ", "(").replace(", )", ")").replace(" )", ")")
    said = _END_OF_SIGNATURE.sub("", said)
    return said if len(said) <= SIGNATURE_LONGEST else said[: SIGNATURE_LONGEST - 1] + "…"


def _before(node: Node, lines: list[str]) -> str:
    """What stands in front of a node on its first line."""
    return lines[node.start_point.row].encode()[: node.start_point.column].decode("utf-8", "replace")


def _docstring(node: Node) -> str:
    """The first line of the string with which the body begins: Python's docstring."""
    body = node.child_by_field_name("body")
    first = next((each for each in body.named_children if each.type != "comment"), None) if body else None
    if first is None or first.type != "string":
        return ""
    said = "".join(_text(part) for part in first.named_children if part.type == "string_content")
    return next((line.strip() for line in said.split("\n") if line.strip()), "")


def _text(node: Node) -> str:
    return (node.text or b"").decode("utf-8", "replace")
