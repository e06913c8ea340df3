"""Orders and documents in, jobs that go on by themselves out: told how far they are, and stopped; knows no web."""

import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from assistant import AssistantError, Effort, Item, Jobs, Library, Order, Runner
from ingest import IngestError
from ui.trails import Trails
from yarn_runtime import Engine, RuntimeProblem

_TURN = threading.Lock()
"""One job of this process at a time: each fills the engine by itself."""


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

    def start(self, order: Order, documents: Sequence[str]) -> None:
        """Begin, or go on with, a job on documents of the library, named by their ids. Raises JobBusy, JobDiffers."""
        with self._jobs.held(order):
            self._jobs.add(order.name, [Item(each, question) for each in documents for question in order.questions])
            self._jobs.queue_failed(order.name, unread_only=True)
        stopping = threading.Event()
        with self._lock:
            if order.name in self._stopping:
                return  # it waits for its turn and will find them
            self._stopping[order.name] = stopping
            self._problems.pop(order.name, None)
        threading.Thread(target=self._work, args=(order, stopping), name="job", daemon=True).start()

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
        try:
            with _TURN, self._jobs.held(order) as conversation:
                document = self._jobs.library.document
                told = self._trails.of_job(order.name, lambda told: None)
                runner = Runner(order, self._jobs, conversation, document, told, self._effort)
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
        except (AssistantError, IngestError, RuntimeProblem) as error:
            problem = f"{error.message} {error.hint}".strip()
        except Exception as error:  # nobody waits for this thread: who asks for the state is told
            problem = f"A fault of this program ({type(error).__name__})."
        with self._lock:
            del self._stopping[order.name]
            if problem:
                self._problems[order.name] = problem


def _stop_when_told(runner: Runner, stopping: threading.Event, over: threading.Event) -> None:
    stopping.wait()
    if not over.is_set():
        runner.stop()
