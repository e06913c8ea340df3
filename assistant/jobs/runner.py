"""A job's items in, each of them read, done and kept out: short before long, as many at once as the engines' KV pools
hold, so that they are full and never preempt. One bad file stops nothing, nor does one engine of several that ends; a
stop hands back what runs.
"""

import bisect
import contextlib
import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from functools import partial

from assistant.answer import Answer, StepRecord
from assistant.effort import Effort
from assistant.errors import AssistantError, LibraryDamaged, RunStopped
from assistant.jobs.cluster import Cluster, ClusterUnreachable
from assistant.jobs.fleet import Fleet
from assistant.jobs.item import Item, State
from assistant.jobs.jobs import Jobs
from assistant.jobs.order import Order
from assistant.run import Run
from assistant.steps import Consent, Finished
from assistant.tasks.work import Work
from ingest import Document, IngestError, SourceUnsupported
from yarn_runtime import Engine, EngineUnreachable, RuntimeProblem

Read = Callable[[str], Document]
Tell = Callable[["Told"], None]
Problem = (AssistantError, IngestError, RuntimeProblem)
Fatal = (EngineUnreachable, LibraryDamaged, ClusterUnreachable)


@dataclass(frozen=True, slots=True)
class Told:
    """An item that has come further or, where a step is given, what that step of it cost the engine."""

    item: Item
    step: StepRecord | None = None

    @property
    def computed_tokens(self) -> int:
        """Read and not cached, or written."""
        step = self.step
        return step.prompt_tokens - step.cached_tokens + step.completion_tokens if step else 0


