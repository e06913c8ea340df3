"""A running engine and a grid of lengths and depths in, which hidden passkeys it finds out; judges nothing."""

import random
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from yarn_runtime.engine import Engine
from yarn_runtime.haystack import ANSWER, FORM, haystack
from yarn_runtime.results import Results
from yarn_runtime.speed import Prefilled, Speed
from yarn_runtime.timed import timed_reply

REPLY_TOKENS = 32
"""Room for the answer: "The pass key is 71432" takes a dozen tokens."""
SHORTEST = 256
"""Tokens below which the hiding text is no text."""
SHARES, DEPTHS = (1 / 8, 1 / 4, 1 / 2, 3 / 4, 1), (0.0, 0.25, 0.5, 0.75, 1.0)
QUICK_SHARES, QUICK_DEPTHS = (1 / 4, 1 / 2, 1), (0.1, 0.6)


@dataclass(frozen=True, slots=True)
class Subject:
    """What results belong to: a model as it is served. Another limit or stretch is another subject."""

    model: str
    limit: int
    """Tokens that the engine serves."""
    rope: Mapping[str, Any] | str | None
    """How its RoPE was overridden, None for not at all, "unknown" for an engine that others started."""

    def to_json(self) -> dict[str, Any]:
        """The part of a result's key that is the same for all its results."""
        return {"model": self.model, "limit": self.limit, "rope": self.rope}


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


def run(engine: Engine, subject: Subject, wanted: Sequence[Cell], results: Results) -> Iterator[Finding]:
    """The findings in the order of the cells; what `results` holds of the subject already is not asked again.

    Raises EngineUnreachable, EngineRefused or ResultsUnwritable; a later run goes on from there.
    """
    for cell in wanted:
        finding = recall(subject, cell, results)
        if finding is None:
            finding = find(engine, cell)
            value = {"found": finding.found, "reply": finding.reply, **asdict(finding.prefilled)}
            results.put(_key(subject, cell), {**value, "passkey": cell.passkey})
        yield finding


def recall(subject: Subject, cell: Cell, results: Results) -> Finding | None:
    """What an earlier run found."""
    return _recalled(cell, results.get(_key(subject, cell)))


def find(engine: Engine, cell: Cell) -> Finding:
    """Hide the passkey, ask for it at temperature 0, and compare the digits of the reply."""
    messages = haystack(engine.count, cell.prompt_tokens, cell.depth, cell.passkey, cell.seed)
    reply = timed_reply(engine, messages, REPLY_TOKENS, ANSWER)
    found = str(cell.passkey) in re.sub(r"[\s,.]", "", reply.text)
    return Finding(cell, found, reply.text, reply.prefilled)


def recall_unstretched(model: str, up_to: int, results: Results) -> list[Finding]:
    """What earlier runs found in contexts of at most `up_to` tokens with the model as trained, whatever the limit."""
    found = []
    for key, value in results.entries():
        same = (key.get("model"), key.get("form"), key.get("rope", "")) == (model, FORM, None)
        if same and key.get("length", up_to + 1) <= up_to:
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


def _key(subject: Subject, cell: Cell) -> dict[str, Any]:
    return {**subject.to_json(), "form": FORM, "length": cell.length, "depth": cell.depth, "seed": cell.seed}


def _recalled(cell: Cell, value: Mapping[str, Any] | None) -> Finding | None:
    try:
        if value is None:
            return None
        prefilled = Prefilled(int(value["tokens"]), int(value["cached"]), float(value["seconds"]))
        return Finding(cell, bool(value["found"]), str(value["reply"]), prefilled, recalled=True)
    except (KeyError, TypeError, ValueError):
        return None  # written by another version: asked again
