"""Orders and documents in, jobs that go on by themselves out: told how far they are, and stopped; knows no web."""

import contextlib
import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from assistant import AssistantError, Effort, Item, JobBusy, Jobs, Library, Order, Runner, results
from ingest import Document, IngestError
from ui.trails import Trails
from yarn_runtime import Engine, RuntimeProblem

_TURN = threading.Lock()
"""One job of this process at a time: each fills the engine by itself."""
_LOOK_SECONDS = 0.2
"""After which a job that waits for its turn looks whether it was stopped."""

ENDED = ("done", "failed", "skipped")
"""What an item is called that needs no more work."""


@dataclass(frozen=True, slots=True)
class JobState:
    """How far a job is."""

    name: str
    kind: str
    states: dict[str, int]
    """How many of its items are in each state."""
    running: bool
    """Whether it is worked on, or waits for its turn, here."""
    problem: str = ""
    """Why it ended before its end."""


class JobDesk:
    """The jobs of one library."""

    def __init__(self, library: Library, engine: Callable[[], Engine], effort: Effort, trails: Trails) -> None:
        self._jobs = Jobs(library)
        self._engine = engine
        self._effort = effort
        self._trails = trails
        self._lock = threading.Lock()
        self._stopping: dict[str, threading.Event] = {}
        """Of every job that runs here or waits for its turn, what ends it."""
        self._problems: dict[str, str] = {}

    def start(self, order: Order, documents: Sequence[str] = (), *, retry_failed: bool = False) -> None:
        """Begin, or go on with, a job on documents of the library, named by their ids; what could not be read is tried
        again, or all that failed. Raises JobBusy, JobDiffers."""
        with self._lock:
            waiting = self._stopping.get(order.name)
            if waiting is not None and waiting.is_set():
                raise JobBusy(f"The job {order.name} is being stopped.", "Start it in a moment.")
            with self._jobs.held(order):
                self._jobs.add(order.name, [Item(each, question) for each in documents for question in order.questions])
                self._jobs.queue_failed(order.name, unread_only=not retry_failed)
            if waiting is not None:
                return  # it will find them when it is its turn
            stopping = self._stopping[order.name] = threading.Event()
            self._problems.pop(order.name, None)
        threading.Thread(target=self._work, args=(order, stopping), name="job", daemon=True).start()

    def go_on(self, name: str, *, retry_failed: bool = False) -> None:
        """Go on with a job, where it does not go on already. Raises JobMissing, JobBusy."""
        if not self.state(name).running:
            self.start(self._jobs.order(name), retry_failed=retry_failed)

    def items(self, name: str) -> list[tuple[Item, Mapping[str, Any] | None]]:
        """The items of a job, each with its answer where it is done."""
        found = self._jobs.items(name)
        return [(item, self._jobs.answer(item) if item.state == "done" else None) for item in found]

    def files(self, name: str, address: Callable[[Mapping[str, Any]], str]) -> dict[str, str]:
        """What is done so far, as the texts of files by their names; `address` tells where a citation is to be seen.

        Raises JobMissing.
        """
        return results(self._jobs.order(name), self._jobs, address)

    def close(self) -> None:
        """End what runs here, and what waits for its turn."""
        with self._lock:
            names = list(self._stopping)
        for name in names:
            self.stop(name)

    def stop(self, name: str) -> None:
        """End it; what was running is queued again, for the next start."""
        with self._lock:
            stopping = self._stopping.get(name)
        if stopping is not None:
            stopping.set()

    def state(self, name: str) -> JobState:
        """How far it is. Raises JobMissing."""
        return self._state(self._jobs.order(name))

    def states(self) -> list[JobState]:
        """All jobs of the library, in the order in which they were begun."""
        return [self._state(order) for order in self._jobs.orders()]

    def _state(self, order: Order) -> JobState:
        with self._lock:
            running, problem = order.name in self._stopping, self._problems.get(order.name, "")
        return JobState(order.name, order.kind, self._jobs.counted(order.name), running, problem)

    def _work(self, order: Order, stopping: threading.Event) -> None:
        problem = ""
        with contextlib.ExitStack() as stack:
            try:
                if _turn(stopping, stack):
                    with self._lock:  # whoever adds items holds the job for a moment, too
                        conversation = stack.enter_context(self._jobs.held(order))
                    self._run(order, conversation, stopping)
            except (AssistantError, IngestError, RuntimeProblem) as error:
                problem = f"{error.message} {error.hint}".strip()
            except Exception as error:  # nobody waits for this thread: who asks for the state is told
                problem = f"A fault of this program ({type(error).__name__})."
            with self._lock:  # and it is still held: what is added from now on is for the next thread
                del self._stopping[order.name]
                if problem:
                    self._problems[order.name] = problem

    def _run(self, order: Order, conversation: str, stopping: threading.Event) -> None:
        told = self._trails.of_job(order.name, lambda told: None)
        runner = Runner(order, self._jobs, conversation, self._document, told, self._effort)
        over = threading.Event()
        watching = threading.Thread(target=_stop_when_told, args=(runner, stopping, over), daemon=True)
        watching.start()
        try:
            queued = [item for item in self._jobs.items(order.name) if item.state == "queued"]
            if queued and not stopping.is_set():
                runner.work([self._engine()], queued, last=True)
        finally:
            over.set()
            stopping.set()
            watching.join()

    def _document(self, source: str) -> Document:
        """Of the library, by its name or id, or by a path where the command line began the job. Raises
        DocumentMissing."""
        same = self._jobs.library.known(Path(source))
        return self._jobs.library.document(same or source)


def _turn(stopping: threading.Event, stack: contextlib.ExitStack) -> bool:
    """Wait for the turn of a job, which the stack then holds; False where it was stopped before."""
    while not stopping.is_set():
        if _TURN.acquire(timeout=_LOOK_SECONDS):
            stack.callback(_TURN.release)
            return True
    return False


def _stop_when_told(runner: Runner, stopping: threading.Event, over: threading.Event) -> None:
    stopping.wait()
    if not over.is_set():
        runner.stop()
