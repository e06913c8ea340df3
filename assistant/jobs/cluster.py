"""Files and orders in, Documents and Answers out, made on the nodes of a Ray cluster: the only file that knows Ray.

Whoever asks keeps what came back. What a node was doing when it died is done anew by another one, so that nothing is
lost and nothing kept twice.
"""

import socket
import tempfile
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path
from typing import Any

import ingest
from assistant.answer import Answer
from assistant.effort import Effort
from assistant.errors import AssistantError, RunStopped
from assistant.jobs.order import Order
from assistant.journal import NothingKept
from assistant.run import Run
from assistant.search import Search
from ingest import Document, IngestError
from yarn_runtime import Engine, RuntimeProblem, attach

_TRIES = 5
"""How often something is begun anew after its node or process died."""
_KNOCK_SECONDS = 10.0
_ASKING_CPUS = 0.5
"""Of a node, while it mostly waits for an engine."""


class ClusterUnreachable(AssistantError):
    """There is no Ray, no cluster at the address, or it has ended."""


class WorkersDied(AssistantError):
    """Whatever process did it died, again and again: its memory may not suffice."""


@dataclass(frozen=True, slots=True)
class Failed:
    """A problem as it travels between machines."""

    kind: type[AssistantError] | type[IngestError] | type[RuntimeProblem]
    message: str
    hint: str

    @classmethod
    def of(cls, problem: AssistantError | IngestError | RuntimeProblem) -> "Failed":
        """What to raise where it arrives."""
        return cls(type(problem), problem.message, problem.hint)


class Cluster:
    """A cluster that runs, from any thread. `address` is host:port, or “auto” for that of this machine.

    Every node needs this program; the engines' addresses must lead to them from there. Raises ClusterUnreachable.
    """

    def __init__(self, address: str, effort: Effort, reading: Mapping[str, Any]) -> None:
        """`reading` are the arguments of `ingest.read`."""
        try:
            import ray
        except ImportError as error:
            raise ClusterUnreachable("Ray is not installed.", "Install it: pip install 'unspool[ray]'") from error
        try:
            _knock(address)
            ray.init(address=address, log_to_driver=False, logging_level="ERROR")
        except (OSError, RuntimeError, ValueError, ray.exceptions.RayError) as error:
            raise ClusterUnreachable(
                f"No Ray cluster answers at {address}.", "Start one with ray start, and give its address."
            ) from error
        self._ray, self._effort, self._reading = ray, effort, dict(reading)
        self._reads = ray.remote(max_retries=_TRIES)(read_there)
        self._answers = ray.remote(max_retries=_TRIES, num_cpus=_ASKING_CPUS)(answer_there)
        self._pending: set[Any] = set()
        self._lock = threading.Lock()
        self._stopped = False
        self.readers = max(1, int(ray.cluster_resources().get("CPU", 1)))
        """How many files it reads at the same time."""

    def read(self, source: Path) -> Document:
        """What a file holds; its bytes go to the node. Raises an IngestError."""
        most = self._reading.get("limits", ingest.Limits()).source_bytes
        try:
            if source.stat().st_size > most:  # before it fills the memory of this machine
                raise ingest.SourceTooHeavy(
                    f"{source.name} is larger than {most >> 20:,} MiB.", "Split it, or raise the limit."
                )
            data = source.read_bytes()
        except OSError as error:
            raise ingest.SourceUnreadable(f"{source} cannot be read: {error.strerror}.", "Check it.") from error
        found: Document = self._taken(lambda: self._reads.remote(source.name, data, self._reading))
        return replace(found, path=str(source))

    def answer(self, order: Order, engine: Engine, document: Document, question: str, seal: str) -> Answer:
        """What the order gives for a document. Raises what running it raises, RunStopped after `stop`."""
        plain = replace(document, pages=tuple(document.pages), metadata=dict(document.metadata), path="")
        found: Answer = self._taken(
            lambda: self._answers.remote(order, engine.url, plain, question, seal, self._effort)
        )
        return found

    def stop(self) -> None:
        """End everything that it does."""
        with self._lock:
            self._stopped, pending = True, list(self._pending)
        for each in pending:
            self._ray.cancel(each, force=True)

    def close(self) -> None:
        """Let go of the cluster; it goes on for others."""
        self._ray.shutdown()

    def _taken(self, begin: Callable[[], Any]) -> Any:
        errors = self._ray.exceptions
        with self._lock:
            if self._stopped:
                raise RunStopped("The job was stopped.", "The same command goes on.")
            begun = begin()
            self._pending.add(begun)
        try:
            found = self._ray.get(begun)
        except errors.RayTaskError as error:  # a fault of ours, as it would have been raised here
            raise error.cause from None
        except errors.RayError as error:
            if self._stopped:
                raise RunStopped("The job was stopped.", "The same command goes on.") from error
            if isinstance(error, errors.WorkerCrashedError | errors.OutOfMemoryError | errors.NodeDiedError):
                raise WorkersDied(
                    f"The process that did it died {_TRIES + 1} times ({type(error).__name__}).", "Give it more memory."
                ) from error
            raise ClusterUnreachable(
                f"The Ray cluster failed ({type(error).__name__}).", "The same command goes on once it runs again."
            ) from error
        finally:
            with self._lock:
                self._pending.discard(begun)
        if isinstance(found, Failed):
            raise found.kind(found.message, found.hint)
        return found


def read_there(name: str, data: bytes, reading: Mapping[str, Any]) -> Document | Failed:
    """On a node: a file's document."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / name
        path.write_bytes(data)
        try:
            found = ingest.read(str(path), **reading)
        except IngestError as problem:
            return Failed.of(problem)
        return replace(found, pages=tuple(found.pages), metadata=dict(found.metadata))


def answer_there(
    order: Order, url: str, document: Document, question: str, seal: str, effort: Effort
) -> Answer | Failed:
    """On a node: an item's answer."""
    try:
        planned = order.planned(_engine(url), document, question, Search(), seal, NothingKept())
        return Run(planned, effort=effort).answer()
    except (AssistantError, RuntimeProblem) as problem:
        return Failed.of(problem)


def _knock(address: str) -> None:
    """Raises OSError where nothing listens: Ray itself would try for minutes."""
    host, _, port = address.rpartition("://")[2].rpartition(":")
    if port.isdigit():
        socket.create_connection((host, int(port)), timeout=_KNOCK_SECONDS).close()


@lru_cache(maxsize=16)
def _engine(url: str) -> Engine:
    return attach(url)
