"""A plan in, a ready engine out, kept running as long as it is wanted, and nothing left behind; starts vLLM."""

import contextlib
import shlex
import socket
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import psutil

from yarn_runtime import record
from yarn_runtime.command import command
from yarn_runtime.engine import Engine, attach
from yarn_runtime.environment import EngineEnvironment, Say
from yarn_runtime.errors import EngineMismatch, EngineStartFailed, PlanNotFitting, PortTaken
from yarn_runtime.mend import mend
from yarn_runtime.plan import Plan
from yarn_runtime.server import Server
from yarn_runtime.watch import Watch

_STOP_SECONDS = 30.0
_START_SECONDS = 600.0
_LOAD_BYTES_PER_SECOND = 50e6
"""A slow disk; the wait grows with the weights."""
_TRIES = 3
"""Starts in all; each but the first follows a change that its predecessor's log called for."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where an engine's traces go."""

    record: Path
    """The file by which other commands find it."""
    logs: Path
    """The folder of its logs."""
    paces: Path | None = None
    """The file of how fast engines read here; None keeps nothing of it."""


@contextlib.contextmanager
def serve(plan: Plan, environment: EngineEnvironment, place: Place, *, port: int | None, say: Say) -> Iterator[Engine]:
    """Run the plan's engine for as long as the block lasts; on 127.0.0.1, on `port` or any free one.

    A start that fails for a reason that the plan can take into account is tried again with another plan, and said.
    An engine that dies meanwhile is started again at the same address; what it was asked fails with EngineUnreachable.
    Raises PlanNotFitting, PortTaken, EngineStartFailed (with the log's own reason), EngineMismatch if the running
    length is not the planned one. Whatever ends the block, or this process, ends the engine.
    """
    refuse_unfit(plan)
    server, working = _start(plan, environment, place, port, say)
    try:
        engine = _checked(server, working, place)
        record.write(place.record, _record(engine, working, server))
    except BaseException:
        server.stop()
        raise

    def start_again(unwanted: threading.Event) -> Server:
        again = _launch(working, environment, place, server.port)
        try:
            again.wait_until_ready(_patience(working), say, unwanted)
            record.write(place.record, _record(_checked(again, working, place), working, again))
        except BaseException:
            again.stop()
            raise
        return again

    watch = Watch(
        server,
        start_again,
        wanted=place.record.exists,
        forget=lambda: record.forget(place.record),
        model=engine.model,
        say=say,
    )
    try:
        yield engine
    finally:
        record.forget(place.record)
        watch.close()


def _start(plan: Plan, environment: EngineEnvironment, place: Place, port: int | None, say: Say) -> tuple[Server, Plan]:
    """A ready server and the plan that it runs by; mended at most twice."""
    tries = 0
    while True:
        tries += 1
        say(f"Starting the engine: {plan.model.name}, {plan.max_model_len:,} tokens.")
        server = _launch(plan, environment, place, free_port(port))
        try:
            server.wait_until_ready(_patience(plan), say)
        except BaseException as problem:
            server.stop()
            mended = (
                mend(plan, server.log_text()) if isinstance(problem, EngineStartFailed) and tries < _TRIES else None
            )
            if mended is None:
                raise
            say(mended.why)
            plan = mended.plan
        else:
            return server, plan


def _launch(plan: Plan, environment: EngineEnvironment, place: Place, port: int) -> Server:
    listening = ["--host", "127.0.0.1", "--port", str(port)]
    arguments = [*command(plan, environment.program), *listening]
    return Server(arguments, plan.environment, port=port, log=place.logs / "engine.log")


def _patience(plan: Plan) -> float:
    return _START_SECONDS + plan.memory.weights_bytes / _LOAD_BYTES_PER_SECOND


def stop(place: Path) -> record.EngineRecord | None:
    """End the engine that the record at `place` names, whoever keeps it, and wait until it is gone (at most 30 s)."""
    entry = record.read(place)
    record.forget(place)  # so that whoever keeps it does not start it again
    if entry is not None:
        with contextlib.suppress(psutil.Error):
            process = psutil.Process(entry.pid)
            process.terminate()
            process.wait(_STOP_SECONDS)
    return entry


def refuse_unfit(plan: Plan) -> None:
    """Raises PlanNotFitting, with the first way out, for a plan that does not fit the memory."""
    if plan.fits:
        return
    hint = "Choose another model: unspool plan MODEL shows what fits."
    if plan.ways_out:
        hint = f"{plan.ways_out[0].text} Run: {shlex.join(plan.ways_out[0].command)}"
    raise PlanNotFitting(plan.reasons[-1], hint)


def free_port(wanted: int | None) -> int:
    """`wanted` if nothing listens there on 127.0.0.1, any free port for None. Raises PortTaken."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", wanted or 0))
        except OSError:
            raise PortTaken(
                f"Port {wanted} is in use by another program.", "Choose another one with --port, or end that program."
            ) from None
        return int(probe.getsockname()[1])


def _checked(server: Server, plan: Plan, place: Place) -> Engine:
    engine = attach(server.client.url, plan.model.directory, place.paces)
    if engine.limit != plan.max_model_len:
        raise EngineMismatch(
            f"The engine runs with {engine.limit:,} tokens, planned were {plan.max_model_len:,}.",
            "This vLLM reads the settings differently; install the pinned one: unspool engine install.",
        )
    return engine


def _record(engine: Engine, plan: Plan, server: Server) -> record.EngineRecord:
    return record.EngineRecord(
        url=engine.url,
        model=engine.model,
        directory=str(plan.model.directory) if plan.model.directory else None,
        max_model_len=engine.limit,
        pid=server.pid,
        started=server.started,
        log=str(server.log),
    )
