"""A source in, what was read from it in words or JSON out."""

from pathlib import Path
from typing import Any

import ingest
from ui.settings import Settings
from ui.terminal import Terminal
from yarn_runtime import EstimatedTokenizer, TokenCounter, Tokenizer, read_record

SKIPPED_SHOWN = 8
"""Paths named for each reason."""


def show_document(settings: Settings, source: str, password: str | None, terminal: Terminal) -> None:
    """Print the pages with their tokens, the outline, the warnings and what was skipped. Raises an IngestError."""
    document = ingest.read(source, password=password)
    tokenizer = _tokenizer(settings)
    value = _to_json(document, tokenizer)
    terminal.result(value) if terminal.as_json else _print(value, terminal)


def _tokenizer(settings: Settings) -> TokenCounter:
    """Of the engine that runs, else of the embedded model, else an estimate."""
    record = read_record(settings.record)
    directories = [Path(record.directory)] if record and record.directory else []
    directories.extend(path.parent for path in sorted(settings.models.glob("*/tokenizer.json")))
    for directory in directories:
        if (directory / "tokenizer.json").is_file():
            return Tokenizer.load(directory)
    return EstimatedTokenizer()


def _to_json(document: ingest.Document, tokenizer: TokenCounter) -> dict[str, Any]:
    pages = [
        {
            "number": page.number,
            "label": page.label,
            "text": page.text,
            "tokens": tokenizer.count(page.text),
            "source": page.source,
            "confidence": page.confidence,
            "spans": len(page.spans),
            "warnings": list(page.warnings),
            "margins": list(page.margins),
        }
        for page in document.pages
    ]
    return {
        "id": document.id,
        "name": document.name,
        "kind": document.kind,
        "sha256": document.sha256,
        "reader": document.reader,
        "tokens": sum(page["tokens"] for page in pages),
        "tokens_exact": tokenizer.exact,
        "pages": pages,
        "outline": [{"title": item.title, "level": item.level, "page": item.page} for item in document.outline],
        "metadata": dict(document.metadata),
        "warnings": [{"page": item.page, "text": item.text} for item in document.warnings],
        "hidden": [{"page": item.page, "text": item.text, "how": item.how} for item in document.hidden],
        "annotations": [
            {"page": item.page, "kind": item.kind, "author": item.author, "text": item.text}
            for item in document.annotations
        ],
        "secrets": [
            {"page": item.page, "path": item.path, "line": item.line, "kind": item.kind} for item in document.secrets
        ],
        "skipped": [{"path": item.path, "why": item.why} for item in document.skipped],
    }


def _print(value: dict[str, Any], terminal: Terminal) -> None:
    about = "" if value["tokens_exact"] else "about "
    unit = "files" if value["kind"] == "code" else "pages"
    terminal.out.print(
        f"{value['name']}: {len(value['pages'])} {unit}, {about}{value['tokens']:,} tokens", markup=False
    )
    if not value["tokens_exact"]:
        terminal.out.print("The count is an estimate: no model is there yet.", style="dim")
    rows = [
        (f"{page['number']}", page["label"], f"{page['tokens']:,}", "; ".join(page["warnings"]))
        for page in value["pages"]
    ]
    terminal.table(("page", "label", "tokens", "warnings"), rows)
    for title, lines in (
        (
            "Outline",
            [f"{'  ' * item['level']}{item['title']} (page {item['page'] or '?'})" for item in value["outline"]],
        ),
        (
            "Warnings",
            [f"page {item['page']}: {item['text']}" if item["page"] else item["text"] for item in value["warnings"]],
        ),
        (
            "Hidden text, not shown to the model",
            [f"page {item['page']}, {item['how']}: {item['text']}" for item in value["hidden"]],
        ),
        (
            "Secrets, masked for the model",
            [f"{item['path']}:{item['line']}: {item['kind']}" for item in value["secrets"]],
        ),
        ("Skipped", _by_reason(value["skipped"])),
    ):
        if lines:
            terminal.out.print(f"\n[bold]{title}[/bold]")
        for line in lines:
            terminal.out.print(f"  {line}", markup=False)


def _by_reason(skipped: list[dict[str, str]]) -> list[str]:
    """One line a reason with its first paths; --json has them all."""
    paths: dict[str, list[str]] = {}
    for item in skipped:
        paths.setdefault(item["why"], []).append(item["path"])
    return [
        f"{why}: {', '.join(named[:SKIPPED_SHOWN])}"
        + (f" and {len(named) - SKIPPED_SHOWN} more" if named[SKIPPED_SHOWN:] else "")
        for why, named in paths.items()
    ]
