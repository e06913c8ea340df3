"""The shipped catalogue.json in, entries by model id out: config facts of models worth planning where no network is."""

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
    released: str
    """Year and month."""
    chat: bool
    """Whether it was tuned to answer; a base model only continues a text."""
    thinks: bool
    """Whether it always thinks aloud before it answers."""


@cache
def catalogue() -> Mapping[str, Entry]:
    """Entries by lower-case id, in the file's order."""
    document = json.loads(files("yarn_runtime").joinpath("catalogue.json").read_text(encoding="utf-8"))
    entries = {}
    for row in document["models"]:
        values = {**document["shapes"][row["shape"]], **row.get("config", {})}
        config = Config(values, f"the catalogue's {row['id']}")
        entries[row["id"].lower()] = Entry(
            row["id"], config, row["released"], row.get("chat", True), row.get("thinks", False)
        )
    return entries
