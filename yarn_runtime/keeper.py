"""A command and a log file in, one kept process group out: ends it when its parent goes away; imports no Unspool.

A script of its own (standard library only), because whatever starts an engine can be killed at any moment. It holds the
server in its own process group and watches a pipe from the parent: the pipe closes however the parent ends, kill -9
included, and then the whole group is ended. What the server says goes to the end of LOG; when
that is full it becomes LOG.1, and so on to LOG.3. Usage: python keeper.py LOG COMMAND...
"""

import contextlib
import ctypes
import os
import signal
import subprocess
import sys
import threading
from types import FrameType

GRACE_SECONDS = 10.0
LOG_BYTES = 8 * 1024 * 1024
OLDER_LOGS = 3
_PR_SET_PDEATHSIG = 1  # linux/prctl.h


def main() -> int:
    """Run the command until it ends or someone wants it ended; returns its exit code."""
    log, *command = sys.argv[1:]
    ending = threading.Event()

    def end(_signal: int = 0, _frame: FrameType | None = None) -> None:
        ending.set()

    signal.signal(signal.SIGTERM, end)
    signal.signal(signal.SIGINT, end)
    said, says = os.pipe()
    server = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=says, stderr=says, preexec_fn=_die_with_keeper)
    os.close(says)
    writing = threading.Thread(target=_write_log, args=(said, log), daemon=True)
    writing.start()
    threading.Thread(target=_watch_parent, args=(ending,), daemon=True).start()
    while server.poll() is None and not ending.wait(0.2):
        pass
    if server.poll() is None:
        server.terminate()
        try:
            server.wait(GRACE_SECONDS)
        except subprocess.TimeoutExpired:
            server.kill()
    _end_the_rest()
    writing.join(GRACE_SECONDS)  # what was said last is the reason, if there was one
    return server.wait()


def _write_log(said: int, log: str) -> None:
    """Until nobody can say anything more. A full disk costs lines, not the server: it must never wait for us."""
    while data := os.read(said, 65536):
        with contextlib.suppress(OSError):
            with open(log, "ab", buffering=0) as out:  # noqa: PTH123 (no pathlib: this starts in milliseconds)
                out.write(data)
            if os.path.getsize(log) >= LOG_BYTES:  # noqa: PTH202
                rotate(log)


def rotate(log: str) -> None:
    """Begin a new log: the older ones move on by one, the oldest goes."""
    for number in range(OLDER_LOGS, 0, -1):
        older = log if number == 1 else f"{log}.{number - 1}"
        with contextlib.suppress(FileNotFoundError):
            os.replace(older, f"{log}.{number}")  # noqa: PTH105


def _watch_parent(ending: threading.Event) -> None:
    while os.read(0, 4096):
        pass
    ending.set()


def _die_with_keeper() -> None:
    """If this keeper itself is killed, the kernel tells the server to end (Linux)."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)


def _end_the_rest() -> None:
    """The server's own children must not outlive it: they are in this keeper's group."""
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    os.killpg(0, signal.SIGTERM)
    deadline = threading.Event()
    for _ in range(int(GRACE_SECONDS / 0.1)):
        if not _others_in_group():
            return
        deadline.wait(0.1)
    os.killpg(0, signal.SIGKILL)


def _others_in_group() -> bool:
    group, me = os.getpgrp(), os.getpid()
    for entry in os.listdir("/proc") if os.path.isdir("/proc") else []:  # noqa: PTH112, PTH208
        if entry.isdigit() and int(entry) != me:
            try:
                with open(f"/proc/{entry}/stat", encoding="ascii", errors="replace") as stat:  # noqa: PTH123
                    state, _parent, pgrp = stat.read().rpartition(")")[2].split()[:3]
            except OSError:
                continue
            if int(pgrp) == group and state != "Z":
                return True
    return False


if __name__ == "__main__":
    sys.exit(main())
