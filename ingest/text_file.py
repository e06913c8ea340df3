"""The bytes of one text file in, its page with spans, headings and secrets out; knows no path but the file's name."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import PurePosixPath

from ingest import headings
from ingest.decode import decode
from ingest.document import Kind, OutlineItem
from ingest.source_file import MARKDOWN, PROSE, borders, shown

_TABLES = frozenset({".csv", ".tsv"})
_JSON = frozenset({".json", ".geojson", ".jsonld"})
_XML = frozenset({".xml", ".svg", ".xsd", ".xsl", ".xslt", ".rss", ".atom"})
_ENTITY = re.compile(r"<!ENTITY\s")
_LINE_LONGEST = 2000
"""Characters. Longer lines of JSON are written by programs for programs: such a file is set in lines."""
_TOKEN = re.compile(r'"(?:[^"\\]|\\.)*+"|[\[{\]},]|[^"\[{\]},]+|"', re.S)
_INDENT_MOST = 40


@dataclass(frozen=True, slots=True)
class TextFile:
    """What was read: `unseen` is what no reader sees in it, in words; `secrets` are (line, kind)."""

    kind: Kind
    text: str
    spans: tuple[tuple[int, int], ...]
    outline: tuple[OutlineItem, ...]
    warnings: tuple[str, ...]
    unseen: str
    secrets: tuple[tuple[int, str], ...]


def text_file(data: bytes, name: str, *, secrets_too: bool) -> TextFile | None:
    """None where the bytes are no text. Keys, tokens and passwords are covered, unless `secrets_too`."""
    text = decode(data)
    if text is None:
        return None
    suffix = PurePosixPath(name).suffix.lower()
    warnings = []
    if suffix in _JSON and len(max(text.split("\n"), key=len)) > _LINE_LONGEST:
        text = in_lines(text)
        warnings.append("this JSON has very long lines and was set in shorter ones; nothing else is changed")
    if suffix in _XML and _ENTITY.search(text):
        warnings.append("this XML declares entities; they are shown as they stand, and none is resolved")
    text, unseen, found = shown(text, secrets_too=secrets_too)
    kind: Kind = "markdown" if suffix in MARKDOWN else "text" if suffix in PROSE else "code"
    if suffix in _TABLES:
        kind = "csv"
    titles = headings.BY_SUFFIX.get(suffix)
    outline = tuple(OutlineItem(title, level, 1) for title, level in titles(text)) if titles else ()
    spans = tuple(borders(text, name, alone=True))
    return TextFile(kind, text, spans, outline, tuple(warnings), unseen, tuple(found))


def in_lines(text: str) -> str:
    """JSON with every member and element on a line of its own. Only white space between tokens is changed."""
    out: list[str] = []
    depth = 0
    for match in _TOKEN.finditer(text):
        token = match[0]
        if token in "[{":
            depth += 1
            out.append(token + _break(depth))
        elif token in "]}":
            depth = max(0, depth - 1)
            out.append(_break(depth) + token)
        elif token == ",":
            out.append(token + _break(depth))
        else:
            out.append(token if token[0] == '"' else token.strip())
    return re.sub(r"([\[{])\s*([\]}])", r"\1\2", "".join(out)) + "\n"


def _break(depth: int) -> str:
    return "\n" + " " * min(_INDENT_MOST, depth)
