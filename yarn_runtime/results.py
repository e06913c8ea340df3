"""Results with their keys in, a JSONL file that a later run goes on from out; knows no meaning of either."""

import json
import os
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from yarn_runtime.errors import ResultsUnwritable


class Results:
    """One JSON object a line, {"key": {...}, "value": {...}}, appended as results come; the last one of a key counts.

    A line that is damaged, as the last one is after a power cut, is no result.
    """

    def __init__(self, file: Path) -> None:
        self.file = file
        self._entries: dict[str, tuple[Mapping[str, Any], Mapping[str, Any]]] = {}
        try:
            text = file.read_text("utf-8", errors="replace") if file.exists() else ""
        except OSError as error:
            raise _unwritable(file, error) from error
        self._torn = bool(text) and not text.endswith("\n")
        for line in text.splitlines():
            try:
                entry = json.loads(line)
                self._entries[_canonical(entry["key"])] = entry["key"], entry["value"]
            except (ValueError, KeyError, TypeError):
                continue

    def get(self, key: Mapping[str, Any]) -> Mapping[str, Any] | None:
        """The result of this very key."""
        entry = self._entries.get(_canonical(key))
        return entry[1] if entry else None

    def entries(self) -> Iterator[tuple[Mapping[str, Any], Mapping[str, Any]]]:
        """All results with their keys, in the order in which they came."""
        yield from self._entries.values()

    def put(self, key: Mapping[str, Any], value: Mapping[str, Any]) -> None:
        """Write a result to the disk. Raises ResultsUnwritable."""
        line = json.dumps({"key": key, "value": value}, ensure_ascii=False)
        try:
            self.file.parent.mkdir(parents=True, exist_ok=True)
            with self.file.open("a", encoding="utf-8") as out:
                out.write(("\n" if self._torn else "") + line + "\n")
                out.flush()
                os.fsync(out.fileno())
        except OSError as error:
            raise _unwritable(self.file, error) from error
        self._torn = False
        self._entries[_canonical(key)] = key, value


def _canonical(key: Mapping[str, Any]) -> str:
    return json.dumps(key, sort_keys=True)


def _unwritable(file: Path, error: OSError) -> ResultsUnwritable:
    return ResultsUnwritable(
        f"The results in {file} cannot be kept: {error.strerror}.", "Free space, or set UNSPOOL_DATA to another folder."
    )
