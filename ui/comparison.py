"""A plan with a stretch in, the same lengths measured under each method of stretching out; shows nothing."""

import time
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any

from ui.needle_search import duration, finding_json, told
from yarn_runtime import (
    METHODS,
    Engine,
    Finding,
    Method,
    Plan,
    Results,
    Say,
    Subject,
    cells,
    described,
    find_needles,
    in_k,
    passages,
    perplexity,
    recall,
    stretched_by,
)

ENOUGH = 0.8
"""Share of the passkeys found up to which a length counts as reached: that of the paper's Table 5."""
SEED = 0

Start = Callable[[Plan], AbstractContextManager[Engine]]
"""Runs an engine by a plan."""


@dataclass(frozen=True, slots=True)
class Scope:
    """What is measured of every method."""

    lengths: tuple[int, ...]
    """Context lengths in tokens, short ones first."""
    depths: tuple[float, ...]
    windows: int
    """Windows whose perplexity is taken, at each length; 0 for none."""
    methods: tuple[Method, ...] = METHODS


@dataclass(slots=True)
class Comparison:
    """What came out, by method and length."""

    planned: Plan
    scope: Scope
    findings: dict[Method, list[Finding]] = field(default_factory=dict)
    perplexity: dict[Method, dict[int, float]] = field(default_factory=dict)

    @property
    def accuracy(self) -> dict[Method, dict[int, float]]:
        """Share of the passkeys found, by method and length."""
        return {
            method: {
                length: mean([finding.found for finding in findings if finding.cell.length == length])
                for length in self.scope.lengths
            }
            for method, findings in self.findings.items()
        }

    def reached(self, method: Method) -> int:
        """The longest length at which ENOUGH of the passkeys were found, as in the paper's Table 5; 0 for none."""
        return max((length for length, share in self.accuracy[method].items() if share >= ENOUGH), default=0)

    def to_json(self) -> dict[str, Any]:
        """The comparison as plain JSON values."""
        return {
            "model": self.planned.model.name,
            "native": self.planned.native_len,
            "limit": self.planned.max_model_len,
            "factor": self.planned.factor,
            "lengths": list(self.scope.lengths),
            "depths": list(self.scope.depths),
            "windows": self.scope.windows,
            "methods": {
                method: {
                    "served_as": described(method, self.planned),
                    "rope": stretched_by(method, self.planned).rope,
                    "accuracy": {str(length): share for length, share in self.accuracy[method].items()},
                    "mean_accuracy": mean([finding.found for finding in findings]),
                    "reached": self.reached(method),
                    "perplexity": {str(length): value for length, value in self.perplexity[method].items()},
                    "findings": [finding_json(finding) for finding in findings],
                }
                for method, findings in self.findings.items()
            },
        }


def compare(planned: Plan, scope: Scope, text: str, results: Results, start: Start, say: Say) -> Comparison:
    """Run an engine for each method that has something left to measure; what `results` holds is not measured again."""
    made = Comparison(planned, scope)
    for number, method in enumerate(scope.methods, 1):
        by_method = stretched_by(method, planned)
        subject = Subject(planned.model.name, planned.max_model_len, by_method.rope)
        run = _Run(subject, scope, text, results)
        say(f"{method}: {described(method, planned)}")
        if run.left:
            started = time.monotonic()
            with start(by_method) as engine:
                run.measure(engine, say)
            left = (len(scope.methods) - number) * (time.monotonic() - started)
            say(f"  about {duration(left)} for the methods that are left" if left else "All methods are measured.")
        made.findings[method], made.perplexity[method] = run.findings(), run.perplexities()
    return made


class _Run:
    """One method: what is known of it, and the measuring of what is not."""

    def __init__(self, subject: Subject, scope: Scope, text: str, results: Results) -> None:
        self._subject, self._scope, self._text, self._results = subject, scope, text, results
        self._cells = cells(scope.lengths, scope.depths, SEED)
        self._text_hash = sha256(text.encode("utf-8", "replace")).hexdigest()[:16]

    @property
    def left(self) -> bool:
        """Whether an engine is needed."""
        known = [recall(self._subject, cell, self._results) for cell in self._cells]
        return None in known or len(self.perplexities()) < len(self._scope.lengths) * bool(self._scope.windows)

    def measure(self, engine: Engine, say: Say) -> None:
        for finding in find_needles(engine, self._subject, self._cells, self._results):
            say(f"  {told(finding)}")
        unknown = [length for length in self._scope.lengths if self._results.get(self._key(length)) is None]
        if not unknown or not self._scope.windows:
            return
        among = passages(engine, self._text, max(self._scope.lengths), self._scope.windows)
        for length in unknown:
            value = perplexity(engine, among, length)
            self._results.put(self._key(length), {"perplexity": value})
            say(f"  perplexity at {in_k(length)}: {value:.2f}")

    def findings(self) -> list[Finding]:
        known = [recall(self._subject, cell, self._results) for cell in self._cells]
        return [finding for finding in known if finding is not None]

    def perplexities(self) -> dict[int, float]:
        if not self._scope.windows:
            return {}
        known = {length: self._results.get(self._key(length)) for length in self._scope.lengths}
        return {length: float(value["perplexity"]) for length, value in known.items() if value is not None}

    def _key(self, length: int) -> dict[str, Any]:
        what = {"text": self._text_hash, "longest": max(self._scope.lengths), "windows": self._scope.windows}
        return {**self._subject.to_json(), **what, "perplexity_at": length}


def mean(found: Sequence[bool]) -> float:
    """The share that is true, 0 of none."""
    return sum(found) / len(found) if found else 0.0
