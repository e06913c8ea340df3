"""Values in, a line of JSON for a pipe out, and back: the language between us and the worker. Knows no formats."""

from __future__ import annotations

from typing import Any

import orjson


def said(value: Any) -> bytes:
    """One line, its end included. Halves of characters, which files of others hold, become question marks."""
    try:
        return orjson.dumps(value, option=orjson.OPT_APPEND_NEWLINE)
    except TypeError:
        import json

        return json.dumps(value, ensure_ascii=False).encode("utf-8", "replace") + b"\n"


def heard(line: bytes) -> Any:
    """What such a line says."""
    return orjson.loads(line)
