"""Timed prefills of one engine in, how long the next one takes out; kept in a file from run to run; asks nothing."""

import json
import threading
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from yarn_runtime.speed import Prefilled, Speed, fit_speed
from yarn_runtime.whole_file import write_whole

KEPT = 16
"""Samples of one engine."""
FADING = 0.7
"""What a sample counts beside the one after it: a machine's load changes."""
TELLING = 256
"""Computed tokens below which the time is that of the request, not of the reading."""


class Pace:
    """How fast one engine reads on this machine, learnt from every prompt that it read alone."""

    def __init__(self, file: Path | None = None, subject: str = "") -> None:
        """`subject` names the engine in the file, which many share; without a file nothing outlives this object."""
        self._file, self._subject = file, subject
        self._lock = threading.Lock()
        self._samples = _samples(_read(file).get(subject)) if file else []

    @property
    def speed(self) -> Speed | None:
        """None before the first sample."""
        with self._lock:
            return fit_speed(self._samples, fading=FADING) if self._samples else None

    def seconds(self, tokens: int, cached: int = 0) -> float | None:
        """What it takes to read a prompt of `tokens` whose first `cached` are read already; None if unknown."""
        speed = self.speed
        return speed.seconds(tokens, cached) if speed else None

    def add(self, sample: Prefilled) -> None:
        """Learn from a prompt; a file that cannot be written only costs the memory of it."""
        if sample.tokens - sample.cached < TELLING or sample.seconds <= 0:
            return
        with self._lock:
            self._samples = [*self._samples, sample][-KEPT:]
            if self._file is not None:
                known = {**_read(self._file), self._subject: [_row(one) for one in self._samples]}
                write_whole(self._file, json.dumps(known))


def _row(sample: Prefilled) -> list[float]:
    return [sample.tokens, sample.cached, round(sample.seconds, 4)]


def _samples(rows: Any) -> list[Prefilled]:
    """What a file holds of one engine; anything else than samples in it counts for none."""
    try:
        found = [Prefilled(int(tokens), int(cached), float(seconds)) for tokens, cached, seconds in rows or ()]
    except (TypeError, ValueError):
        return []
    return [one for one in found if one.tokens - one.cached >= TELLING and one.seconds > 0][-KEPT:]


def _read(file: Path) -> Mapping[str, Any]:
    try:
        known = json.loads(file.read_text("utf-8"))
    except (OSError, ValueError):
        return {}
    return known if isinstance(known, dict) else {}
