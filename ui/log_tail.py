"""The log of an engine in, its last lines out, but for those that only say that somebody looked how it does."""

import re
from pathlib import Path

_LINES = 40
_BYTES = 200_000
_LOOKS = re.compile(r'"GET /(?:health|metrics) ')
"""As uvicorn notes them, several a second: they would be all that there is to see."""


def log_tail(log: Path) -> str:
    """At most 40 lines; nothing of a log that cannot be read."""
    try:
        with log.open("rb") as stream:
            stream.seek(max(0, log.stat().st_size - _BYTES))
            lines = stream.read().decode("utf-8", "replace").splitlines()
    except OSError:
        return ""
    return "\n".join([line for line in lines if not _LOOKS.search(line)][-_LINES:])
