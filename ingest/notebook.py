"""A Jupyter notebook in, its cells as Markdown out."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from ingest.chapter import Chapter, Converted, Unconvertible

_OUTPUT_LONGEST = 4000


def convert(data: bytes) -> Converted:
    """One chapter; code and its printed output are fenced, pictures and other outputs left out."""
    try:
        file = json.loads(data)
        language = file.get("metadata", {}).get("kernelspec", {}).get("language", "")
        parts = [part for cell in file["cells"] for part in _cell(cell, language)]
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise Unconvertible(f"{type(error).__name__}: {error}") from error
    return Converted((Chapter("1", "\n\n".join(part for part in parts if part)),))


def _cell(cell: dict[str, Any], language: str) -> Iterator[str]:
    text = _joined(cell["source"]).strip("\n")
    if cell["cell_type"] != "code":
        yield text
        return
    yield _fenced(text, language)
    for output in cell.get("outputs", ()):
        said = _joined(output.get("text") or output.get("data", {}).get("text/plain") or "")
        if output.get("output_type") == "error":
            said = f"{output.get('ename', '')}: {output.get('evalue', '')}".strip(": ")
        more = len(said) - _OUTPUT_LONGEST
        yield _fenced(
            said[:_OUTPUT_LONGEST].strip("\n") + (f"\n({more:,} more characters of output)" if more > 0 else ""),
            "output",
        )


def _fenced(text: str, language: str) -> str:
    fence = "````" if "```" in text else "```"
    return f"{fence}{language}\n{text}\n{fence}" if text else ""


def _joined(source: str | list[str]) -> str:
    return source if isinstance(source, str) else "".join(source)
