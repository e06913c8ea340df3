"""Conversations in, what runs in each of them out: it goes on whoever looks, and is stopped by conversation.

A run belongs to the server. A tab that shows it follows it and may leave; another may follow it later.
"""

import sys
import threading
from collections.abc import AsyncIterator, Callable

from assistant import Answered, Run
from ui.changes import Changes
from ui.noting import Noting
from ui.problem_html import PROBLEMS
from ui.transcript import RunTranscript

_REMEMBERED = 200
"""Conversations whose last run failed or was stopped are shown so for as long as no more of them follow."""


class Running:
    """One question that is being answered, or that could not be."""

    def __init__(self, question: str, at: int, transcript: RunTranscript, note: Callable[[], Noting]) -> None:
        """`note` begins to note it, when it begins to run."""
        self._note = note
        self.question = question
        self.at = at
        """How many answers of the conversation stand before it."""
        self.transcript = transcript
        self.over = False
        self.answered = False
        self._lock = threading.Lock()
        self._run: Run | None = None
        self._stopped = False
        self._changes = Changes()

    def work(self, begin: Callable[[], Run]) -> None:
        """Run to the end; for a thread of its own."""
        noting, problem = self._note(), None
        try:
            self._follow_run(self._begun(begin), noting)
        except PROBLEMS as known:
            problem = known
        finally:
            if problem is not None or not self.answered:
                self.transcript.fail(problem, self.at)
            noting.ended("answered" if self.answered else "failed", problem or sys.exception())
            self.over = True
            self._changes.tell()

    def stop(self) -> None:
        """End it, now or as soon as it begins; returns when the engine was told."""
        with self._lock:
            self._stopped = True
            run = self._run
        if run is not None:
            run.stop()

    async def changes(self) -> AsyncIterator[bool]:
        """Whether it goes on: once now, and whenever there is something new to draw, until it is over."""
        async for going_on in self._changes.each(lambda: not self.over):
            yield going_on

    def _begun(self, begin: Callable[[], Run]) -> Run:
        run = begin()
        with self._lock:
            self._run = run
            stopped = self._stopped
        if stopped:
            run.stop()
        return run

    def _follow_run(self, run: Run, noting: Noting) -> None:
        for step in run.steps():
            noting.step(step)
            self.transcript.take(step)
            self.answered = self.answered or isinstance(step, Answered)
            self._changes.tell()


class Runs:
    """What runs in every conversation, and what of it failed last."""

    def __init__(self) -> None:
        self._running: dict[str, Running] = {}
        self._lock = threading.Lock()
        self._closed = False

    def begin(self, conversation: str, running: Running, begin: Callable[[], Run]) -> Running:
        """Start it, unless the conversation has one that goes on: then that is given."""
        with self._lock:
            present = self._running.get(conversation)
            if present is not None and not present.over:
                return present
            self._running.pop(conversation, None)
            self._running[conversation] = running
            self._forget_some()
            if self._closed:
                running.stop()
        threading.Thread(target=running.work, args=(begin,), name="conversation", daemon=True).start()
        return running

    def of(self, conversation: str) -> Running | None:
        """What runs there, or what could not be answered there last; None where there is neither."""
        running = self._running.get(conversation)
        return None if running is None or (running.over and running.answered) else running

    def going_on(self) -> set[str]:
        """The conversations in which something runs."""
        with self._lock:
            return {conversation for conversation, running in self._running.items() if not running.over}

    def stop(self, conversation: str) -> None:
        """Stop what runs there; nothing is fine too."""
        if running := self._running.get(conversation):
            running.stop()

    def forget(self, conversation: str) -> None:
        """Stop what runs there and show nothing of it any more."""
        self.stop(conversation)
        with self._lock:
            self._running.pop(conversation, None)

    def close(self) -> None:
        """Stop what runs, and whatever is begun from now on."""
        with self._lock:
            self._closed = True
            running = list(self._running.values())
        for one in running:
            one.stop()

    def _forget_some(self) -> None:
        over = [conversation for conversation, running in self._running.items() if running.over]
        for conversation in over[: max(len(over) - _REMEMBERED, 0)]:
            del self._running[conversation]