class Runner:
    """One job being worked on."""

    def __init__(
        self,
        order: Order,
        jobs: Jobs,
        conversation: str,
        read: Read,
        tell: Tell,
        effort: Effort,
        cluster: Cluster | None = None,
    ) -> None:
        """`read` gives the document of a source, kept in the library; `tell` is called from any thread. With a
        `cluster`, which has the same effort, answers are made on its nodes, and as many files read at once."""
        self._order = order
        self._jobs = jobs
        self._conversation = conversation
        self._read = read
        self._tell = tell
        self._effort = effort
        self._cluster = cluster
        self._changed = threading.Condition()
        self._waiting: list[Item] = []
        self._fleet: Fleet
        self._runs: set[Run] = set()
        self.stopped = False
        """Whether it was ended before its end."""
        self._gone: AssistantError | RuntimeProblem | None = None
        """What no item can go on after: the engine ended, or the disk is full."""
        self._reading = False

    def work(self, engines: Sequence[Engine], items: Sequence[Item], *, last: bool = False) -> list[Item]:
        """Do all items; those that are too long for the engines' limit are left to others and returned, unless these
        are the `last`: then the passages nearest to the question are sent, and the ledger says so.

        Returns early, with what was not begun queued, after `stop`. Raises EngineMismatch where the engines serve
        different models, EngineUnreachable where the last of them ended, LibraryDamaged where the disk is full.
        """
        later: list[Item] = []
        self._fleet = Fleet(engines)
        reading = (items, None if last else later)
        reader = threading.Thread(target=self._read_all, args=reading, name="reader", daemon=True)
        self._reading = True
        reader.start()
        with self._changed:
            while not self._over():
                admitted = self._admitted()
                if admitted is None:
                    self._changed.wait(1.0)
                else:
                    threading.Thread(target=self._one, args=admitted, name="item", daemon=True).start()
        reader.join()
        if self._gone is not None:
            raise self._gone
        found, left = self._jobs.items(self._order.name), {"", *(item.key for item in later)}
        failed = {item.key: item.reason for item in found if item.state == "failed" and item.key not in left}
        for item in found:  # what waited for the same content ends as that did
            if item.state == "queued" and item.key and self._jobs.share(self._order.name, item):
                self._tell(Told(replace(item, state="done")))
            elif item.state == "queued" and item.key in failed and not self._ended:
                self._end([item], "failed", failed[item.key])
        return later

    def stop(self) -> None:
        """Begin nothing more and end what runs; it is queued again, and its finished calls are not paid for twice."""
        self.stopped = True
        with self._changed:
            runs = list(self._runs)
            self._changed.notify_all()
        if self._cluster is not None:
            self._cluster.stop()
        for run in runs:
            run.stop()

    def _over(self) -> bool:
        waiting = self._waiting and not self._ended
        return self._fleet.idle and not self._reading and not waiting

    @property
    def _ended(self) -> bool:
        return self.stopped or self._gone is not None

    def _admitted(self) -> tuple[Engine, Item] | None:
        """The shortest item that waits and an engine that has room for it; what is about a document that another
        engine knows waits for that one."""
        for place, item in enumerate(() if self._ended else self._waiting):
            tokens = self._order.held(item.tokens, self._fleet.limit)
            engine = self._fleet.admit((item.source, item.question), item.document_id, tokens)
            if engine is not None:
                del self._waiting[place]
                return engine, item
            if not self._fleet.knows(item.document_id):
                break  # none has room, and all that follow are longer
        return None

    def _lost(self, engine: Engine) -> bool:
        """Whether others go on without an engine that ended."""
        with self._changed:
            return self._fleet.lose(engine)

    def _read_all(self, items: Sequence[Item], later: list[Item] | None) -> None:
        """Read every source once; what is done elsewhere already, or is being done, waits for no engine."""
        keys: set[str] = set()
        with ThreadPoolExecutor(self._cluster.readers if self._cluster else 1, "reading") as readers:
            for of_source in _by_source(items):
                readers.submit(self._read_one, of_source, keys, later)
        with self._changed:
            self._reading = False
            self._changed.notify_all()

    def _read_one(self, of_source: Sequence[Item], keys: set[str], later: list[Item] | None) -> None:
        if self._ended:
            return
        with self._settling([replace(item, key="", document_id="") for item in of_source]):
            document = self._document(of_source)
            for item in of_source:
                with self._settling([item]):
                    self._queue(document, item, keys, later)

    @contextlib.contextmanager
    def _settling(self, items: Sequence[Item]) -> Iterator[None]:
        """Whatever goes wrong in the block is these items' end, or the job's, and nobody else's."""
        try:
            try:
                yield
            except Fatal:
                raise
            except RunStopped:
                self._end(items, "queued", "")
            except SourceUnsupported as problem:
                self._end(items, "skipped", problem.message)
            except Problem as problem:
                self._end(items, "failed", problem.message)
            except Exception as error:  # a fault of ours is neither the file's nor a reason to lose the others
                self._end(items, "failed", f"A fault of this program ({type(error).__name__}: {error}).")
        except Fatal as problem:
            self._give_up(problem, items)

    def _document(self, items: Sequence[Item]) -> Document:
        for item in items:
            self._keep(replace(item, state="reading"))
        return self._read(items[0].source)

    def _queue(self, document: Document, item: Item, keys: set[str], later: list[Item] | None) -> None:
        """Let it wait for an engine, or end it; any engine that lives can count it."""
        engine = self._fleet.smallest
        try:
            key = self._order.key(document.id, item.question, engine.model)
            tokens = item.tokens if item.document_id == document.id else 0
            tokens = tokens or sum(engine.tokenizer.count(page.text) for page in document.pages)
            queued = replace(item, state="queued", key=key, document_id=document.id, tokens=tokens)
            long = later is not None and not self._order.fits(engine, document, item.question)
        except EngineUnreachable:
            if not self._lost(engine):
                raise
            return self._queue(document, item, keys, later)
        self._keep(queued)
        if self._jobs.share(self._order.name, queued):
            self._tell(Told(replace(queued, state="done")))
        elif later is not None and long:
            later.append(queued)
        else:
            self._wait(queued, keys)
        return None

    def _wait(self, item: Item, keys: set[str]) -> None:
        """For an engine; where the same waits already, for what comes of that."""
        with self._changed:
            if item.key in keys:
                return
            keys.add(item.key)
            # The questions about one document follow each other, so that they find it in the engine's cache.
            bisect.insort(self._waiting, item, key=lambda each: (each.tokens, each.document_id))
            self._changed.notify_all()

    def _one(self, engine: Engine, item: Item) -> None:
        lost = False
        try:
            with self._settling([item]):
                self._keep(replace(item, state="running"))
                try:
                    self._done(engine, item)
                except EngineUnreachable:
                    lost = self._lost(engine)
                    if not lost:
                        raise
                    self._keep(replace(item, state="queued"))
        finally:  # whatever happened: who waits for the last one to leave would wait for ever
            with self._changed:  # it leaves before it waits: whoever admits it anew lets it in anew
                self._fleet.leave((item.source, item.question))
                if lost:
                    self._wait(item, set())
                self._changed.notify_all()

    def _done(self, engine: Engine, item: Item) -> None:
        document = self._jobs.library.document(item.document_id)
        if self._cluster is None:
            self._answer_here(engine, item, document)
        else:
            answer = self._cluster.answer(self._order, engine, document, item.question, self._jobs.library.seal)
            for record in answer.steps:
                self._tell(Told(item, record))
            self._finish(engine, item, answer)
        self._tell(Told(replace(item, state="done")))

    def _answer_here(self, engine: Engine, item: Item, document: Document) -> None:
        library = self._jobs.library
        planned = self._order.planned(engine, document, item.question, library.search, library.seal, library.journal)
        key = planned.key if isinstance(planned, Work) else ""
        finish = partial(self._finish, engine, item, run=key)
        run = Run(planned, finish, effort=self._effort, folder=library.folder)
        with self._changed:
            self._runs.add(run)
        try:
            if self._ended:
                run.stop()
            for step in run.steps():
                if isinstance(step, Consent):
                    run.agree(True)
                elif isinstance(step, Finished):
                    self._tell(Told(item, step.step))
        finally:
            run.stop()
            with self._changed:
                self._runs.discard(run)

    def _finish(self, engine: Engine, item: Item, answer: Answer, run: str = "") -> None:
        self._keep(replace(item, state="checked"))
        self._jobs.finish(self._order.name, self._conversation, item, answer, engine.model, run)

    def _give_up(self, problem: AssistantError | RuntimeProblem, items: Sequence[Item]) -> None:
        """End the job; what was being worked on is queued again, now or, where the disk is full, by the next run."""
        self._gone = self._gone or problem
        for item in items:
            with contextlib.suppress(LibraryDamaged):
                self._keep(replace(item, state="queued"))

    def _keep(self, item: Item) -> None:
        self._jobs.keep(self._order.name, item)
        self._tell(Told(item))

    def _end(self, items: Sequence[Item], state: State, reason: str) -> None:
        for item in items:
            self._keep(replace(item, state=state, reason=" ".join(reason.split())))


def _by_source(items: Sequence[Item]) -> list[list[Item]]:
    sources: dict[str, list[Item]] = {}
    for item in items:
        sources.setdefault(item.source, []).append(item)
    return list(sources.values())
