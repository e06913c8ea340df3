"""Work that takes minutes in, what is said of it out as HTML while it goes on; knows no component."""

import threading
import time
from collections.abc import Callable, Iterator
from html import escape

from ui.problem_html import PROBLEMS, problem_html
from ui.words import Words
from yarn_runtime import Say

_LOOK_SECONDS = 0.5


def progress_html(work: Callable[[Say], None], doing: str, said: Words) -> Iterator[str]:
    """A line with the seconds and the latest that `work` said, again and again; at last nothing, or why it failed."""
    progress: list[str] = []
    failed: list[str] = []

    def worked() -> None:
        try:
            work(progress.append)
        except PROBLEMS as problem:
            failed.append(problem_html(problem, said))

    working = threading.Thread(target=worked, name="work", daemon=True)
    working.start()
    begun = time.monotonic()
    while working.is_alive():
        latest = said.told(progress[-1].strip()) if progress else ""
        line = f"{doing} ({time.monotonic() - begun:.0f} s) {latest}"
        yield f'<p role="status">{escape(line)}</p>'
        working.join(_LOOK_SECONDS)
    yield "".join(failed)
