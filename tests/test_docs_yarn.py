"""docs/yarn.md computed anew: every number of its tables and of its corrections comes from the reference arithmetic."""

import math
import re

import pytest

from tests.conftest import ROOT
from yarn_runtime.rope import Rope, Yarn, attention_factor, paper_ramp
from yarn_runtime.scalings import scale

TEXT = (ROOT / "docs" / "yarn.md").read_text("utf-8")
ZONES = {"kept": "kept", "blended": "blended", "interpolated": "divided"}
MARK = re.compile(r"<!-- scalings: d=(\d+) b=(\d+) L=(\d+) s=(\d+) -->\n((?:\|.*\n)+)")
LLAMA2 = Rope(128, 1e4, 4096)


def _rows(table: str) -> list[list[str]]:
    return [[cell.strip() for cell in line.strip("|\n").split("|")] for line in table.splitlines()[2:]]


@pytest.mark.parametrize("mark", MARK.findall(TEXT), ids=lambda mark: f"b={mark[1]} s={mark[3]}")
def test_scale_factors(mark):
    dim, base, original, factor = map(int, mark[:4])
    made = scale("documented", Rope(dim, base, original), factor)
    rows = _rows(mark[4])
    assert rows
    for row in rows:
        pair = made.pairs[int(row[0])]
        assert row[1:] == [
            f"{pair.wavelength:.0f}",
            f"{pair.turns:.3f}",
            ZONES[pair.zone],
            f"{pair.interpolation:.4f}",
            f"{pair.ntk_aware:.4f}",
            f"{pair.yarn:.4f}",
        ]
        assert pair.by_parts == pair.yarn


def test_both_tables_are_there():
    assert len(MARK.findall(TEXT)) == 2


def test_attention_factors():
    (table,) = re.findall(r"(\| s \| attention.*\n(?:\|.*\n)+)", TEXT)
    for factor, root, temperature, sharpening in _rows(table):
        computed = attention_factor(float(factor))
        assert (root, temperature, sharpening) == (f"{computed:.6f}", f"{computed**-2:.6f}", f"{computed**2:.6f}")


def test_the_corrections():
    yarn = Yarn(LLAMA2, 8)
    zones = [yarn.zone(pair) for pair in LLAMA2.pairs]
    assert f"the {zones.count('kept')} fastest pairs" in TEXT
    assert f"the {zones.count('interpolated')} slowest" in TEXT
    misread = 0.1 * math.log(8) + 1
    assert f"by a factor of {yarn.attention_factor**2 * misread:.3f} in all" in TEXT
    gamma = paper_ramp(LLAMA2.turns(33))
    code = yarn.inverse_frequencies[33] / LLAMA2.inverse_frequency(33)
    assert f"the code keeps {code:.4f} and the formula {gamma + (1 - gamma) / 8:.4f}" in " ".join(TEXT.split())
    spans = []
    for original, factor in ((32_768, 4.0), (40_960, 3.2)):
        made = Yarn(Rope(128, 1e6, original), factor)
        blended = [pair for pair in made.rope.pairs if made.zone(pair) == "blended"]
        spans.append(f"{blended[0]}-{blended[-1]}")
    assert f"from pairs {spans[0]} to {spans[1]}" in TEXT


def test_the_table_of_zones_has_the_direction_of_the_code():
    (table,) = re.findall(r"(\| pairs \| wavelength.*\n(?:\|.*\n)+)", TEXT)
    made = scale("documented", LLAMA2, 8)
    pairs = {"short": made.pairs[0], "long": made.pairs[-1]}
    for zone, wavelength, *_ in _rows(table):
        if wavelength in pairs:
            assert ZONES[pairs[wavelength].zone] == zone
