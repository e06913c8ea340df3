"""A running engine and a grid of lengths and depths in, which hidden passkeys it finds out; judges nothing."""

import random
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from yarn_runtime.engine import Engine
from yarn_runtime.haystack import haystack
from yarn_runtime.results import Results
from yarn_runtime.speed import Prefilled, Speed
from yarn_runtime.timed import timed_reply

REPLY_TOKENS = 32
"""Room for the answer: "The pass key is 71432." takes a dozen tokens."""
SHORTEST = 256
"""Tokens below which the hiding text is no text."""
SHARES, DEPTHS = (1 / 8, 1 / 4, 1 / 2, 3 / 4, 1), (0.0, 0.25, 0.5, 0.75, 1.0)
QUICK_SHARES, QUICK_DEPTHS = (1 / 4, 1 / 2, 1), (0.1, 0.6)


@dataclass(frozen=True, slots=True)
class Cell:
    """One passkey to be hidden and found."""

    length: int
    """Tokens of the context that are used: the prompt and REPLY_TOKENS."""
    depth: float
    """Where it is hidden: 0 is the beginning, 1 the end."""
    seed: int
    passkey: int

    @property
    def prompt_tokens(self) -> int:
        """The tokens to read."""
        return self.length - REPLY_TOKENS


@dataclass(frozen=True, slots=True)
class Finding:
    """What came of one cell."""

    cell: Cell
    found: bool
    reply: str
    prefilled: Prefilled
    recalled: bool = False
    """Whether it was asked in an earlier run."""


def grid(limit: int, *, quick: bool = False, seed: int = 0) -> list[Cell]:
    """The cells up to a context of `limit` tokens, short ones first: 25 of them, or 6 quick ones."""
    lengths = [round(limit * share) for share in (QUICK_SHARES if quick else SHARES)]
    return cells(lengths, QUICK_DEPTHS if quick else DEPTHS, seed)


def cells(lengths: Sequence[int], depths: Sequence[float], seed: int = 0) -> list[Cell]:
    """A cell for each length and depth, each with another passkey of five digits."""
    places = [(length, depth) for length in sorted(set(lengths)) if length >= SHORTEST for depth in sorted(set(depths))]
    passkeys = random.Random(seed).sample(range(10_000, 100_000), len(places))
    return [Cell(length, depth, seed, passkey) for (length, depth), passkey in zip(places, passkeys, strict=True)]


def run(
    engine: Engine, wanted: Sequence[Cell], results: Results, rope: Mapping[str, Any] | str | None
) -> Iterator[Finding]:
    """The findings in the order of the cells; what `results` holds already is not asked again.

    `rope` is how the engine was told to stretch (its --hf-overrides, None for none, "unknown"): results belong to one
    model, limit and rope. Raises EngineUnreachable, EngineRefused or ResultsUnwritable; a later run goes on from there.
    """
    for cell in wanted:
        key = _key(engine, rope, cell)
        known = _recalled(cell, results.get(key))
        if known is not None:
            yield known
            continue
        finding = find(engine, cell)
        value = {"found": finding.found, "reply": finding.reply, **asdict(finding.prefilled)}
        results.put(key, {**value, "passkey": cell.passkey})
        yield finding


def pending(
    engine: Engine, wanted: Sequence[Cell], results: Results, rope: Mapping[str, Any] | str | None
) -> list[Cell]:
    """The cells that `run` will ask the engine for."""
    return [cell for cell in wanted if _recalled(cell, results.get(_key(engine, rope, cell))) is None]


def find(engine: Engine, cell: Cell) -> Finding:
    """Hide the passkey, ask for it at temperature 0, and look for its digits in the reply."""
    messages = haystack(engine.count, cell.prompt_tokens, cell.depth, cell.passkey, cell.seed)
    reply = timed_reply(engine, messages, REPLY_TOKENS)
    found = str(cell.passkey) in re.sub(r"[\s,.]", "", reply.text)
    return Finding(cell, found, reply.text, reply.prefilled)


def recalled(results: Results, model: str, rope: Mapping[str, Any] | str | None, up_to: int) -> list[Finding]:
    """What earlier runs found with this model and rope in contexts of at most `up_to` tokens, whatever the limit."""
    found = []
    for key, value in results.entries():
        if key.get("model") == model and key.get("rope", "") == rope and key.get("length", up_to + 1) <= up_to:
            cell = Cell(key["length"], key.get("depth", 0.0), key.get("seed", 0), value.get("passkey", 0))
            found.append(_recalled(cell, value))
    return [finding for finding in found if finding is not None]


def expected_seconds(wanted: Sequence[Cell], speed: Speed, tokens_per_second: float) -> float:
    """How long `run` will take for these cells; each shares its beginning with the longest one before it."""
    total, shared = 0.0, 0
    for cell in wanted:
        before_passkey = round(cell.prompt_tokens * cell.depth)
        total += speed.seconds(cell.prompt_tokens, min(shared, before_passkey)) + REPLY_TOKENS / tokens_per_second
        shared = max(shared, before_passkey)
    return total


def _key(engine: Engine, rope: Mapping[str, Any] | str | None, cell: Cell) -> dict[str, Any]:
    place = {"length": cell.length, "depth": cell.depth, "seed": cell.seed}
    return {"model": engine.model, "limit": engine.limit, "rope": rope, **place}


def _recalled(cell: Cell, value: Mapping[str, Any] | None) -> Finding | None:
    try:
        if value is None:
            return None
        prefilled = Prefilled(int(value["tokens"]), int(value["cached"]), float(value["seconds"]))
        return Finding(cell, bool(value["found"]), str(value["reply"]), prefilled, recalled=True)
    except (KeyError, TypeError, ValueError):
        return None  # written by another version: asked again
