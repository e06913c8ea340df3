"""A workbook as openpyxl holds it and the parts of its file in; what of a sheet nobody sees, and its comments, out."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from xml.etree.ElementTree import Element
from zipfile import ZipFile

from ingest.xml_file import parsed

_ROW, _COLUMN = re.compile(rb"<(?:\w+:)?row\b([^>]*)>"), re.compile(rb"<(?:\w+:)?col\b([^>]*)>")
_MAY_HIDE = (b"hidden", b'ht="0', b"ht='0", b'width="0', b"width='0")
_ZERO = re.compile(rb"0+(?:\.0*)?")
_ATTRIBUTE = re.compile(rb"\b(\w+)\s*=\s*[\"']([^\"']*)")
_WHITE = ("FFFFFF", 0)
"""As a colour, and as the number of a theme's colour: its background."""
_PERCENT = re.compile(r"0(?:\.(0+))?%")


@dataclass(frozen=True, slots=True)
class Styles:
    """The styles of cells by number: those that nobody sees, and the decimals of those that are shown as percent."""

    unseen: Mapping[int, str]
    percent: Mapping[int, int]


def styles(book: Any) -> Styles:
    """Letters in the colour of the cell, and formats that show nothing, are unseen."""
    unseen: dict[int, str] = {}
    percent: dict[int, int] = {}
    for number, style in enumerate(book._cell_styles):
        if style.numFmtId in (9, 10):  # built in: ECMA-376 part 1, 18.8.30
            percent[number] = 2 * (style.numFmtId - 9)
        elif style.numFmtId >= 164:
            form = _at(book._number_formats, style.numFmtId - 164) or ""
            if form.replace('"', "").strip() in (";;;", ";;"):
                unseen[number] = "in a format that shows nothing"
            elif match := _PERCENT.fullmatch(form):
                percent[number] = len(match[1] or "")
        font = _at(book._fonts, style.fontId)
        if _colour(getattr(font, "color", None), None) == _ground(_at(book._fills, style.fillId)):
            unseen[number] = "in the colour of its background"
    return Styles(unseen, percent)


def _at(kept: Sequence[Any], number: int) -> Any:
    """None where a style names what the file does not have, which spreadsheet programs overlook."""
    return kept[number] if 0 <= number < len(kept) else None


def _ground(fill: Any) -> object:
    if fill is None:
        return _WHITE
    if getattr(fill, "patternType", None) == "solid":
        return _colour(fill.fgColor, _WHITE)
    return _WHITE if getattr(fill, "patternType", "gradient") is None else "a pattern"


def _colour(colour: Any, default: object) -> object:
    """White as _WHITE, however it is said; others as they are said."""
    if colour is None or colour.type not in ("rgb", "theme") or (colour.tint and colour.type == "theme"):
        return default if colour is None else (colour.type, str(colour.value), colour.tint)
    value = colour.rgb[-6:].upper() if colour.type == "rgb" else colour.theme
    return _WHITE if value in _WHITE else (colour.type, value)


@dataclass(frozen=True, slots=True)
class Hiding:
    """The rows of a sheet, and the (first, last) of its columns, that are hidden; all counted from 1."""

    rows: frozenset[int]
    columns: tuple[tuple[int, int], ...]

    def how(self, row: int, column: int) -> str:
        """How the cell there is hidden; "" if it is not."""
        if row in self.rows:
            return "in a hidden row"
        return "in a hidden column" if any(first <= column <= last for first, last in self.columns) else ""


def hiding(xml: bytes) -> Hiding:
    """What the XML of a sheet says of it; a row without height and a column without width are hidden too."""
    rows: set[int] = set()
    columns: list[tuple[int, int]] = []
    if any(sign in xml for sign in _MAY_HIDE):
        at = 0
        for match in _ROW.finditer(xml):
            said = dict(_ATTRIBUTE.findall(match[1]))
            at = int(said.get(b"r", at + 1))
            if _is_hidden(said, b"ht"):
                rows.add(at)
        for match in _COLUMN.finditer(xml):
            said = dict(_ATTRIBUTE.findall(match[1]))
            if _is_hidden(said, b"width"):
                columns.append((int(said.get(b"min", 1)), int(said.get(b"max", 1 << 14))))
    return Hiding(frozenset(rows), tuple(columns))


def _is_hidden(said: Mapping[bytes, bytes], size: bytes) -> bool:
    return said.get(b"hidden") in (b"1", b"true") or _ZERO.fullmatch(said.get(size, b"")) is not None


def comments(file: ZipFile, sheet: str) -> Iterator[tuple[str, str, str]]:
    """(cell, author, text) of each comment on the sheet at this place of the file; raises ParseError, ValueError."""
    folder, name = posixpath.split(sheet)
    relations = f"{folder}/_rels/{name}.rels"
    if relations not in file.namelist():
        return
    for relation in parsed(file.read(relations)):
        target = posixpath.normpath(posixpath.join("/", folder, relation.get("Target", ""))).lstrip("/")
        if relation.get("Type", "").endswith("/comments") and target in file.namelist():
            root = parsed(file.read(target))
            authors = [author.text or "" for author in _all(root, "author")]
            for comment in _all(root, "comment"):
                number = int(comment.get("authorId", -1))
                said = " ".join("".join(part.text or "" for part in _all(comment, "t")).split())
                yield comment.get("ref", ""), authors[number] if 0 <= number < len(authors) else "", said


def _all(element: Element, tag: str) -> Iterator[Element]:
    return (part for part in element.iter() if part.tag.rpartition("}")[2] == tag)
