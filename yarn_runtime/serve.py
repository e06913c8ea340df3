"""A plan in, a ready engine out, kept running as long as it is wanted, and nothing left behind; starts vLLM."""

import contextlib
import shlex
import socket
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import psutil

from yarn_runtime import record
from yarn_runtime.chunk import stoppable
from yarn_runtime.command import command
from yarn_runtime.engine import Engine, attach, pace_subject
from yarn_runtime.environment import EngineEnvironment, Say
from yarn_runtime.errors import EngineMismatch, EngineStartFailed, PlanNotFitting, PortTaken
from yarn_runtime.mend import mend
from yarn_runtime.pace import Pace
from yarn_runtime.plan import Plan, Profile
from yarn_runtime.server import Server
from yarn_runtime.switch import fulfil
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
def serve(
    plan: Plan,
    environment: EngineEnvironment,
    place: Place,
    *,
    port: int | None,
    say: Say,
    other: Plan | None = None,
) -> Iterator[Engine]:
    """Run the plan's engine for as long as the block lasts; on 127.0.0.1, on `port` or any free one.

    A start that fails for a reason that the plan can take into account is tried again with another plan, and said.
    An engine that dies meanwhile is started again at the same address; what it was asked fails with EngineUnreachable.
    `other` is the plan of the other profile, to which `switch` can change it meanwhile.
    Raises PlanNotFitting, PortTaken, EngineStartFailed (with the log's own reason), EngineMismatch if the running
    length is not the planned one. Whatever ends the block, or this process, ends the engine.
    """
    refuse_unfit(plan)
    fulfil(place.record)  # what was wished of an engine before
    plans = {each.profile: each for each in (other, plan) if each is not None}
    starter = _Starter(plans, environment, place, say)
    server = starter.start(plan.profile, port)
    try:
        engine = starter.engine
        watch = Watch(
            server,
            lambda profile, unwanted: starter.start(profile, server.port, unwanted),
            place.record,
            profile=plan.profile,
            model=engine.model,
            say=say,
        )
    except BaseException:
        server.stop()
        raise
    try:
        yield engine
    finally:
        record.forget(place.record)
        watch.close()


class _Starter:
    """Starts the engine by one of its plans, and writes down which."""

    def __init__(self, plans: dict[Profile, Plan], environment: EngineEnvironment, place: Place, say: Say) -> None:
        self._plans = plans
        self._environment = environment
        self._place = place
        self._say = say
        self.engine: Engine
        """The one that was started last."""

    def start(self, profile: Profile, port: int | None, unwanted: Callable[[], bool] | None = None) -> Server:
        """A ready server; mended at most twice. `unwanted` ends the start of an engine that was served before, and so
        does a record that is gone: someone has stopped it.
        """

        def vain() -> bool:
            return unwanted is not None and (unwanted() or not self._place.record.exists())

        tries = 0
        while True:
            tries += 1
            plan = stoppable(self._plans[profile], self._pace(profile))
            self._say(f"Starting the engine: {plan.model.name}, {plan.max_model_len:,} tokens.")
            server = self._launch(plan, free_port(port))
            try:
                seconds = server.wait_until_ready(_patience(plan), self._say, vain)
                self.engine = _checked(server, plan, self._place)
                record.write(self._place.record, self._record(profile, plan, server, seconds))
            except BaseException as problem:
                server.stop()
                mended = mend(plan, server.log_text()) if isinstance(problem, EngineStartFailed) else None
                if mended is None or tries == _TRIES:
                    raise
                self._say(mended.why)
                self._plans[profile] = mended.plan
            else:
                return server

    def _pace(self, profile: Profile) -> Pace:
        """What is known of how fast such an engine reads here."""
        plan = self._plans[profile]
        return Pace(self._place.paces, pace_subject(plan.model.name, plan.max_model_len))

    def _launch(self, plan: Plan, port: int) -> Server:
        listening = ["--host", "127.0.0.1", "--port", str(port)]
        arguments = [*command(plan, self._environment.program), *listening]
        return Server(arguments, plan.environment, port=port, log=self._place.logs / "engine.log")

    def _record(self, profile: Profile, plan: Plan, server: Server, seconds: float) -> record.EngineRecord:
        host = psutil.Process()
        return record.EngineRecord(
            url=self.engine.url,
            model=self.engine.model,
            directory=str(plan.model.directory) if plan.model.directory else None,
            max_model_len=self.engine.limit,
            profile=profile,
            lengths={name: one.max_model_len for name, one in self._plans.items()},
            pid=server.pid,
            host=host.pid,
            host_started=host.create_time(),
            start_seconds=seconds,
            log=str(server.log),
        )


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
