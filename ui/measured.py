"""A model and the folder of what doctor found in, how many passkeys were found at each length out."""

import json
from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path

from yarn_runtime import Results


@dataclass(frozen=True, slots=True)
class Measured:
    """What was found of a model, served in one way, at one length."""

    rope: str
    """How its RoPE was overridden, as JSON; empty for as trained."""
    length: int
    """Tokens."""
    found: int
    asked: int


def measured(data: Path | None, model: str) -> list[Measured]:
    """By way of serving and length; empty where nothing was measured."""
    if data is None:
        return []
    found: dict[tuple[str, int], list[bool]] = defaultdict(list)
    for key, value in Results(data / "needles.jsonl").entries():
        if key.get("model") in (model, Path(model).name) and isinstance(key.get("length"), int):
            rope = json.dumps(key["rope"]) if key.get("rope") else ""
            found[rope, key["length"]].append(bool(value.get("found")))
    return [Measured(rope, length, sum(each), len(each)) for (rope, length), each in sorted(found.items())]
