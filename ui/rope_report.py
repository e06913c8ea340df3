"""A model and a factor in, what four ways to stretch do to each rotary pair out: as a table, in words, as a plot."""

from collections import Counter
from pathlib import Path

from ui import plots
from ui.terminal import Terminal
from yarn_runtime import Scalings, scalings

ZONES = {"kept": "kept", "blended": "blended", "interpolated": "divided"}
"""What a person reads for the zones of `yarn_runtime.rope`."""
HEADS = ("pair", "wavelength", "turns", "zone", "PI", "NTK-aware", "NTK-by-parts", "YaRN")


def show_scalings(model: str, factor: float, plot: Path | None, terminal: Terminal) -> None:
    """Print them, and draw them into `plot`. Raises a PlanProblem, or PictureImpossible."""
    if plot:
        plots.require(plot)
    made = scalings(model, factor)
    if plot:
        plots.plot_scalings(made, plot)
    if terminal.as_json:
        terminal.result(made.to_json())
        return
    rows = [
        (
            f"{pair.index}",
            f"{pair.wavelength:,.1f}",
            f"{pair.turns:,.3f}",
            ZONES[pair.zone],
            *(f"{share:.4f}" for share in (pair.interpolation, pair.ntk_aware, pair.by_parts, pair.yarn)),
        )
        for pair in made.pairs
    ]
    terminal.table(HEADS, rows)
    terminal.out.print()
    for line in told(made):
        terminal.out.print(line, markup=False)
    if plot:
        terminal.say(f"Plot: {plot}")


def told(made: Scalings) -> list[str]:
    """What the table means, a sentence or two a line."""
    rope, factor = made.rope, made.factor
    zones = Counter(pair.zone for pair in made.pairs)
    kept, blended, divided = zones["kept"], zones["blended"], zones["interpolated"]
    return [
        f"{made.model}: {rope.dim} rotary dimensions ({rope.dim // 2} pairs), theta {rope.base:,.10g}, trained on "
        f"{rope.original:,} tokens; a factor of {factor:g} reaches {int(rope.original * factor):,}.",
        f"The numbers of a method are frequency served / frequency trained: 1 keeps a pair, {1 / factor:.4g} divides it"
        f" by {factor:g}.",
        f"Kept: {kept} pairs with short wavelengths (over about 32 turns within the trained length). They tell "
        "neighbouring tokens apart, and every phase of theirs was trained.",
        f"Divided by {factor:g}: {divided} pairs with long wavelengths (less than about one turn). Unscaled they would "
        "reach phases that were never trained.",
        f"Blended: {blended} pairs in between go from the one to the other, linearly in their index from {made.low:g} "
        f"to {made.high:g}.",
        "PI divides all pairs alike and blurs neighbours; NTK-aware raises theta, so that every pair but the first and "
        "the last gets a share; NTK-by-parts has the three zones.",
        f"YaRN is NTK-by-parts with an attention factor: 0.1 ln {factor:g} + 1 = {made.attention_factor:.4f} on cosines"
        f" and sines, which multiplies attention logits by {made.sharpening:.4f}.",
    ]
