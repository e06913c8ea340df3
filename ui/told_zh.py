"""A sentence that the program says in English in, the same in Chinese out; one that is not known stays as it is.

The sentences are data: what is said with a value in it is said in one place in English, and found by its form here.
"""

import json
import re
from functools import lru_cache
from pathlib import Path

_FILE = Path(__file__).parent / "told_zh.json"
"""English to Chinese; {0} and so on stand for any text."""


def translated(text: str) -> str:
    """The Chinese sentence; several sentences are looked up one by one where they are not known together."""
    found = _whole(text)
    if found is not None:
        return found
    return " ".join(_whole(sentence) or sentence for sentence in re.split(r"(?<=[.!?]) (?=[A-Z“])", text))


@lru_cache(maxsize=1)
def _patterns() -> list[tuple[re.Pattern[str], str]]:
    found = []
    for english, chinese in json.loads(_FILE.read_text("utf-8")).items():
        parts = re.split(r"\{(\d)\}", english)
        pattern = "".join(f"(?P<v{part}>.+?)" if at % 2 else re.escape(part) for at, part in enumerate(parts))
        found.append((re.compile(pattern, re.DOTALL), chinese))
    return found


def _whole(text: str) -> str | None:
    for pattern, chinese in _patterns():
        if match := pattern.fullmatch(text):
            parts = re.split(r"\{(\d)\}", chinese)
            return "".join(translated(match[f"v{part}"]) if at % 2 else part for at, part in enumerate(parts))
    return None
