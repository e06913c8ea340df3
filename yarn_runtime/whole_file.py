"""A text in, a file that holds all of it or what it held before out; knows no content."""

import contextlib
import os
import tempfile
from pathlib import Path


def write_whole(file: Path, text: str) -> bool:
    """Replace a file in one move; False, and nothing changed, where the disk refuses."""
    part = None
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        descriptor, part = tempfile.mkstemp(prefix=f".{file.name}.", dir=file.parent)
        with os.fdopen(descriptor, "w", encoding="utf-8") as out:
            out.write(text)
        Path(part).replace(file)
    except OSError:
        if part is not None:
            with contextlib.suppress(OSError):
                Path(part).unlink()
        return False
    return True
