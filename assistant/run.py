"""A briefing in, a run out that goes on by itself: its steps can be followed, and it can be stopped from any thread."""

import asyncio
import queue
import threading
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from assistant.answer import Answer
from assistant.briefing import Briefing
from assistant.context import Ledger
from assistant.effort import Effort
from assistant.errors import RunStopped
from assistant.read_all import ReadAll, read_all
from assistant.steps import Answered, Consent, Planned, Step
from assistant.tasks.perform import perform
from assistant.tasks.work import Work
from yarn_runtime import Engine

if TYPE_CHECKING:
    from assistant.agent import Assignment


class Run:
    """One question being answered in a thread of its own.

    Whoever follows it can go away and the run goes on; `stop` ends it, and with it the engine's work, at once.
    """

    def __init__(
        self,
        asked: Briefing | ReadAll | Work,
        keep: Callable[[Answer], None] | None = None,
        *,
        effort: Effort | None = None,
        folder: Path | None = None,
    ) -> None:
        """Start at once: with the answer, where everything is to be read first, with that, or with a task.

        `keep` gets the finished answer in the run's own thread, whether or not anyone follows.
        `effort` bounds it. With a `folder`, a run of the same prompt that was killed there goes on where it was.
        """
        self._asked = asked
        self._keep = keep
        self._effort = effort or Effort()
        self._folder = folder
        self._events: queue.SimpleQueue[Step | BaseException | None] = queue.SimpleQueue()
        self._loop = asyncio.new_event_loop()
        self._consent: asyncio.Future[bool] = self._loop.create_future()
        self._task: asyncio.Task[None] | None = None
        self._answered = False
        self._stop_wanted = threading.Event()
        self._thread = threading.Thread(target=self._work, name="run", daemon=True)
        self._thread.start()

    def stop(self, timeout: float = 2.0) -> None:
        """End the run; returns when it has ended, or after `timeout` seconds. Stopping twice is fine."""
        self._stop_wanted.set()
        if self._thread.is_alive():
            try:
                self._loop.call_soon_threadsafe(self._cancel)
            except RuntimeError:
                return  # it has just ended by itself
        self._thread.join(timeout)

    def agree(self, yes: bool) -> None:
        """Answer the step Consent; what was answered once stays."""
        self._loop.call_soon_threadsafe(lambda: None if self._consent.done() else self._consent.set_result(yes))

    def steps(self) -> Iterator[Step]:
        """Every step as it happens, to be followed by one consumer.

        Raises RunStopped when the run was stopped, and what the engine raised when it failed.
        """
        while (event := self._events.get()) is not None:
            if isinstance(event, BaseException):
                raise event
            yield event

    def answer(self) -> Answer:
        """Wait for the end and return the answer; raises as `steps` does."""
        for step in self.steps():
            if isinstance(step, Answered):
                return step.answer
        raise RunStopped("The run ended without an answer.", "Ask again.")

    def _cancel(self) -> None:
        """What has been answered only tidies up: cut off there, it would pass for a run that was interrupted."""
        if self._task is not None and not self._answered:
            self._events.put(_stopped())  # whoever follows need not wait until everything is put away
            self._task.cancel()

    def _work(self) -> None:
        with asyncio.Runner(loop_factory=lambda: self._loop) as runner:  # ends what the last step left under way, too
            try:
                runner.run(self._follow())
            except asyncio.CancelledError:
                self._events.put(_stopped())
            except BaseException as error:  # handed to whoever follows the run, whatever it is
                self._events.put(error)
            finally:
                self._events.put(None)

    async def _follow(self) -> None:
        self._task = asyncio.current_task()
        if self._stop_wanted.is_set():
            raise asyncio.CancelledError
        if isinstance(self._asked, Work):
            await self._agreed(self._asked.coverage, self._asked.engine)
            answer = await perform(self._asked, self._events.put, self._effort)
            self._take(Answered(answer))
            self._asked.replies.forget(self._asked.key)
            return
        from assistant.agent import run  # LangGraph takes a second to import: only a question pays for it

        stream = run(await self._assignment(self._asked), self._consent, self._folder)
        try:
            async for step in stream:
                self._take(step)
        finally:
            await stream.aclose()

    def _take(self, step: Step) -> None:
        """Hand a step on; with an answer the run has done its work."""
        if isinstance(step, Answered):
            self._answered = True
            if self._keep is not None:
                self._keep(step.answer)
        self._events.put(step)

    async def _assignment(self, asked: Briefing | ReadAll) -> "Assignment":
        """What the agent is to do; where everything is to be read first, after that. Consent counts for both."""
        from assistant.agent import Assignment

        if isinstance(asked, Briefing):
            return Assignment(asked, self._effort)
        await self._agreed(asked.coverage, asked.engine)
        return Assignment(await read_all(asked, self._events.put), replace(self._effort, consent_tokens=None))

    async def _agreed(self, coverage: Ledger, engine: Engine) -> None:
        """Tell what will be read, window after window, and wait for consent where that is more than is read without."""
        tokens, most = coverage.prompt_tokens, self._effort.consent_tokens
        expected = [engine.pace.seconds(window.tokens) for window in coverage.windows]
        seconds = None if None in expected else sum(each for each in expected if each is not None)
        self._events.put(Planned(coverage, seconds))
        if most is not None and tokens > most:
            self._events.put(Consent(tokens, seconds))
            if not await self._consent:
                raise RunStopped("The documents were not read.", "Choose fewer pages, or agree when asked.")


def _stopped() -> RunStopped:
    return RunStopped("The run was stopped.", "Ask again whenever you like.")
