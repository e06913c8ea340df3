"""A written file in, its final name on the disk out, in an order that a power failure cannot undo; knows no content."""

import os
from pathlib import Path


def put(part: Path, target: Path) -> None:
    """Give a whole file its name: its bytes reach the disk first, then the name. Raises OSError."""
    with part.open("rb+") as file:
        os.fsync(file.fileno())
    part.replace(target)
    if os.name == "posix":  # elsewhere folders cannot be opened
        folder = os.open(target.parent, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)
