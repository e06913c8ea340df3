"""One page of what was read, as JSON values, in; its text as the model sees it, beside what was left out, out."""

from typing import Any

from rich.columns import Columns
from rich.panel import Panel
from rich.text import Text

from ui.reading_tree import Value, comment_line
from ui.terminal import Terminal

_WIDE = 100
"""Columns of a terminal from which on the two stand beside each other."""
_SHARE = 0.62


def print_page(value: Value, terminal: Terminal) -> None:
    """The one page that is in `value`."""
    (page,) = value["pages"]
    label = "" if page["label"] == str(page["number"]) else f" ({page['label']})"
    ocr = f", by OCR, {page['confidence']:.0%} sure" if page["source"] == "ocr" else ""
    title = f"Page {page['number']}{label}: {page['tokens']:,} tokens{ocr}"
    shown = page["text"] or "(no text)"
    left_out = _left_out(value, page)
    if not terminal.out.is_terminal:
        terminal.out.print(f"{title}\n\n{shown}\n\nLeft out\n\n{left_out}", markup=False)
        return
    width = terminal.out.width
    beside = width >= _WIDE
    first = Panel(Text(shown), title=Text(title), title_align="left", width=round(_SHARE * width) if beside else width)
    second = Panel(
        Text(left_out),
        title="Left out",
        title_align="left",
        width=width - round(_SHARE * width) - 1 if beside else width,
    )
    terminal.out.print(Columns((first, second), padding=(0, 1)))


def _left_out(value: Value, page: Value) -> str:
    parts: list[tuple[str, list[Any]]] = [
        ("Running heads, feet, page number", page["margins"]),
        ("Hidden", [f"{item['how']}: {item['text']}" for item in value["hidden"]]),
        ("Comments", [comment_line(item) for item in value["annotations"]]),
        ("Secrets, masked", [f"line {item['line']}: {item['kind']}" for item in value["secrets"]]),
        ("Warnings", page["warnings"]),
    ]
    said = [f"{title}\n" + "\n".join(f"  {line}" for line in lines) for title, lines in parts if lines]
    return "\n\n".join(said) or "Nothing."
