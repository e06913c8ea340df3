"""An answer in sections in, its table as CSV out, the citation beside each cell; knows no file.

A table that was extracted has a row a document and, for each field, its value, where it stands and how well it is
carried; every other task has a row a statement. A cell that a spreadsheet would take for a formula is made plain text.
"""

import csv
from collections.abc import Mapping, Sequence
from io import StringIO
from typing import Any

Row = Mapping[str, Any]


def table(answer: Row) -> str:
    """The CSV of an answer, in the form of `Answer.to_json`."""
    return table_of([answer])


def table_of(answers: Sequence[Row]) -> str:
    """The CSV of several answers of one task."""
    out = StringIO()
    writer = csv.writer(out)
    rows = _extracted(answers) if all(answer["task"] == "extract" for answer in answers) else _stated(answers)
    writer.writerows([_plain(cell) for cell in row] for row in rows)
    return out.getvalue()


def _extracted(answers: Sequence[Row]) -> list[list[str]]:
    fields = list(dict.fromkeys(section["title"] for answer in answers for section in answer["sections"]))
    head = ["document", *(name for field in fields for name in (field, f"{field} (place)", f"{field} (status)"))]
    rows = [head]
    for answer in answers:
        cells: dict[str, dict[str, list[str]]] = {}
        for section in answer["sections"]:
            statements = [answer["statements"][index] for index in section["statements"]]
            cells.setdefault(section["of"], {})[section["title"]] = _cell(section, statements)
        for document, of_document in cells.items():
            rows.append([document, *(cell for field in fields for cell in of_document.get(field, ["", "", ""]))])
    return rows


def _cell(section: Row, statements: Sequence[Row]) -> list[str]:
    if not statements:
        return ["", "", section["verdict"]]
    best = statements[0]
    return [best["text"], _places(best), best["status"]]


def _stated(answers: Sequence[Row]) -> list[list[str]]:
    rows = [["task", "document", "section", "verdict", "statement", "status", "places", "findings"]]
    for answer in answers:
        parts = answer["sections"] or [
            {"of": "", "title": "", "verdict": "", "note": "", "statements": range(len(answer["statements"]))}
        ]
        for section in parts:
            head = [answer["question"], section["of"], section["title"], section["verdict"]]
            for index in section["statements"]:
                said = answer["statements"][index]
                rows.append([*head, said["text"], said["status"], _places(said), " ".join(said["findings"])])
            if not section["statements"]:
                rows.append([*head, "", "", "", section["note"]])
    return rows


def _places(statement: Row) -> str:
    return "; ".join(f"{citation['document']}, {citation['place']}" for citation in statement["citations"])


def _plain(cell: str) -> str:
    return f"'{cell}" if cell[:1] in ("=", "+", "@", "\t") or (cell[:1] == "-" and not cell[1:2].isdigit()) else cell
