"""A job's items with their answers in, its result files as texts out: JSONL, CSV, a Markdown and an HTML report."""

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Any
from urllib.parse import quote

from assistant.export import export_answers
from assistant.jobs.item import Item
from assistant.jobs.jobs import Jobs
from assistant.jobs.order import Order
from assistant.library import Library
from assistant.tasks.table import table_of

Row = Mapping[str, Any]


Address = Callable[[Row], str]
"""Where the page of a citation is to be seen; empty for nowhere."""


def results(order: Order, jobs: Jobs, address: Address | None = None) -> dict[str, str]:
    """The text of every file, by its name; all of them follow from the library.

    Without an `address` citations link to the library's own copies of the files, on this disk.
    """
    address = address or partial(_of_file, jobs.library)
    items = jobs.items(order.name)
    pairs = [(item, jobs.answer(item) if item.state == "done" else None) for item in items]
    rows = [
        {
            "source": item.source,
            "question": item.question,
            "state": item.state,
            "reason": item.reason,
            "key": item.key,
            "answer": answer,
        }
        for item, answer in pairs
    ]
    done = [(item, answer) for item, answer in pairs if answer is not None]
    named = [
        {**answer, "question": _title(order, item), "statements": _linked(answer, address)} for item, answer in done
    ]
    files = {
        "results.jsonl": "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows),
        "results.csv": table_of([answer for _, answer in done]) if done else "",
        "report.md": export_answers(order.name, named, "markdown", _notes(items)),
        "report.html": export_answers(order.name, named, "html", _notes(items)),
    }
    if order.kind == "translate":
        files |= _translations(done)
    return files


def counted(items: Iterable[Item]) -> dict[str, int]:
    """How many items are in each state."""
    found: dict[str, int] = {}
    for item in items:
        found[item.state] = found.get(item.state, 0) + 1
    return found


def _notes(items: Sequence[Item]) -> list[str]:
    tally = ", ".join(f"{number} {state}" for state, number in counted(items).items())
    lost = [item for item in items if item.state in ("failed", "skipped")]
    return [f"{tally}.", *(f"{item.source}: {item.state}: {item.reason}" for item in lost)]


def _title(order: Order, item: Item) -> str:
    return f"{item.source}: {item.question}" if item.question else item.source


def _linked(answer: Row, address: Address) -> list[dict[str, Any]]:
    """The statements, each citation with the address of its page."""
    return [
        {
            **statement,
            "citations": [{**citation, "href": address(citation)} for citation in statement["citations"]],
        }
        for statement in answer["statements"]
    ]


def _of_file(library: Library, citation: Row) -> str:
    file = library.file(citation["document_id"])
    if file is None:
        return ""
    page = f"#page={citation['page']}" if file.suffix == ".pdf" else ""
    return f"file://{quote(str(file.resolve()))}{page}"


def _translations(done: Sequence[tuple[Item, Row]]) -> dict[str, str]:
    """A file a document, named as its source; where two have one name, their places in the job part them."""
    files: dict[str, str] = {}
    for number, (item, answer) in enumerate(done, 1):
        path = Path(item.source)
        suffix = path.suffix if path.suffix in (".md", ".txt", ".rst") else ".txt"
        name = f"translations/{path.stem}{suffix}"
        files[name if name not in files else f"translations/{path.stem}-{number}{suffix}"] = answer["answer"] + "\n"
    return files
