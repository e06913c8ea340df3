"""A job, its sources and options in, all of it done out: told as it goes, stopped cleanly, its results written."""

import contextlib
import os
import signal
import sys
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

import ingest
from assistant import Cluster, DocumentMissing, Effort, Item, Jobs, Library, Order, Runner, Told, counted, results
from ui.cli_shared import Options
from ui.engines import engine, engines_at
from ui.listing import ExportFailed
from ui.searching import open_library
from ui.settings import Settings
from ui.sources import HowToRead
from ui.tasking import write_text
from ui.terminal import OutputLost, Terminal
from yarn_runtime import EngineMissing, TokenCounter

SOME_FAILED = 3
"""The exit code of a job of which some items failed."""
STOPPED_AT_ONCE = 130
"""That of a job whose person did not want to wait until it had handed back what ran."""
_ENDED = ("done", "failed", "skipped")


@dataclass(frozen=True, slots=True)
class Wanted:
    """A job as it was typed."""

    order: Order
    sources: Sequence[str]
    out: Path
    retry_failed: bool
    may_switch: bool
    engine_urls: Sequence[str] = ()
    """The engines that work on it together; without any, the one of the settings."""
    ray: str | None = None
    """The address of the Ray cluster that reads and asks."""


def run_batch(wanted: Wanted, options: Options) -> int:
    """Do it, or go on with it; the exit code. Raises what the engine and the library raise, ExportFailed, and
    KeyboardInterrupt once a job that was stopped has been put away."""
    settings = options.settings()
    terminal = Terminal(as_json=options.as_json)
    trails = settings.trails()
    how, effort = options.how(settings), settings.effort(agreed=True)
    cluster = _cluster(wanted, how, effort)
    _make(wanted.out)
    library = open_library(settings, terminal.say)
    jobs, order = Jobs(library), wanted.order
    with jobs.held(order) as conversation:
        jobs.add(order.name, [Item(source, question) for source in wanted.sources for question in order.questions])
        if again := jobs.queue_failed(order.name, unread_only=not wanted.retry_failed):
            terminal.say(f"{again} items that failed are tried again.")
        board = Board(terminal, jobs.items(order.name))

        runner = Runner(
            order,
            jobs,
            conversation,
            lambda source: _read(library, source, how, cluster),
            trails.of_job(order.name, board.take),
            effort,
            cluster,
        )
        try:
            with board.shown():
                _work(wanted, settings, runner, jobs, terminal)
        finally:
            trails.traces.close()
            for name, text in results(order, jobs).items():
                _make((wanted.out / name).parent)
                write_text(wanted.out / name, text)
        return _ended(wanted, jobs.items(order.name), terminal, stopped=runner.stopped)


def _work(wanted: Wanted, settings: Settings, runner: Runner, jobs: Jobs, terminal: Terminal) -> None:
    """By the engine's profile of now first, then what needs the other one: each starts once."""
    queued = [item for item in jobs.items(wanted.order.name) if item.state == "queued"]
    if not queued:
        return
    if wanted.engine_urls:
        with _interrupts(runner):
            runner.work(engines_at(wanted.engine_urls, settings, terminal.say), queued, last=True)
        return
    with engine(settings, terminal.say) as running:
        with _interrupts(runner):
            later = runner.work([running], queued)
        if not later or runner.stopped:
            return
        longest = max(item.tokens for item in later)

        def need(tokenizer: TokenCounter) -> int:
            return longest

        terminal.say(f"{len(later)} items are longer than the engine's limit of {running.limit:,} tokens.")
        longer = engine(settings, terminal.say, need=need, may_switch=wanted.may_switch)
        with longer as running, _interrupts(runner):
            runner.work([running], later, last=True)


def _cluster(wanted: Wanted, how: HowToRead, effort: Effort) -> Cluster | None:
    if wanted.ray is None:
        return None
    if not wanted.engine_urls:
        raise EngineMissing("A cluster needs engines that all its nodes reach.", "Name them: --engine-url.")
    return Cluster(wanted.ray, effort, how.arguments)


def _read(library: Library, source: str, how: HowToRead, cluster: Cluster | None) -> ingest.Document:
    """The document of a source (a path, or a document of the library), kept; nobody is asked for a password."""
    if not Path(source).exists() and "://" not in source:
        with contextlib.suppress(DocumentMissing):
            return library.document(source)
    if how == HowToRead(ingest.LANGUAGES) and (same := library.known(Path(source))):
        return library.document(same)
    if cluster is not None and Path(source).is_file():
        document = cluster.read(Path(source))
    else:
        document = ingest.read(source, **how.arguments)
    library.add(document)
    return document


