"""A model id and a length in, the published RULER score out; knows no memory and measures nothing.

RULER (Hsieh et al., arXiv 2404.06654) asks for needles, variables and counts in 4K to 128K tokens; its authors call a
length effective where a model still reaches 85.6.
"""

import json
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

QUANTISED = ("-FP8", "-AWQ", "-GPTQ-Int4")
"""Endings of checkpoints that hold the same model in fewer bits."""


@dataclass(frozen=True, slots=True)
class Score:
    """A published score (0 to 100) at the next published length, and where it was published."""

    value: float
    length: int
    source: str


def ruler(model: str, length: int) -> Score | None:
    """The score at the shortest published length that covers `length`, that of the unquantised model for a quantised
    copy.

    None where nothing is published for it.
    """
    document = _document()
    name = document["quantised_copies"].get(model, model)
    for ending in QUANTISED:
        name = name.removesuffix(ending)
    row = document["scores"].get(name)
    if row is None:
        return None
    for published, value in zip(document["lengths"], row["values"], strict=True):
        if published >= length and value is not None:
            return Score(value, published, document["sources"][row["source"]])
    return None


@cache
def _document() -> Any:
    return json.loads(files("yarn_runtime").joinpath("ruler.json").read_text(encoding="utf-8"))
