"""A command line in, an exit code out; whatever ends it, from its first moment on, is told in a word."""

import contextlib
import os
import signal
import sys
from collections.abc import Callable
from typing import Any

STOPPED = 130
"""The exit code of a command that was ended by Ctrl-C or SIGTERM."""


def main(arguments: list[str] | None = None) -> None:
    """The console script."""
    sys.exit(run(arguments))


def run(arguments: list[str] | None = None) -> int:
    """Run one command and return its exit code."""
    try:
        _told_by(_stop)
        from ui.cli import run_command  # it takes half a second, in which people press Ctrl-C too

        _told_by(signal.default_int_handler)  # from here on there is something to clean up
        code = run_command(arguments)
    except KeyboardInterrupt:
        code = STOPPED
    if code == STOPPED:
        print("Stopped.", file=sys.stderr)
    return code


def _told_by(handler: Callable[[int, Any], Any]) -> None:
    """Ctrl-C and SIGTERM; what runs in a shell's background goes on ignoring Ctrl-C."""
    signal.signal(signal.SIGTERM, handler)
    if signal.getsignal(signal.SIGINT) is not signal.SIG_IGN:
        signal.signal(signal.SIGINT, handler)


def _stop(number: int, frame: Any) -> None:
    """At once: an exception would be lost where a library that is being loaded tries something and takes whatever goes
    wrong."""
    with contextlib.suppress(OSError):
        os.write(sys.stderr.fileno(), b"Stopped.\n")
    os._exit(STOPPED)
