"""A command line in, an exit code out; whatever ends it, from its first moment on, is told in a word."""

import signal
import sys

STOPPED = 130
"""The exit code of a command that was ended by Ctrl-C or SIGTERM."""


def main(arguments: list[str] | None = None) -> None:
    """The console script."""
    sys.exit(run(arguments))


def run(arguments: list[str] | None = None) -> int:
    """Run one command and return its exit code."""
    try:
        signal.signal(signal.SIGTERM, signal.default_int_handler)  # being ended cleans up as Ctrl-C does
        from ui.cli import run_command  # it takes half a second, in which people press Ctrl-C too

        code = run_command(arguments)
    except KeyboardInterrupt:
        code = STOPPED
    if code == STOPPED:
        print("Stopped.", file=sys.stderr)
    return code
