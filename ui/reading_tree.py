"""What was read, as JSON values, in; a tree with its tokens and what there is to know of it, on a terminal, out."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from rich.markup import escape
from rich.tree import Tree

from ui.terminal import Terminal

SKIPPED_SHOWN = 8
"""Paths named for each reason; --json has them all."""
FILES_SHOWN = 400
"""Files up to which each is a line of the tree; of more, folders and the largest only."""
LARGEST_SHOWN = 20

Value = Mapping[str, Any]


def print_tree(value: Value, terminal: Terminal) -> None:
    """The document, its pages or files, its outline, warnings, and everything that was left out of its text."""
    about = "" if value["tokens_exact"] else "about "
    count = _counted(len(value["pages"]), "file" if value["kind"] == "code" else "page")
    tree = Tree(
        f"[bold]{escape(value['name'])}[/bold]: {count}, {about}{value['tokens']:,} tokens",
        guide_style="dim",
    )
    _folders(tree, value["pages"]) if value["kind"] == "code" else _chapters(tree, value)
    terminal.out.print(tree)
    if not value["tokens_exact"]:
        terminal.out.print("The count is an estimate: no model is there yet.", style="dim")
    for title, lines in _sections(value):
        if lines:
            terminal.out.print(f"\n[bold]{title}[/bold]")
        for line in lines:
            terminal.out.print(f"  {line}", markup=False)


def _counted(count: int, unit: str) -> str:
    return f"{count:,} {unit}{'' if count == 1 else 's'}"


def _chapters(tree: Tree, value: Value) -> None:
    """Pages below the first-level headings at which they begin; all of them below the root where there are none."""
    starts: dict[int, list[str]] = {}
    for item in value["outline"]:
        if item["level"] == 0 and item["page"]:
            starts.setdefault(item["page"], []).append(item["title"])
    branch = tree
    cuts = sorted(starts)
    for page in value["pages"]:
        number = page["number"]
        if number in starts and len(value["pages"]) > 1:
            end = next((cut for cut in cuts if cut > number), len(value["pages"]) + 1)
            tokens = sum(other["tokens"] for other in value["pages"][number - 1 : end - 1])
            branch = tree.add(f"{escape(' / '.join(starts[number]))} [dim]{tokens:,} tokens[/dim]")
        branch.add(_page_line(page))


def _page_line(page: Value) -> str:
    label = "" if page["label"] == str(page["number"]) else f" ({page['label']})"
    notes = [f"{page['tokens']:,} tokens"]
    if page["source"] == "ocr":
        notes.append(f"by OCR, {page['confidence']:.0%} sure")
    warnings = "".join(f" [yellow]{escape(text)}[/yellow]" for text in page["warnings"])
    return f"page {page['number']}{escape(label)} [dim]{', '.join(notes)}[/dim]{warnings}"


def _folders(tree: Tree, pages: Sequence[Value]) -> None:
    """Files below their folders; of a folder, the sum of its files."""
    sums: dict[str, list[int]] = {}
    for page in pages:
        for folder in _above(page["label"]):
            sums.setdefault(folder, []).append(page["tokens"])
    branches = {"": tree}
    for folder in sorted(sums):
        above, _, name = folder.rpartition("/")
        branches[folder] = branches[above].add(
            f"{escape(name)}/ [dim]{_counted(len(sums[folder]), 'file')}, {sum(sums[folder]):,} tokens[/dim]"
        )
    if len(pages) > FILES_SHOWN:
        rest = tree.add(f"[dim]{len(pages):,} files, of which these are the largest; --json names each[/dim]")
        for page in sorted(pages, key=lambda page: -page["tokens"])[:LARGEST_SHOWN]:
            rest.add(f"{escape(page['label'])} [dim]{page['tokens']:,} tokens[/dim]")
        return
    for page in pages:
        folder, _, name = page["label"].rpartition("/")
        branches[folder].add(f"{escape(name)} [dim]{page['tokens']:,} tokens[/dim]")


def _above(label: str) -> Iterable[str]:
    parts = label.split("/")[:-1]
    return ("/".join(parts[:depth]) for depth in range(1, len(parts) + 1))


def _sections(value: Value) -> Iterable[tuple[str, list[str]]]:
    yield "Languages", _languages(value["pages"]) if value["kind"] == "code" else []
    yield "What the file says of itself", [f"{name}: {text}" for name, text in value["metadata"].items()]
    yield "Outline", [f"{'  ' * item['level']}{item['title']}{_where(item)}" for item in value["outline"]]
    yield "Text recognition (OCR)", _recognised(value["pages"])
    yield "Warnings", _grouped(value["warnings"])
    yield (
        "Hidden text, not shown to the model",
        [f"page {item['page']}, {item['how']}: {item['text']}" for item in value["hidden"]],
    )
    yield "Comments, beside the text", [comment_line(item) for item in value["annotations"]]
    yield (
        "Secrets, masked for the model",
        [f"{item['path']}:{item['line']}: {item['kind']}" for item in value["secrets"]],
    )
    yield "Skipped", _by_reason(value["skipped"])


def _languages(files: Sequence[Value]) -> list[str]:
    """A line a language, that of the most tokens first."""
    tokens: dict[str, list[int]] = {}
    for file in files:
        tokens.setdefault(file["language"] or "other", []).append(file["tokens"])
    total = max(1, sum(file["tokens"] for file in files))
    return [
        f"{language}: {len(counts):,} file{'s' if len(counts) > 1 else ''}, {sum(counts):,} tokens"
        f" ({sum(counts) / total:.0%})"
        for language, counts in sorted(tokens.items(), key=lambda item: -sum(item[1]))
    ]


def comment_line(item: Value) -> str:
    """A comment in one line."""
    author = f" by {item['author']}" if item["author"] else ""
    return f"page {item['page']}, {item['kind']}{author}: {' '.join(item['text'].split())}"


def _where(item: Value) -> str:
    return f" (page {item['page'] or '?'})"


def _recognised(pages: Sequence[Value]) -> list[str]:
    found = [page for page in pages if page["source"] == "ocr" and page["text"]]
    if not found:
        return []
    least = min(found, key=lambda page: page["confidence"])
    mean = sum(page["confidence"] for page in found) / len(found)
    numbers = _ranges([page["number"] for page in found])
    return [
        f"{numbers}: {mean:.0%} sure on the whole, least on page {least['number']} ({least['confidence']:.0%}).",
        "Numbers and names may be misread: compare them with the picture of the page.",
    ]


def _grouped(warnings: Sequence[Value]) -> list[str]:
    """One line a warning, with all pages that have it."""
    pages: dict[str, list[int]] = {}
    for item in warnings:
        pages.setdefault(item["text"], []).extend([item["page"]] if item["page"] else [])
    return [f"{_ranges(numbers)}: {text}" if numbers else text for text, numbers in pages.items()]


def _ranges(numbers: Sequence[int]) -> str:
    """Such as "pages 3, 5-9"."""
    runs: list[list[int]] = []
    for number in numbers:
        if runs and number == runs[-1][1] + 1:
            runs[-1][1] = number
        else:
            runs.append([number, number])
    said = ", ".join(f"{first}" if first == last else f"{first}-{last}" for first, last in runs)
    return f"page{'s' if len(numbers) > 1 else ''} {said}"


def _by_reason(skipped: Sequence[Value]) -> list[str]:
    """One line a reason with its first paths."""
    paths: dict[str, list[str]] = {}
    for item in skipped:
        paths.setdefault(item["why"], []).append(item["path"])
    return [
        f"{why}: {', '.join(named[:SKIPPED_SHOWN])}"
        + (f" and {len(named) - SKIPPED_SHOWN} more" if named[SKIPPED_SHOWN:] else "")
        for why, named in paths.items()
    ]
