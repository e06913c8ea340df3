"""An XLSX file in, its sheets as rows of text out. The one user of openpyxl."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator, Sequence
from datetime import datetime, time
from itertools import groupby, zip_longest
from typing import Any
from zipfile import ZipFile

from ingest.chapter import Chapter, Converted, Unconvertible
from ingest.markdown import row_line
from ingest.sheet_marks import Hiding, Styles, comments, hiding, styles
from ingest.zipped import opened

_CELLS_MOST = 3_000_000
_NO_VALUE = re.compile(rb"(?:</f>|<f[^<>]*/>)\s*(?:<v\s*/>|<v>\s*</v>)?\s*</c>")
_CELL = re.compile(r"([A-Z]{1,3})([0-9]{1,7})")
_GAP = 20
"""Empty rows and cells that are kept, so that line numbers are row numbers; more are told in words."""


def convert(data: bytes) -> Converted:
    """One chapter a sheet, labelled with its name; line n is row n unless many are empty, comments stand below.

    Values, not formulas; a formula whose value was never computed stands as it is.
    """
    import openpyxl
    from openpyxl.utils.exceptions import InvalidFileException

    with opened(data) as file:
        sheets = [name for name in file.namelist() if name.startswith("xl/worksheets/")]
        uncomputed = any(_NO_VALUE.search(file.read(name)) for name in sheets)
        try:
            book = openpyxl.load_workbook(io.BytesIO(data), read_only=True, data_only=True, keep_links=False)
            formulas = (
                openpyxl.load_workbook(io.BytesIO(data), read_only=True, keep_links=False) if uncomputed else book
            )
            look = styles(book)
            chapters = [_chapter(*pair, look, file) for pair in zip(book.worksheets, formulas.worksheets, strict=True)]
            core = book.properties
        except (InvalidFileException, LookupError, ValueError, TypeError, AttributeError, SyntaxError) as error:
            raise Unconvertible(f"{type(error).__name__}: {error}") from error
    metadata = {"Title": core.title or "", "Author": core.creator or ""}
    return Converted(tuple(chapters), {name: value for name, value in metadata.items() if value})


def _chapter(sheet: Any, formulas: Any, look: Styles, file: ZipFile) -> Chapter:
    lines: list[str] = []
    hidden: dict[str, list[str]] = {}
    hides = hiding(file.read(sheet._worksheet_path))
    empty = cells = 0
    for number, row in enumerate(_rows(sheet, formulas, look), 1):
        values = _seen(row, number, hides, hidden)
        while values and not values[-1]:
            values.pop()
        cells += len(values)
        if cells > _CELLS_MOST:
            lines.append(f"(more than {_CELLS_MOST:,} cells: the rest is left out)")
            break
        if not values:
            empty += 1
            continue
        lines += [""] * empty if empty <= _GAP else ["", f"({empty:,} empty rows)", ""]
        empty = 0
        lines.append(row_line(_without_gaps(values)))
    for place, author, said in comments(file, sheet._worksheet_path):
        line = f"[Comment on {', '.join(filter(None, (place, author)))}] {said}"
        if how := hides.how(*_row_and_column(place)):
            hidden.setdefault(how, []).append(line)
        else:
            lines += ["", line]
    text = "\n".join(lines).strip("\n") if not cells else "\n".join(lines)
    apart = tuple(("\n".join(rows), how) for how, rows in hidden.items())
    if sheet.sheet_state != "visible":
        return Chapter(sheet.title, "", (*apart, *([(text, "on a hidden sheet")] if text else [])))
    return Chapter(sheet.title, text, apart, by_lines=True)


def _row_and_column(place: str) -> tuple[int, int]:
    """Those of a cell's name, counted from 1; (0, 0) for what is none."""
    from openpyxl.utils import column_index_from_string

    match = _CELL.fullmatch(place)
    return (int(match[2]), column_index_from_string(match[1])) if match else (0, 0)


def _seen(row: Sequence[tuple[str, str]], number: int, hides: Hiding, hidden: dict[str, list[str]]) -> list[str]:
    """The values of a row that can be seen; those that cannot go to `hidden`."""
    if number not in hides.rows and not hides.columns and not any(how for _, how in row):
        return [value for value, _ in row]
    shown: list[str] = []
    apart: dict[str, list[str]] = {}
    for column, (value, look) in enumerate(row, 1):
        how = hides.how(number, column) or look
        shown.append("" if how else value)
        if how and value:
            apart.setdefault(how, []).append(value)
    for how, values in apart.items():
        hidden.setdefault(how, []).append(row_line(values))
    return shown


def _rows(sheet: Any, formulas: Any, look: Styles) -> Iterator[list[tuple[str, str]]]:
    """Each row as (value, how it is hidden or ""), with the formulas in the place of values that are missing."""
    sheet.reset_dimensions()  # what the file says of its extent may be wrong, and rows beyond it would be lost
    if sheet is formulas:
        others: Iterator[Sequence[Any]] = iter(())
    else:
        formulas.reset_dimensions()
        others = formulas.iter_rows(values_only=True)
    styled = bool(look.unseen or look.percent)  # seldom; without it the rows come faster
    for row, instead in zip_longest(sheet.iter_rows(values_only=not styled), others, fillvalue=()):
        values = [cell.value for cell in row] if styled else row
        if instead:
            values = [other if value is None else value for value, other in zip_longest(values, instead)]
        if not styled:
            yield [(_value(value), "") for value in values]
            continue
        numbers = [getattr(cell, "_style_id", 0) for cell in row]
        yield [
            (_value(value, look.percent.get(style or 0)), look.unseen.get(style or 0, ""))
            for value, style in zip_longest(values, numbers)
        ]


def _without_gaps(values: list[str]) -> list[str]:
    """The row with what is empty in it for long told in words."""
    if len(values) <= _GAP:
        return values
    kept: list[str] = []
    for filled, group in groupby(values, key=bool):
        cells = list(group)
        kept += cells if filled or len(cells) <= _GAP else [f"({len(cells):,} empty cells)"]
    return kept


def _value(value: Any, decimals: int | None = None) -> str:
    """As a person reads it; `decimals` are those of a number that is shown as percent."""
    if value is None:
        return ""
    if decimals is not None and isinstance(value, int | float):
        return f"{value:.{decimals}%}"
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        return str(int(value))
    if hasattr(value, "ref") and hasattr(value, "text"):  # the formula of several cells
        return str(value.text)
    if isinstance(value, datetime) and value.time() == time():
        return value.date().isoformat()
    if hasattr(value, "isoformat"):
        return str(value.isoformat(sep=" ") if hasattr(value, "hour") and hasattr(value, "year") else value.isoformat())
    return str(value)
