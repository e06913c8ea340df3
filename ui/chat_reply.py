"""An answer in, OpenAI's reply out, whole or in chunks: the prose with its places, and everything else in a field."""

import time
import uuid
from collections.abc import Iterator
from typing import Any

from assistant import Answer, Statement

FIELD = "unspool"
"""What this project adds to a reply: the answer as `Answer.to_json` gives it."""


class ChatReply:
    """The parts of one reply, under one id."""

    def __init__(self, model: str) -> None:
        self._head = {"id": f"chatcmpl-{uuid.uuid4().hex}", "created": int(time.time()), "model": model}

    def whole(self, answer: Answer) -> dict[str, Any]:
        """The reply as one object."""
        message = {"role": "assistant", "content": prose(answer), "refusal": None}
        choice = {"index": 0, "message": message, "finish_reason": "stop", "logprobs": None}
        return {
            **self._head,
            "object": "chat.completion",
            "choices": [choice],
            "usage": usage(answer),
            FIELD: answer.to_json(),
        }

    def chunks(self, answer: Answer, *, include_usage: bool) -> Iterator[dict[str, Any]]:
        """The reply piece by piece: a statement each, their places, and last what this project adds."""
        yield self.chunk({"role": "assistant", "content": ""})
        for piece in _pieces(answer):
            yield self.chunk({"content": piece})
        yield {**self.chunk({}, "stop"), FIELD: answer.to_json()}
        if include_usage:
            yield {**self.chunk({}), "choices": [], "usage": usage(answer)}

    def chunk(self, delta: dict[str, Any], finish_reason: str | None = None) -> dict[str, Any]:
        """One piece of a stream."""
        choice = {"index": 0, "delta": delta, "finish_reason": finish_reason, "logprobs": None}
        return {**self._head, "object": "chat.completion.chunk", "choices": [choice]}


def prose(answer: Answer) -> str:
    """The answer for clients that show text alone: what is not verified is marked, the places stand below."""
    return "".join(_pieces(answer))


def usage(answer: Answer) -> dict[str, Any]:
    """The tokens of all its steps together, as the engine counted them."""
    read = sum(step.prompt_tokens for step in answer.steps)
    written = sum(step.completion_tokens for step in answer.steps)
    return {
        "prompt_tokens": read,
        "completion_tokens": written,
        "total_tokens": read + written,
        "prompt_tokens_details": {"cached_tokens": sum(step.cached_tokens for step in answer.steps)},
    }


def _pieces(answer: Answer) -> Iterator[str]:
    if not answer.statements:
        yield answer.unanswered
        return
    numbers = {citation: number for number, citation in enumerate(answer.citations, 1)}
    for position, statement in enumerate(answer.statements):
        marks = "".join(f" [{numbers[citation]}]" for citation in statement.citations)
        yield f"{' ' if position else ''}{statement.text}{marks}{_doubt(statement)}"
    for citation, number in numbers.items():
        yield f"{chr(10) * (2 if number == 1 else 1)}[{number}] {citation.shown.document.name}, {citation.place}"


def _doubt(statement: Statement) -> str:
    return "" if statement.status == "verified" else f" ({statement.status})"
