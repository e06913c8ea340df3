"""The tools that a model may call, as it is shown them, and its calls checked for their form; runs none of them.

All of them only read. What they are named and take stands before all messages of a prompt, so it is short and fixed.
"""

import json
from collections.abc import Mapping
from typing import Any

from yarn_runtime import Tool

_DOCUMENT = "Its name, where there are several."
_FORMS: Mapping[str, tuple[str, Mapping[str, str], tuple[str, ...]]] = {
    "search": ("Find passages near to some words.", {"words": "What to look for."}, ("words",)),
    "open": (
        "Show a page or a file, or lines of it.",
        {"page": "Page number, or the path of a file.", "lines": "Such as 20-60.", "document": _DOCUMENT},
        ("page",),
    ),
    "outline": ("List the headings of a document.", {"document": _DOCUMENT}, ()),
    "map": ("List the files and definitions of a codebase.", {"document": _DOCUMENT}, ()),
    "definition": ("Show where a name of the code is defined.", {"name": "Such as Signer.sign."}, ("name",)),
    "references": ("Show where a name of the code is used.", {"name": "Such as sign."}, ("name",)),
    "not_shown": ("List the pages that are not shown above.", {"document": _DOCUMENT}, ()),
}
LONGEST_ARGUMENT = 300
"""Characters; what is longer was not written to be looked up."""


class CallInvalid(ValueError):
    """A call that is none; the message is for the model."""


def tools(code: bool) -> tuple[Tool, ...]:
    """The tools as a request holds them; those for code only where there is any."""
    names = [name for name in _FORMS if code or name not in ("map", "definition", "references")]
    return tuple(_shown(name, *_FORMS[name]) for name in names)


def read_call(name: str, arguments: str, allowed: frozenset[str]) -> dict[str, str]:
    """The arguments of a call, as texts. Raises CallInvalid."""
    if name not in allowed:
        raise CallInvalid(f"There is no such tool. There are: {', '.join(sorted(allowed))}.")
    value = read_arguments(arguments)
    if value is None:
        raise CallInvalid("The arguments are no JSON object.")
    _, known, required = _FORMS[name]
    given = {key: str(value[key]).strip() for key in known if isinstance(value.get(key), str | int)}
    missing = [key for key in required if not given.get(key)]
    if missing:
        raise CallInvalid(f"It needs: {', '.join(missing)}.")
    if any(len(text) > LONGEST_ARGUMENT for text in given.values()):
        raise CallInvalid(f"An argument is longer than {LONGEST_ARGUMENT} characters.")
    return given


def read_arguments(arguments: str) -> dict[str, Any] | None:
    """The JSON object that a model wrote, in characters that every program takes; None where it is none."""
    try:
        value = json.loads(arguments or "{}")
        plain = json.loads(json.dumps(value, ensure_ascii=False).encode("utf-8", "replace"))
    except (ValueError, RecursionError):
        return None
    return plain if isinstance(plain, dict) else None


def _shown(name: str, what: str, takes: Mapping[str, str], required: tuple[str, ...]) -> Tool:
    properties: dict[str, Any] = {key: {"type": "string", "description": said} for key, said in takes.items()}
    parameters = {"type": "object", "properties": properties, "required": list(required)}
    return {"type": "function", "function": {"name": name, "description": what, "parameters": parameters}}
