"""Facts and results in, PNG files out: the only file that imports matplotlib, and only when a picture is wanted."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from ui.settings import SettingsInvalid
from yarn_runtime import Scalings

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

ZONE_STYLE = {"kept": ("kept", "#d9ead3"), "blended": ("blended", "#fff2cc"), "interpolated": ("divided", "#f4cccc")}
"""Name on screen and colour of the zones of `yarn_runtime.Scalings`."""
METHOD_STYLE = {
    "PI": ("#cc4125", "-", 1.5),
    "NTK-aware": ("#3d85c6", "-", 1.5),
    "NTK-by-parts": ("#6aa84f", "-", 4.0),
    "YaRN": ("black", "--", 1.5),
}
"""Colour, line and width: YaRN runs on the line of NTK-by-parts."""


class PictureImpossible(SettingsInvalid):
    """A picture was wanted where none can be drawn or written."""


def require(file: Path) -> None:
    """Raises PictureImpossible before minutes of work whose picture could not be drawn."""
    try:
        import matplotlib  # noqa: F401
    except ImportError as error:
        raise PictureImpossible(
            f"No picture can be drawn: matplotlib does not load ({error}).",
            "Install it with: pip install matplotlib, or leave the picture out.",
        ) from error
    if file.suffix.lower() != ".png" or not file.parent.is_dir():
        raise PictureImpossible(f"{file} is no place for a PNG file.", "Name a file.png in a folder that exists.")


def plot_scalings(scalings: Scalings, file: Path) -> None:
    """The scale factor of every rotary pair against its wavelength, one line a method, the three zones shaded."""
    figure, axes = _canvas(f"{scalings.model}: RoPE stretched {scalings.factor:g} times")
    pairs, original = scalings.pairs, scalings.rope.original
    half_a_step = (pairs[1].wavelength / pairs[0].wavelength) ** 0.5
    for zone, (name, colour) in ZONE_STYLE.items():
        inside = [pair.wavelength for pair in pairs if pair.zone == zone]
        if inside:
            axes.axvspan(min(inside) / half_a_step, max(inside) * half_a_step, color=colour, label=name, lw=0)
    values = {
        "PI": [pair.interpolation for pair in pairs],
        "NTK-aware": [pair.ntk_aware for pair in pairs],
        "NTK-by-parts": [pair.by_parts for pair in pairs],
        "YaRN": [pair.yarn for pair in pairs],
    }
    for name, shares in values.items():
        colour, line, width = METHOD_STYLE[name]
        axes.plot([pair.wavelength for pair in pairs], shares, line, color=colour, lw=width, label=name)
    axes.axvline(original, color="grey", lw=1, ls=":", label=f"trained length, {original:,}")
    axes.set_xscale("log")
    axes.set_xlabel("wavelength as trained, tokens for a full turn")
    axes.set_ylabel("frequency served / frequency trained")
    axes.set_ylim(0, 1.05)
    axes.legend(loc="upper right", fontsize=8)
    _write(figure, file)


def plot_map(shares: Mapping[tuple[int, float], float], title: str, file: Path) -> None:
    """The share of passkeys found, by length in tokens and depth: a length a column, a depth a row."""
    lengths = sorted({length for length, _ in shares})
    depths = sorted({depth for _, depth in shares})
    figure, axes = _canvas(title)
    grid = [[shares.get((length, depth), float("nan")) for length in lengths] for depth in depths]
    axes.imshow(grid, cmap="RdYlGn", vmin=0, vmax=1, aspect="auto")
    for row, depth in enumerate(depths):
        for column, length in enumerate(lengths):
            if (length, depth) in shares:
                share = shares[length, depth]
                colour = "black" if 0.25 < share < 0.75 else "white"  # the ends of the scale are dark
                axes.text(column, row, f"{share:.0%}", ha="center", va="center", fontsize=11, color=colour)
    axes.set_xticks(range(len(lengths)), [f"{length:,}" for length in lengths])
    axes.set_yticks(range(len(depths)), [f"{depth:.0%}" for depth in depths])
    axes.set_xlabel("prompt, tokens")
    axes.set_ylabel("depth of the passkey")
    _write(figure, file)


def plot_methods(
    perplexity: Mapping[str, Mapping[int, float]],
    accuracy: Mapping[str, Mapping[int, float]],
    native: int,
    title: str,
    file: Path,
) -> None:
    """Perplexity and passkey accuracy against the context length in tokens, one line a method, side by side."""
    from matplotlib.figure import Figure

    figure = Figure(figsize=(11, 4.5), layout="constrained")
    figure.suptitle(title)
    left, right = figure.subplots(1, 2)
    for axes, values, label in (
        (left, perplexity, "perplexity of the last 256 tokens"),
        (right, accuracy, "passkeys found"),
    ):
        for name, by_length in values.items():
            axes.plot(list(by_length), list(by_length.values()), marker="o", label=name)
        axes.axvline(native, color="grey", lw=1, ls=":", label=f"trained length, {native:,}")
        axes.set_xlabel("context, tokens")
        axes.set_ylabel(label)
        axes.legend(fontsize=8)
    left.set_yscale("log")
    right.set_ylim(-0.05, 1.05)
    _write(figure, file)


def _canvas(title: str) -> tuple[Figure, Axes]:
    from matplotlib.figure import Figure

    figure = Figure(figsize=(9, 5), layout="constrained")
    axes = figure.add_subplot()
    axes.set_title(title)
    return figure, axes


def _write(figure: Figure, file: Path) -> None:
    try:
        figure.savefig(file, format="png")  # a Figure without pyplot is drawn by Agg: no display is asked for
    except OSError as error:
        raise PictureImpossible(f"{file} cannot be written: {error.strerror}.", "Name another file.") from error
