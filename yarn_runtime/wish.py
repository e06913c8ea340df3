"""What is wanted of one reply, as a value, and what a request to vLLM holds for it; sends nothing."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from yarn_runtime.client import Tool


@dataclass(frozen=True, slots=True)
class Wish:
    """What is wanted of a reply, and what the model may use for it."""

    max_tokens: int
    """Of the whole reply, its thinking included."""
    schema: Mapping[str, Any] | None = None
    """The text is JSON that follows it (unless cut at `max_tokens`)."""
    tools: Sequence[Tool] = ()
    """Shown to the model. They stand before all messages in most templates, so they are the same for a whole run."""
    may_call: bool = False
    """Whether it may call them now."""
    thinking: int = 0
    """Tokens that it may think before it writes; 0 asks it not to."""
    bounds_thinking: bool = False
    """Whether the server can hold it to that."""

    def body(self) -> dict[str, Any]:
        """What the request holds besides the messages, in vLLM's words."""
        body: dict[str, Any] = {"chat_template_kwargs": {"enable_thinking": self.thinking > 0}}
        if self.thinking and self.bounds_thinking:
            body["thinking_token_budget"] = self.thinking
        if self.schema is not None:
            # In extra_body: the OpenAI client would parse a streamed response_format itself and fail on a cut reply.
            body["response_format"] = {"type": "json_schema", "json_schema": {"name": "reply", "schema": self.schema}}
        if self.tools:
            body |= {"tools": list(self.tools), "tool_choice": "auto" if self.may_call else "none"}
        return body
