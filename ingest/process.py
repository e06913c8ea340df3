"""A job for the worker in, its answers out one by one; the worker dies with us, and at its limits."""

from __future__ import annotations

import os
import selectors
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import asdict
from pathlib import Path
from typing import Any, BinaryIO

from ingest import errors
from ingest.limits import MIB, OUT_OF_MEMORY, Limits
from ingest.wire import heard, said

# "-P": a pypdf.py in the person's current folder must not be taken for the library.
_COMMAND = [sys.executable, "-P", "-m", "ingest.worker"]
_ROOT = str(Path(__file__).resolve().parent.parent)
_CHUNK = 1 << 16


def answers(job: dict[str, Any], file: BinaryIO, name: str, limits: Limits) -> Iterator[dict[str, Any]]:
    """Run one job over an open file and yield every line that the worker says, as a dict.

    Raises what the worker reports, SourceTooHeavy where it went over a limit, SourceDamaged where it crashed.
    Leaving the iteration early ends the worker.
    """
    # Only absolute places: "." would be the current folder, which "-P" is there to keep out.
    places = [_ROOT, *filter(os.path.isabs, os.environ.get("PYTHONPATH", "").split(os.pathsep))]
    worker = subprocess.Popen(
        _COMMAND,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        pass_fds=(file.fileno(),),
        env={**os.environ, "PYTHONPATH": os.pathsep.join(places)},
    )
    assert worker.stdin is not None and worker.stdout is not None
    try:
        with suppress(BrokenPipeError):  # it is dead already; why, its exit code tells below
            worker.stdin.write(said({**job, "file": file.fileno(), "limits": asdict(limits)}))
            worker.stdin.flush()
        for line in _lines(worker.stdout, name, limits):
            answer: dict[str, Any] = heard(line)
            if "error" in answer:
                raise _reported(answer["error"], name)
            yield answer
        code = worker.wait(timeout=5)
        if code != 0:
            raise _died(code, name, limits)
    finally:
        worker.kill()
        worker.wait()
        with suppress(BrokenPipeError):
            worker.stdin.close()
        worker.stdout.close()


def _lines(pipe: Any, name: str, limits: Limits) -> Iterator[bytes]:
    deadline = time.monotonic() + limits.wall_seconds
    total = 0
    begun: list[bytes] = []
    with selectors.DefaultSelector() as selector:
        selector.register(pipe, selectors.EVENT_READ)
        while True:
            left = deadline - time.monotonic()
            if left <= 0 or not selector.select(left):
                raise errors.SourceTooHeavy(
                    f"Reading {name} took more than {limits.wall_seconds:.0f} seconds.",
                    "Split the document, or raise the time limit.",
                )
            chunk = os.read(pipe.fileno(), _CHUNK)
            if not chunk:
                return
            total += len(chunk)
            if total > limits.output_bytes:
                raise errors.SourceTooHeavy(
                    f"{name} holds more than {limits.output_bytes // MIB} MiB of text.", "Split the document."
                )
            first, *others = chunk.split(b"\n")
            begun.append(first)
            for other in others:
                yield b"".join(begun)
                begun = [other]


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
