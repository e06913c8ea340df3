"""A server's command in, its process out, under a keeper: waits for it, reads its log, ends it; knows no plan."""

from __future__ import annotations

import contextlib
import os
import re
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import psutil

from yarn_runtime.client import EngineClient
from yarn_runtime.environment import Say
from yarn_runtime.errors import EngineStartFailed
from yarn_runtime.keeper import rotate

_KEEPER = Path(__file__).parent / "keeper.py"
_STOP_SECONDS = 30.0
_LOG_BYTES = 400_000
_PHASES = (
    (re.compile(r"Application startup complete"), "answering"),
    (re.compile(r"KV cache size"), "warming up"),
    (re.compile(r"Capturing CUDA graphs|Graph capturing"), "capturing CUDA graphs"),
    (re.compile(r"torch\.compile takes|Dynamo bytecode transform|Compiling a graph"), "compiling"),
    (re.compile(r"Loading weights took|KV cache memory"), "allocating the KV cache"),
    (re.compile(r"Loading safetensors|Starting to load model"), "loading weights"),
    (re.compile(r"Initializing a V1 LLM engine"), "starting the worker"),
)
_PERCENT = re.compile(r"Loading safetensors checkpoint shards:\s+(\d+)%")


class Server:
    """One started server process, on 127.0.0.1 at `port`, with its log."""

    def __init__(self, command: Sequence[str], variables: Mapping[str, str], *, port: int, log: Path) -> None:
        """Start it; the logs of the starts before are kept beside this one's."""
        log.parent.mkdir(parents=True, exist_ok=True)
        rotate(str(log))
        self.port = port
        self.log = log
        self.client = EngineClient(f"http://127.0.0.1:{port}")
        self._keeper = subprocess.Popen(
            [sys.executable, str(_KEEPER), str(log), *command],
            stdin=subprocess.PIPE,
            start_new_session=True,
            env={**os.environ, **variables},
        )
        self.pid = self._keeper.pid
        """Of the keeper; the server is its child."""
        self.started = psutil.Process(self.pid).create_time()

    @property
    def exit_code(self) -> int | None:
        """None while it runs."""
        return self._keeper.poll()

    def wait_until_ready(self, seconds: float, say: Say, unwanted: Callable[[], bool] = lambda: False) -> float:
        """Return when it answers, after how many seconds, telling what it does meanwhile. Raises EngineStartFailed with
        the log's reason, or when it is `unwanted` meanwhile.
        """
        begun = time.monotonic()
        told = ""
        while not self.client.healthy():
            passed = time.monotonic() - begun
            if self.exit_code is not None:
                raise EngineStartFailed(f"The engine ended while it started: {self._reason()}", f"Its log: {self.log}")
            if passed > seconds:
                raise EngineStartFailed(f"The engine was not ready after {passed:.0f} s.", f"Its log: {self.log}")
            if unwanted():
                raise EngineStartFailed("The engine is no longer wanted.")
            doing = phase(self.log)
            if doing != told:
                say(f"  {doing} ({passed:.0f} s)")
                told = doing
            time.sleep(0.5)
        seconds = time.monotonic() - begun
        say(f"The engine is ready after {seconds:.0f} s.")
        return seconds

    def stop(self) -> None:
        """End it and everything that it started. Closing its pipe is enough; the rest is for a keeper that hangs."""
        assert self._keeper.stdin is not None
        with contextlib.suppress(OSError):
            self._keeper.stdin.close()
        try:
            self._keeper.wait(_STOP_SECONDS)
        except subprocess.TimeoutExpired:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self.pid, 9)
            self._keeper.wait()

    def log_text(self) -> str:
        """The end of the log."""
        return _end_of(self.log)

    def _reason(self) -> str:
        """The last line of the log that names an error, without its prefix."""
        lines = [line for line in self.log_text().splitlines() if re.search(r"\w*(Error|Exception)\b.*: |error:", line)]
        telling = [line for line in lines if "See root cause above" not in line] or lines
        if not telling:
            return f"exit code {self.exit_code}, its log names no error"
        return re.sub(r"^.*?\] ", "", telling[-1]).strip()[:400]


def phase(log: Path) -> str:
    """What a server that starts is doing, by its log."""
    text = _end_of(log)
    found = [(match.start(), name) for pattern, name in _PHASES for match in pattern.finditer(text)]
    name = max(found)[1] if found else "loading vLLM"
    percents = _PERCENT.findall(text)
    return f"{name} {percents[-1]} %" if name == "loading weights" and percents else name


def _end_of(log: Path) -> str:
    try:
        with log.open("rb") as stream:
            stream.seek(max(0, log.stat().st_size - _LOG_BYTES))
            return stream.read().decode("utf-8", "replace")
    except OSError:
        return ""
