"""Findings of the needle test in, a heat map out: on a terminal by colours and numbers, or as a PNG."""

from collections.abc import Iterable, Mapping
from pathlib import Path

from rich.table import Table
from rich.text import Text

from ui import plots
from ui.terminal import Terminal
from yarn_runtime import Finding, in_k

STEPS = ((0.9, "black on green3"), (0.5, "black on gold3"), (0.0, "white on red3"))
"""Colours from a share of the passkeys on."""


def shares(findings: Iterable[Finding]) -> dict[tuple[int, float], float]:
    """The share of passkeys found, by length and depth."""
    found: dict[tuple[int, float], list[bool]] = {}
    for finding in findings:
        found.setdefault((finding.cell.length, finding.cell.depth), []).append(finding.found)
    return {place: sum(values) / len(values) for place, values in found.items()}


def show_map(found: Mapping[tuple[int, float], float], terminal: Terminal) -> None:
    """A length a column, a depth a row, the share found in each cell: 0 % depth is the beginning of the prompt."""
    lengths = sorted({length for length, _ in found})
    table = Table("depth", *(in_k(length) for length in lengths), box=None, pad_edge=False)
    for depth in sorted({depth for _, depth in found}):
        row = [_cell(found.get((length, depth))) for length in lengths]
        table.add_row(f"{depth:.0%}", *row)
    terminal.out.print(table)


def draw_map(found: Mapping[tuple[int, float], float], title: str, file: Path) -> None:
    """The same as a PNG. Raises PictureImpossible."""
    plots.plot_map(found, title, file)


def _cell(share: float | None) -> Text:
    if share is None:
        return Text("  –  ", style="dim")
    style = next(colour for least, colour in STEPS if share >= least)
    return Text(f"{share:^7.0%}", style=style)
