"""The shipped catalogue.json in, entries by model id out: config facts of models worth planning where no
network is.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from yarn_runtime.config import Config


@dataclass(frozen=True, slots=True)
class Entry:
    """One model: its id on the hub and the fields of its config.json that a plan reads."""

    name: str
    config: Config


@cache
def catalogue() -> Mapping[str, Entry]:
    """Entries by lower-case id, in the file's order."""
    document = json.loads(files("yarn_runtime").joinpath("catalogue.json").read_text(encoding="utf-8"))
    entries = {}
    for row in document["models"]:
        shape = dict(document["shapes"][row["shape"]]) if "shape" in row else {}
        entries[row["id"].lower()] = Entry(
            row["id"], Config({**shape, **row.get("config", {})}, f"the catalogue's {row['id']}")
        )
    return entries
