"""A Markdown file, the name of a benchmark and its results in; that benchmark's part of the file rewritten."""

from __future__ import annotations

import re
from pathlib import Path

HEAD = "# Benchmarks\n\nEvery part is written by its own benchmark; the machine is named in it.\n"


def write_section(path: Path, name: str, text: str) -> None:
    """Put `text` between the two comments that name the benchmark, at the end of the file where there are none."""
    begin, end = f"<!-- {name}: written by make {name} -->", f"<!-- /{name} -->"
    part = f"{begin}\n{text.strip()}\n{end}\n"
    whole = path.read_text("utf-8") if path.exists() else HEAD
    found = re.compile(f"{re.escape(begin)}.*?{re.escape(end)}\n", re.S)
    path.write_text(found.sub(lambda _: part, whole) if found.search(whole) else f"{whole}\n{part}", encoding="utf-8")
