"""What a document can do without (its metadata, its outline) in; it, or a warning why not, out."""

from __future__ import annotations

import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType
from typing import TypeVar

from ingest.errors import IngestError
from ingest.pdf_unreadable import Unreadable

EXTRAS_SECONDS = 10.0
"""CPU seconds that may go into each."""

T = TypeVar("T")


class _BudgetSpent(BaseException):
    """The CPU seconds of a step are used up. No Exception, so that no library takes it for one of its own."""


def extra(name: str, warnings: list[str], read: Callable[[], T]) -> T | None:
    """What `read` gives; where it fails or takes too long, None and one more warning, which names it."""
    try:
        with _budget(EXTRAS_SECONDS):
            return read()
    except Unreadable as error:
        warnings.append(f"the {name} cannot be read ({error})")
    except IngestError as error:
        warnings.append(f"the {name} cannot be read ({error.message})")
    except _BudgetSpent:
        warnings.append(f"the {name} took too long to read")
    return None


@contextmanager
def _budget(seconds: float) -> Iterator[None]:
    def spent(_number: int, _frame: FrameType | None) -> None:
        raise _BudgetSpent

    signal.signal(signal.SIGPROF, spent)
    # Again every second: an "except:" in the library may swallow the first.
    signal.setitimer(signal.ITIMER_PROF, seconds, 1.0)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
