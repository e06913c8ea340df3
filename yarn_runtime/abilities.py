"""A running server in, what its model can do besides writing text out: asked of the server itself, once."""

from collections.abc import Mapping
from typing import Any

from yarn_runtime.client import EngineClient
from yarn_runtime.errors import EngineRefused, EngineUnreachable

_ASKED = {"role": "user", "content": "1"}
_TOOL: Mapping[str, Any] = {
    "type": "function",
    "function": {"name": "look", "description": "Look.", "parameters": {"type": "object", "properties": {}}},
}


class Abilities:
    """What one server can do. It may have been started by anyone, so it is tried with a reply of one token; a server
    that is too busy to answer counts as one that cannot, until it is asked again."""

    def __init__(self, client: EngineClient, model: str) -> None:
        self._client = client
        self._model = model
        self._known: dict[str, bool] = {}

    @property
    def tools(self) -> bool:
        """Whether the model's template shows it tools, and the server understands its calls."""
        return self._can("tools", {"tools": [_TOOL], "tool_choice": "auto"}) and self._shown()

    @property
    def thinking_budget(self) -> bool:
        """Whether the server ends the model's thinking after so many tokens."""
        return self._can("thinking", {"thinking_token_budget": 1})

    def _can(self, what: str, wanted: Mapping[str, Any]) -> bool:
        if what not in self._known:
            try:
                self._client.one_message(self._model, [_ASKED], wanted)
                self._known[what] = True
            except EngineRefused:
                self._known[what] = False
            except EngineUnreachable:
                return False
        return self._known[what]

    def _shown(self) -> bool:
        if "shown" not in self._known:
            plain = self._client.count(self._model, [_ASKED])
            self._known["shown"] = self._client.count(self._model, [_ASKED], [_TOOL]) > plain
        return self._known["shown"]
