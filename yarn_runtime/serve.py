"""A plan in, a ready engine out, and nothing left behind: starts vLLM under a keeper, waits, checks, stops."""

import contextlib
import os
import re
import shlex
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import psutil

from yarn_runtime import record
from yarn_runtime.client import EngineClient
from yarn_runtime.command import command
from yarn_runtime.engine import Engine, attach
from yarn_runtime.environment import EngineEnvironment, Say
from yarn_runtime.errors import EngineMismatch, EngineStartFailed, PlanNotFitting, PortTaken
from yarn_runtime.plan import Plan

_KEEPER = Path(__file__).parent / "keeper.py"
_STOP_SECONDS = 30.0
_START_SECONDS = 600.0
_LOAD_BYTES_PER_SECOND = 50e6  # a slow disk; the wait grows with the weights
_PHASES = (
    (re.compile(r"Application startup complete"), "answering"),
    (re.compile(r"KV cache size"), "warming up"),
    (re.compile(r"Capturing CUDA graphs|Graph capturing"), "capturing CUDA graphs"),
    (re.compile(r"torch\.compile takes|Dynamo bytecode transform|Compiling a graph"), "compiling"),
    (re.compile(r"Loading weights took|KV cache memory"), "allocating the KV cache"),
    (re.compile(r"Loading safetensors|Starting to load model"), "loading weights"),
    (re.compile(r"Initializing a V1 LLM engine"), "starting the worker"),
)


@dataclass(frozen=True, slots=True)
class Place:
    """Where an engine's traces go."""

    record: Path
    """The file by which other commands find it."""
    logs: Path
    """The folder of its logs."""


@contextlib.contextmanager
def serve(plan: Plan, environment: EngineEnvironment, place: Place, *, port: int | None, say: Say) -> Iterator[Engine]:
    """Run the plan's engine for as long as the block lasts; on 127.0.0.1, on `port` or any free one.

    Raises PlanNotFitting, PortTaken, EngineStartFailed (with the log's own reason), EngineMismatch if the running
    length is not the planned one. Whatever ends the block, or this process, ends the engine.
    """
    refuse_unfit(plan)
    chosen = free_port(port)
    place.logs.mkdir(parents=True, exist_ok=True)
    log = place.logs / "engine.log"
    if log.exists():
        log.replace(place.logs / "engine.previous.log")
    arguments = [*command(plan, environment.program), "--host", "127.0.0.1", "--port", str(chosen)]
    keeper = subprocess.Popen(
        [sys.executable, str(_KEEPER), str(log), *arguments],
        stdin=subprocess.PIPE,
        start_new_session=True,
        env={**os.environ, **plan.environment},
    )
    try:
        client = EngineClient(f"http://127.0.0.1:{chosen}")
        say(f"Starting the engine: {plan.model.name}, {plan.max_model_len:,} tokens.")
        _wait_until_ready(client, keeper, log, plan, say)
        engine = _checked(client, plan)
        record.write(place.record, _record(engine, plan, keeper, log))
        yield engine
    finally:
        record.forget(place.record)
        _stop(keeper)


def stop(entry: record.EngineRecord) -> None:
    """End an engine that another process keeps, and wait until it is gone (at most 30 s)."""
    with contextlib.suppress(psutil.Error):
        process = psutil.Process(entry.pid)
        process.terminate()
        process.wait(_STOP_SECONDS)


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


def _wait_until_ready(client: EngineClient, keeper: "subprocess.Popen[bytes]", log: Path, plan: Plan, say: Say) -> None:
    allowed = _START_SECONDS + plan.memory.weights_bytes / _LOAD_BYTES_PER_SECOND
    started = time.monotonic()
    told = ""
    while not client.healthy():
        seconds = time.monotonic() - started
        if keeper.poll() is not None:
            raise EngineStartFailed(f"The engine ended while it started: {_reason(log)}", f"Its log: {log}")
        if seconds > allowed:
            raise EngineStartFailed(f"The engine was not ready after {seconds:.0f} s.", f"Its log: {log}")
        phase = _phase(log)
        if phase != told:
            say(f"  {phase} ({seconds:.0f} s)")
            told = phase
        time.sleep(0.5)
    say(f"The engine is ready after {time.monotonic() - started:.0f} s.")


def _checked(client: EngineClient, plan: Plan) -> Engine:
    engine = attach(client.url, plan.model.directory)
    if engine.limit != plan.max_model_len:
        raise EngineMismatch(
            f"The engine runs with {engine.limit:,} tokens, planned were {plan.max_model_len:,}.",
            "This vLLM reads the settings differently; install the pinned one: unspool engine install.",
        )
    return engine


def _record(engine: Engine, plan: Plan, keeper: "subprocess.Popen[bytes]", log: Path) -> record.EngineRecord:
    return record.EngineRecord(
        url=engine.url,
        model=engine.model,
        directory=str(plan.model.directory) if plan.model.directory else None,
        max_model_len=engine.limit,
        pid=keeper.pid,
        started=psutil.Process(keeper.pid).create_time(),
        log=str(log),
    )


def _stop(keeper: "subprocess.Popen[bytes]") -> None:
    """Closing its pipe is enough for the keeper; the rest is for one that hangs."""
    assert keeper.stdin is not None
    keeper.stdin.close()
    try:
        keeper.wait(_STOP_SECONDS)
    except subprocess.TimeoutExpired:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(keeper.pid, 9)
        keeper.wait()


def _phase(log: Path) -> str:
    text = _tail(log)
    found = [(match.start(), name) for pattern, name in _PHASES for match in pattern.finditer(text)]
    return max(found)[1] if found else "loading vLLM"


def _reason(log: Path) -> str:
    """The last line of the log that names an error, without its prefix."""
    lines = [line for line in _tail(log).splitlines() if re.search(r"\w*(Error|Exception)\b.*: |error:", line)]
    telling = [line for line in lines if "See root cause above" not in line] or lines
    if not telling:
        return "its log names no error"
    return re.sub(r"^.*?\] ", "", telling[-1]).strip()[:400]


def _tail(log: Path, size: int = 200_000) -> str:
    try:
        with log.open("rb") as stream:
            stream.seek(max(0, log.stat().st_size - size))
            return stream.read().decode("utf-8", "replace")
    except OSError:
        return ""
