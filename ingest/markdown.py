"""Headings and cells in, Markdown out."""

from __future__ import annotations

from collections.abc import Sequence


def heading(text: str, level: int) -> str:
    """A heading of a level from 1 on; "" for one without text."""
    return f"{'#' * min(6, max(1, level))} {text}" if text else ""


def table(rows: Sequence[Sequence[str]]) -> str:
    """A table whose first row is its head; "" where it has no text. Cells may be missing at the end of a row."""
    if not any(cell for row in rows for cell in row):
        return ""
    width = max(len(row) for row in rows)
    lines = [row_line([*row, *[""] * (width - len(row))]) for row in rows]
    return "\n".join([lines[0], "|" + " --- |" * width, *lines[1:]])


def row_line(cells: Sequence[str]) -> str:
    """One row of a table."""
    return "| " + " | ".join(" ".join(cell.split()).replace("|", "\\|") for cell in cells) + " |"
