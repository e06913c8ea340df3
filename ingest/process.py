"""Jobs for workers in, their answers out one by one; the workers die with us, and at their limits."""

from __future__ import annotations

import os
import selectors
import signal
import subprocess
import sys
import time
from collections import deque
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import asdict
from pathlib import Path
from types import TracebackType
from typing import Any, BinaryIO, Self

from ingest import errors
from ingest.limits import MIB, OUT_OF_MEMORY, Limits
from ingest.wire import heard, said

# "-P": a pypdf.py in the person's current folder must not be taken for the library.
_COMMAND = [sys.executable, "-P", "-m", "ingest.worker"]
# glibc would give the memory of every page back to the system, and ask for it again for the next one.
_KEEP_MEMORY = {"MALLOC_TRIM_THRESHOLD_": str(256 * MIB), "MALLOC_TOP_PAD_": str(16 * MIB)}
_ROOT = str(Path(__file__).resolve().parent.parent)
_CHUNK = 1 << 16
_AHEAD = 4 * MIB
"""Bytes that a worker may be ahead of whoever listens."""


def answers(job: dict[str, Any], file: BinaryIO, name: str, limits: Limits) -> Iterator[dict[str, Any]]:
    """Run one job over an open file and yield every line that the worker says, as a dict.

    Raises what the worker reports, SourceTooHeavy where it went over a limit, SourceDamaged where it crashed.
    Leaving the iteration early ends the worker.
    """
    with Workers(file, name, limits) as workers:
        number = workers.start(job)
        while (answer := workers.next(number)) is not None:
            yield answer


class Workers:
    """Worker processes over one open file, which work at the same time while one of them is listened to.

    All of them end with the `with` block. `next` raises what the worker reports, SourceTooHeavy where any went over a
    limit, SourceDamaged where it crashed.
    """

    def __init__(self, file: BinaryIO, name: str, limits: Limits) -> None:
        self._file, self._name, self._limits = file, name, limits
        self._deadline = time.monotonic() + limits.wall_seconds
        self._workers: list[_Worker] = []

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for worker in self._workers:
            worker.end()

    def start(self, job: dict[str, Any]) -> int:
        """Give a job to one more worker; its number."""
        self._workers.append(_Worker({**job, "limits": asdict(self._limits)}, self._file))
        return len(self._workers) - 1

    def next(self, number: int) -> dict[str, Any] | None:
        """The next answer of a worker, None after its last."""
        worker = self._workers[number]
        while not worker.lines:
            if worker.silent:
                worker.check(self._name, self._limits)
                return None
            self._listen(worker)
        line = worker.lines.popleft()
        worker.ahead -= len(line) + 1
        answer: dict[str, Any] = heard(line)
        if "error" in answer:
            raise _reported(answer["error"], self._name)
        return answer

    def _listen(self, wanted: _Worker) -> None:
        """Take what the wanted worker says next, and what others have said meanwhile that are not too far ahead."""
        left = self._deadline - time.monotonic()
        with selectors.DefaultSelector() as selector:
            for worker in self._workers:
                if not worker.silent and (worker is wanted or worker.ahead < _AHEAD):
                    selector.register(worker.pipe, selectors.EVENT_READ, worker)
            ready = selector.select(left) if left > 0 else []
        if not ready:
            raise errors.SourceTooHeavy(
                f"Reading {self._name} took more than {self._limits.wall_seconds:.0f} seconds.",
                "Split the document, or raise the time limit.",
            )
        for key, _ in ready:
            key.data.take()
            if key.data.total > self._limits.output_bytes:
                raise errors.SourceTooHeavy(
                    f"{self._name} holds more than {self._limits.output_bytes // MIB} MiB of text.",
                    "Split the document.",
                )


class _Worker:
    """A process with a job, and what it has said that nobody has asked for yet."""

    def __init__(self, job: dict[str, Any], file: BinaryIO) -> None:
        # Only absolute places: "." would be the current folder, which "-P" is there to keep out.
        places = [_ROOT, *filter(os.path.isabs, os.environ.get("PYTHONPATH", "").split(os.pathsep))]
        self.lines: deque[bytes] = deque()
        self.ahead = self.total = 0
        self.silent = False
        self._begun: list[bytes] = []
        self._process = subprocess.Popen(
            _COMMAND,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            pass_fds=(file.fileno(),),
            env={**os.environ, **_KEEP_MEMORY, "PYTHONPATH": os.pathsep.join(places)},
        )
        assert self._process.stdin is not None and self._process.stdout is not None
        self._stdin, self.pipe = self._process.stdin, self._process.stdout
        with suppress(BrokenPipeError):  # it is dead already; why, its exit code tells later
            self._stdin.write(said({**job, "file": file.fileno()}))
            self._stdin.flush()

    def take(self) -> None:
        """Read what has come."""
        chunk = os.read(self.pipe.fileno(), _CHUNK)
        if not chunk:
            self.silent = True
            return
        self.total += len(chunk)
        self.ahead += len(chunk)
        first, *others = chunk.split(b"\n")
        self._begun.append(first)
        for other in others:
            self.lines.append(b"".join(self._begun))
            self._begun = [other]

    def check(self, name: str, limits: Limits) -> None:
        """Raise where it has not ended well."""
        code = self._process.wait(timeout=5)
        if code != 0:
            raise _died(code, name, limits)

    def end(self) -> None:
        """Whatever it is doing."""
        self._process.kill()
        self._process.wait()
        with suppress(BrokenPipeError):
            self._stdin.close()
        self.pipe.close()


def _reported(error: dict[str, str], name: str) -> errors.IngestError:
    """The error that the worker met, as the same class here."""
    kind: type[errors.IngestError] = getattr(errors, error["type"])
    return kind(f"{name}: {error['message']}", error["hint"])


def _died(code: int, name: str, limits: Limits) -> errors.IngestError:
    if code == -signal.SIGXCPU:
        return errors.SourceTooHeavy(
            f"Reading {name} took more than {limits.cpu_seconds} CPU seconds.",
            "Split the document, or raise the time limit.",
        )
    # pdfium aborts, and is sometimes killed by a trap, where it gets no memory.
    if code in (-signal.SIGABRT, -signal.SIGTRAP, -signal.SIGILL, -signal.SIGKILL, OUT_OF_MEMORY):
        return errors.SourceTooHeavy(
            f"Reading {name} took more than {limits.memory // MIB} MiB of memory.",
            "The file may be made to exhaust its reader; if you trust it, raise the memory limit.",
        )
    return errors.SourceDamaged(
        f"{name} made its reader crash (exit code {code}).",
        "Open it in its own program and save or print it anew.",
    )