class Board:
    """What is shown while a job runs: bars for a person, lines of JSON for a program."""

    def __init__(self, terminal: Terminal, items: Sequence[Item]) -> None:
        self._terminal = terminal
        self._states = {(item.source, item.question): item for item in items}
        self._lock = threading.Lock()
        self._ended = self._before = sum(1 for item in items if item.state in _ENDED)
        """Items that are over; those before now say nothing of how fast this run is."""
        self._tokens = 0
        self._started = time.monotonic()
        columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
        self._bars = Progress(*columns, TextColumn("{task.fields[note]}"), console=terminal.err, transient=True)
        self._bar = self._bars.add_task("items", total=len(items), note="")

    @contextmanager
    def shown(self) -> Iterator[None]:
        """Bars on a terminal for as long as the block lasts."""
        if not self._terminal.err.is_terminal or self._terminal.as_json:
            yield
            return
        with self._bars:
            yield

    def take(self, told: Told) -> None:
        """An item has come further, or the engine has computed something for one."""
        with self._lock:
            self._tokens += told.computed_tokens
            item = told.item
            known = self._states.get((item.source, item.question))
            if told.step is None:
                self._states[item.source, item.question] = item
                self._ended += (item.state in _ENDED) - (known is not None and known.state in _ENDED)
            ended = self._ended
            seconds = time.monotonic() - self._started
            speed = self._tokens / seconds if seconds else 0.0
            each = seconds / (ended - self._before) if ended > self._before else None
            left = f", about {each * (len(self._states) - ended):,.0f} s left" if each is not None else ""
            self._bars.update(self._bar, completed=ended, note=f"{self._tokens:,} tokens, {speed:,.0f} a second{left}")
            if told.step is None and (known is None or known.state != item.state):
                with contextlib.suppress(BrokenPipeError, OutputLost):  # nobody listens any more: the job goes on
                    self._say(item, ended, speed)

    def _say(self, item: Item, ended: int, speed: float) -> None:
        if self._terminal.as_json:
            self._terminal.result(
                {
                    "source": item.source,
                    "question": item.question,
                    "state": item.state,
                    "reason": item.reason,
                    "ended": ended,
                    "items": len(self._states),
                    "tokens": self._tokens,
                    "tokens_per_second": round(speed, 1),
                }
            )
        elif item.state in _ENDED:
            why = f": {item.reason}" if item.reason else ""
            self._terminal.say(f"{ended}/{len(self._states)} {item.state:<7} {item.source}{why}")


@contextmanager
def _interrupts(runner: Runner) -> Iterator[None]:
    """The first Ctrl-C or SIGTERM hands back what runs, the second ends the program at once."""

    seen = threading.Event()

    def interrupted(number: int, frame: Any) -> None:
        if seen.is_set():
            os._exit(STOPPED_AT_ONCE)
        seen.set()
        threading.Thread(target=runner.stop, name="stop", daemon=True).start()
        with contextlib.suppress(OSError, RuntimeError):  # the signal may have come in the middle of a line
            print("Handing back what runs; once more ends at once.", file=sys.stderr)

    before = {number: signal.signal(number, interrupted) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield
    finally:
        for number, earlier in before.items():
            signal.signal(number, earlier)


def _ended(wanted: Wanted, items: Sequence[Item], terminal: Terminal, *, stopped: bool) -> int:
    tally = counted(items)
    failed = [item for item in items if item.state == "failed"]
    if terminal.as_json:
        terminal.result({"job": wanted.order.name, "out": str(wanted.out), "states": tally})
    for item in failed:
        terminal.problem(f"{item.source}: {item.reason}", "")
    if any(not item.document_id for item in failed):
        terminal.say("What could not be read is tried again by the same command.")
    if any(item.document_id for item in failed):
        terminal.say("What failed after it was read is tried again with --retry-failed.")
    terminal.say(f"{', '.join(f'{number} {state}' for state, number in tally.items())}. Results: {wanted.out}")
    if stopped:
        raise KeyboardInterrupt
    return SOME_FAILED if failed else 0


def _make(out: Path) -> None:
    try:
        out.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise ExportFailed(f"{out} cannot be made: {error.strerror}.", "Give another --out.") from error
