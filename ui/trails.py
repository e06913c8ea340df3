"""What becomes of a question, or of an item of a job, in; a line of the log and a trace out; knows none of its words.

A line is one JSON object on stderr: what it was, how it ended, whose it was, and each step with its tokens and seconds.
"""

import contextlib
import json
import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from assistant import Finished as FinishedStep
from assistant import Step, StepRecord, Told
from ui.traces import Span, Traces

_ENDED = ("done", "failed", "skipped", "queued")


class Trail:
    """One question or item under way."""

    def __init__(self, trails: "Trails", kind: str, facts: dict[str, str]) -> None:
        self._trails, self._kind, self._facts = trails, kind, facts
        self._began = time.time_ns()
        self._steps: list[tuple[StepRecord, Span]] = []

    def step(self, step: Step) -> None:
        """A step of it happened."""
        if isinstance(step, FinishedStep):
            self.finished(step.step)

    def finished(self, record: StepRecord) -> None:
        """A step of it has just been finished."""
        now = time.time_ns()
        tokens = {
            "tokens.prompt": record.prompt_tokens,
            "tokens.cached": record.cached_tokens,
            "tokens.written": record.completion_tokens,
        }
        self._steps.append((record, Span(record.kind, now - int(record.seconds * 1e9), now, tokens)))

    def ended(self, outcome: str, problem: str = "") -> None:
        """It is over; `problem` is the class of what went wrong."""
        now = time.time_ns()
        how = {"outcome": outcome, **({"problem": problem} if problem else {})}
        self._trails.traces.add(
            Span(self._kind, self._began, now, {**self._facts, **how}), [span for _, span in self._steps]
        )
        records = [record for record, _ in self._steps]
        self._trails.write(
            {
                "time": datetime.now(UTC).isoformat(timespec="milliseconds"),
                "event": self._kind,
                **how,
                **self._facts,
                "seconds": round((now - self._began) / 1e9, 3),
                "tokens_computed": sum(each.prompt_tokens - each.cached_tokens for each in records),
                "tokens_cached": sum(each.cached_tokens for each in records),
                "tokens_written": sum(each.completion_tokens for each in records),
                "steps": [{"kind": each.kind, "seconds": round(each.seconds, 3)} for each in records],
            }
        )


class Trails:
    """Where they go: nowhere, unless a log or a collector of traces is wanted."""

    def __init__(self, *, log: bool = False, traces: Traces | None = None) -> None:
        self._log = log
        self.traces = traces or Traces()

    def begin(self, kind: str, **facts: str) -> Trail:
        """A question or an item begins; the facts are names and ids, never text."""
        return Trail(self, kind, facts)

    def write(self, line: dict[str, Any]) -> None:
        """One line of the log, if one is wanted."""
        if self._log:
            text = json.dumps(line, ensure_ascii=False) + "\n"
            with contextlib.suppress(OSError):  # a log that nobody takes any more ends no question
                sys.stderr.write(text)  # at once: other threads write, too

    def of_job(self, job: str, then: Callable[[Told], None]) -> Callable[[Told], None]:
        """Listens to a job for `then`, and follows each item from when it runs."""
        running: dict[tuple[str, str], Trail] = {}

        def told(what: Told) -> None:
            self._follow(job, what, running)
            then(what)

        return told

    def _follow(self, job: str, told: Told, running: dict[tuple[str, str], Trail]) -> None:
        item, key = told.item, (told.item.source, told.item.question)
        if told.step is not None and key in running:
            running[key].finished(told.step)
        elif told.step is None and item.state == "running":
            running[key] = self.begin("item", job=job, document=item.document_id)
        elif told.step is None and item.state in _ENDED:
            trail = running.pop(key, None)
            if trail is None and item.state != "queued":  # it ended before it ran
                trail = self.begin("item", job=job, document=item.document_id)
            if trail is not None:
                trail.ended(item.state)
