"""What a model looked up in a run so far, as its calls, in; the messages and passages that it gave out, the same again.

Only the calls are kept in a run's state, never what they gave: a run that is gone on with looks it up anew.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from assistant.context import ShownSpan, ToolUse
from assistant.desk import Desk, Found
from assistant.prompts import enclosed
from assistant.rendering import place
from assistant.reserve import TEMPLATE_TOKENS
from assistant.tool_forms import read_arguments
from yarn_runtime import Message, Tool, ToolCall

LOOKS = 3
"""How often a model may call tools before it answers."""
CALLS = 2
"""Tools that it may call at once."""
CALL_TOKENS = 160
"""Longest reply that calls them."""
LEAST_ROOM = 96
"""Below so many tokens nothing is looked up any more."""
MOST_ROOM = 4096
SHARE = 8
"""Of the limit, an eighth at most is for what tools give."""

Looks = Sequence[Sequence[Sequence[str]]]
"""Each time that the model called tools, the name and the arguments of each call."""


@dataclass(frozen=True, slots=True)
class Looked:
    """What calls gave: the messages that follow the prompt, the passages, and their lines of the ledger."""

    messages: tuple[Message, ...] = ()
    passages: tuple[ShownSpan, ...] = ()
    uses: tuple[ToolUse, ...] = ()


def looks_room(limit: int) -> int:
    """Tokens for what tools give, together."""
    return min(MOST_ROOM, limit // SHARE)


def looks_reserve(limit: int) -> int:
    """Tokens to keep free of the limit for calls and what they give."""
    return looks_room(limit) + LOOKS * (CALL_TOKENS + (1 + CALLS) * TEMPLATE_TOKENS)


def kept(calls: Sequence[ToolCall]) -> list[list[str]]:
    """The calls as a run's state holds them. More than CALLS are not made, and a name is short."""
    return [[call.name[:64].encode("utf-8", "replace").decode(), call.arguments] for call in calls[:CALLS]]


class Looking:
    """Looks up, and knows what it has looked up before."""

    def __init__(self, desk: Desk, seal: str, limit: int) -> None:
        self._desk = desk
        self._seal = seal
        self._room = looks_room(limit)
        self._known: dict[str, Found] = {}

    @property
    def tools(self) -> tuple[Tool, ...]:
        """What the model is shown."""
        return self._desk.tools

    def again(self, looks: Looks) -> Looked:
        """What all these calls give, one after the other."""
        shown = dict(self._desk.context.shown)
        messages: list[Message] = []
        passages: list[ShownSpan] = []
        uses: list[ToolUse] = []
        made: list[tuple[str, str]] = []
        room = self._room
        for calls in looks:
            ids = [f"call{len(made) + number:05}" for number in range(len(calls))]  # as templates of Mistral want them
            messages.append({"role": "assistant", "content": "", "tool_calls": list(map(_called, ids, calls))})
            for call_id, (name, arguments) in zip(ids, calls, strict=True):
                found = self._one(name, arguments, shown, room, made)
                content = enclosed(found.text, self._seal)
                tokens = self._desk.count(content)
                room -= tokens
                shown |= {item.mark: item for item in found.passages}
                passages += found.passages
                made.append((name, arguments))
                messages.append({"role": "tool", "tool_call_id": call_id, "content": content})
                uses.append(ToolUse(name, _asked(arguments), tokens, _places(found)))
        return Looked(tuple(messages), tuple(passages), tuple(uses))

    def _one(
        self, name: str, arguments: str, shown: dict[int, ShownSpan], room: int, before: list[tuple[str, str]]
    ) -> Found:
        if (name, arguments) in before:
            return Found("This was looked up before: it stands above.")
        if room < LEAST_ROOM:
            return Found("There is no room for more. Answer now.")
        key = json.dumps([before, name, arguments])
        if key not in self._known:
            around = self._desk.count(enclosed("", self._seal))
            self._known[key] = self._desk.look(name, arguments, shown, room - around)
        return self._known[key]


def _called(call_id: str, call: Sequence[str]) -> dict[str, Any]:
    """A call as the prompt carries it on: an object, whatever the model wrote."""
    name, arguments = call
    known = read_arguments(arguments) or {}
    return {"id": call_id, "type": "function", "function": {"name": name, "arguments": json.dumps(known)}}


def _asked(arguments: str) -> str:
    """What was looked for, in a line."""
    said = [str(item) for item in (read_arguments(arguments) or {}).values() if isinstance(item, str | int)]
    plain = "".join(character if character.isprintable() else " " for character in " ".join(said))
    return " ".join(plain.split())[:120]


def _places(found: Found) -> tuple[str, ...]:
    return tuple(dict.fromkeys(f"{item.document.name}, {place(item.document, item.page)}" for item in found.passages))
