"""An XLSX file in, its sheets as rows of text out. The one user of openpyxl."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator, Sequence
from itertools import groupby, zip_longest
from typing import Any

from ingest.chapter import Chapter, Converted, Unconvertible
from ingest.markdown import row_line
from ingest.zipped import opened

_CELLS_MOST = 3_000_000
_NO_VALUE = re.compile(rb"(?:</f>|<f[^<>]*/>)\s*(?:<v\s*/>|<v>\s*</v>)?\s*</c>")
_GAP = 20
"""Empty rows and cells that are kept, so that line numbers are row numbers; more are told in words."""


def convert(data: bytes) -> Converted:
    """One chapter a sheet, labelled with its name; line n is row n unless many are empty.

    Values, not formulas; a formula whose value was never computed stands as it is.
    """
    with opened(data) as file:
        sheets = [name for name in file.namelist() if name.startswith("xl/worksheets/")]
        uncomputed = any(_NO_VALUE.search(file.read(name)) for name in sheets)
    import openpyxl
    from openpyxl.utils.exceptions import InvalidFileException

    try:
        book = openpyxl.load_workbook(io.BytesIO(data), read_only=True, data_only=True, keep_links=False)
        formulas = openpyxl.load_workbook(io.BytesIO(data), read_only=True, keep_links=False) if uncomputed else book
        chapters = [_chapter(*pair) for pair in zip(book.worksheets, formulas.worksheets, strict=True)]
        core = book.properties
    except (InvalidFileException, KeyError, ValueError, TypeError, AttributeError, SyntaxError) as error:
        raise Unconvertible(f"{type(error).__name__}: {error}") from error
    metadata = {"Title": core.title or "", "Author": core.creator or ""}
    return Converted(tuple(chapters), {name: value for name, value in metadata.items() if value})


def _chapter(sheet: Any, formulas: Any) -> Chapter:
    lines: list[str] = []
    empty = cells = 0
    sheet.reset_dimensions()  # what the file says of its extent may be wrong, and rows beyond it would be lost
    for row in _rows(sheet, formulas):
        values = [_value(value) for value in row]
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
    text = "\n".join(lines)
    if sheet.sheet_state != "visible":
        return Chapter(sheet.title, "", ((text, "on a hidden sheet"),) if text else ())
    return Chapter(sheet.title, text, by_lines=True)


def _rows(sheet: Any, formulas: Any) -> Iterator[Sequence[Any]]:
    """The values of each row, with the formulas in the place of those that are missing."""
    if sheet is formulas:
        yield from sheet.iter_rows(values_only=True)
        return
    formulas.reset_dimensions()
    for row, others in zip_longest(
        sheet.iter_rows(values_only=True), formulas.iter_rows(values_only=True), fillvalue=()
    ):
        yield [other if value is None else value for value, other in zip_longest(row, others)]


def _without_gaps(values: list[str]) -> list[str]:
    """The row with what is empty in it for long told in words."""
    if len(values) <= _GAP:
        return values
    kept: list[str] = []
    for filled, group in groupby(values, key=bool):
        cells = list(group)
        kept += cells if filled or len(cells) <= _GAP else [f"({len(cells):,} empty cells)"]
    return kept


def _value(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        return str(int(value))
    if hasattr(value, "ref") and hasattr(value, "text"):  # the formula of several cells
        return str(value.text)
    if hasattr(value, "isoformat"):
        return str(value.isoformat(sep=" ") if hasattr(value, "hour") and hasattr(value, "year") else value.isoformat())
    return str(value)
