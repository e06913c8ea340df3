"""A script of replies in, their chunks and an engine's gauges out, as the real engine would give them; knows no HTTP.

A token is a run of up to six letters or digits, or one other character that is no white space. The chat template puts
two tokens around each message and one at the end.
"""

import json
import math
import re
import threading
import time
import zlib
from collections.abc import Callable, Generator, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain, cycle, islice, takewhile
from typing import Any

from yarn_runtime.client import Message

BLOCK_SIZE = 16
"""Tokens in one block of the cache."""
CHUNK_TOKENS = 256
"""Prompt tokens that are read between two looks at the gauges or the client."""
_LOOK_SECONDS = 0.05

_TOKEN = re.compile(r"\w{1,6}|[^\w\s]")
_PIECE = re.compile(r"\s*(?:\w{1,6}|[^\w\s])|\s+\Z")


@dataclass(frozen=True, slots=True)
class CutOff:
    """A reply that ends in the middle: its finish reason is "length"."""

    text: str


@dataclass(frozen=True, slots=True)
class Endless:
    """A reply that repeats its text until max_tokens."""

    text: str


@dataclass(frozen=True, slots=True)
class Broken:
    """A reply after whose text the connection breaks."""

    text: str


@dataclass(frozen=True, slots=True)
class Refused:
    """An HTTP error instead of a reply."""

    message: str
    status: int = 500


@dataclass(frozen=True, slots=True)
class Calls:
    """A reply that calls tools: name and arguments of each, as the model writes them, well-formed or not."""

    calls: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Thinks:
    """A reply before which the model thinks; without a parser the thinking is plain content between tags."""

    thought: str
    reply: "Reply"
    parsed: bool = True


@dataclass(frozen=True, slots=True)
class Waits:
    """A reply whose first token is written when something has come about, however long that takes."""

    until: Callable[[], bool]
    reply: "Reply"


Reply = str | CutOff | Endless | Broken | Refused | Calls | Thinks | Waits
Script = Callable[[Sequence[Message], Mapping[str, Any] | None, int], Reply] | Iterable[Reply]
"""Either asked for each reply, with the messages, the JSON schema that was wanted and the number of the call, from 1;
or the replies in their order."""


class ScriptedModel:
    """A model that answers by a script, with its cache; what was asked of it is kept."""

    def __init__(
        self,
        script: Script,
        *,
        limit: int,
        name: str,
        prefill_tokens_per_second: float | None,
        tokens_per_second: float | None,
        tools: bool = False,
        bounds_thinking: bool = False,
    ) -> None:
        self.limit = limit
        self.name = name
        self.tools = tools
        self.bounds_thinking = bounds_thinking
        self.blocks = 4 * math.ceil(limit / BLOCK_SIZE)
        self.requests: list[dict[str, Any]] = []
        """The bodies of all calls for a reply, in their order."""
        self._seconds_to_read = 1 / prefill_tokens_per_second if prefill_tokens_per_second else 0.0
        self._seconds_to_write = 1 / tokens_per_second if tokens_per_second else 0.0
        self._script = script if callable(script) else _in_order(script)
        self._asking = threading.Lock()
        self._lock = threading.Lock()
        self._held: dict[int, int] = {}
        """Tokens in the cache, by running request."""
        self._read: list[list[int]] = []
        """What was read of earlier prompts."""

    def metrics(self) -> str:
        """The gauges in Prometheus' text form."""
        with self._lock:
            running = len(self._held)
            blocks = sum(math.ceil(tokens / BLOCK_SIZE) for tokens in self._held.values())
        label = f'{{engine="0",model_name="{self.name}"}}'
        sizes = f'{{block_size="{BLOCK_SIZE}",num_gpu_blocks="{self.blocks}"}}'
        return (
            f"vllm:num_requests_running{label} {float(running)}\n"
            f"vllm:num_requests_waiting{label} 0.0\n"
            f"vllm:kv_cache_usage_perc{label} {blocks / self.blocks}\n"
            f"vllm:cache_config_info{sizes} 1.0\n"
        )

    def reply(self, body: dict[str, Any]) -> tuple[int, Reply]:
        """The number of this call, and what the script says to it."""
        with self._asking:
            self.requests.append(body)
            call = len(self.requests)
            schema = (body.get("response_format") or {}).get("json_schema", {}).get("schema")
            return call, self._script(body["messages"], schema, call)

    def play(
        self, call: int, body: dict[str, Any], reply: Reply, pause: Callable[[float], None]
    ) -> Generator[Any, None, None]:
        """The chunks of one reply as they become ready: read the prompt, write the text, end with the usage.

        `pause` waits, and raises when the client has gone; then the request is over at once.
        """
        prompt = tokens_of(body["messages"], self.shown_tools(body))
        try:
            cached = yield from self._prefill(call, prompt, pause)
            wanted = body.get("max_completion_tokens") or body.get("max_tokens") or self.limit - len(prompt)
            if isinstance(reply, Waits):
                while not reply.until():
                    pause(_LOOK_SECONDS)
                reply = reply.reply
            deltas = _deltas(reply)
            written = 0
            for delta in islice(deltas, wanted):
                pause(self._seconds_to_write)
                written += 1
                self._hold(call, len(prompt) + written)
                yield self._chunk(delta, None)
            last = reply.reply if isinstance(reply, Thinks) else reply
            if isinstance(last, Broken):
                raise ConnectionAbortedError
            cut = isinstance(last, CutOff) or next(deltas, None) is not None
            ended = "tool_calls" if isinstance(last, Calls) else "stop"
            yield self._chunk({}, "length" if cut else ended)
            yield {**self._chunk(None, None), "usage": _usage(len(prompt), cached, written)}
        finally:
            with self._lock:
                self._held.pop(call, None)

    def objection(self, body: Mapping[str, Any]) -> str | None:
        """Why the server refuses a request, in vLLM's words, if it does."""
        if body.get("tools") and body.get("tool_choice", "auto") == "auto" and not self.tools:
            return '"auto" tool choice requires --enable-auto-tool-choice and --tool-call-parser to be set'
        if body.get("thinking_token_budget") is not None and not self.bounds_thinking:
            return "thinking_token_budget is set but reasoning_config is not configured."
        return None

    def shown_tools(self, body: Mapping[str, Any]) -> Sequence[Mapping[str, Any]]:
        """The tools that the template of this model shows it."""
        return (body.get("tools") or ()) if self.tools else ()

    def _prefill(self, call: int, prompt: list[int], pause: Callable[[float], None]) -> Generator[Any, None, int]:
        """Read what is not cached, chunk by chunk; returns how many tokens were cached."""
        with self._lock:
            cached = max((_shared(prompt, earlier) for earlier in self._read), default=0)
            cached = min(cached, len(prompt) - 1) // BLOCK_SIZE * BLOCK_SIZE  # the last token is always computed
            read: list[int] = prompt[:cached]
            self._read.append(read)
        self._hold(call, cached)
        while len(read) < len(prompt):
            chunk = prompt[len(read) : len(read) + CHUNK_TOKENS]
            pause(len(chunk) * self._seconds_to_read)
            read.extend(chunk)
            self._hold(call, len(read))
        yield self._chunk({"role": "assistant", "content": ""}, None)
        return cached

    def _hold(self, call: int, tokens: int) -> None:
        with self._lock:
            self._held[call] = tokens

    def _chunk(self, delta: Mapping[str, Any] | None, finish_reason: str | None) -> dict[str, Any]:
        choices = [] if delta is None else [{"index": 0, "delta": delta, "finish_reason": finish_reason}]
        return {
            "id": "chatcmpl-scripted",
            "object": "chat.completion.chunk",
            "created": int(time.time()),
            "model": self.name,
            "choices": choices,
        }


def tokens_of(messages: Sequence[Message], tools: Sequence[Mapping[str, Any]] = ()) -> list[int]:
    """The token ids of a prompt, chat template included, which puts the tools first."""
    shown = _TOKEN.findall(json.dumps(tools)) if tools else []
    templated = ([f"<|{message['role']}|>", *_TOKEN.findall(_written(message)), "<|end|>"] for message in messages)
    return [_token_id(token) for token in chain(shown, chain.from_iterable(templated), ["<|assistant|>"])]


def _written(message: Message) -> str:
    calls = message.get("tool_calls")
    return str(message.get("content") or "") + (json.dumps(calls) if calls else "")


def tokens_of_text(text: str) -> list[int]:
    """The token ids of bare text."""
    return [_token_id(token) for token in _TOKEN.findall(text)]


def _in_order(replies: Iterable[Reply]) -> Callable[[Sequence[Message], Mapping[str, Any] | None, int], Reply]:
    rest = iter(replies)
    return lambda messages, schema, call: next(rest, Refused(f"The script holds no reply to call {call}."))


def _deltas(reply: Reply) -> Iterator[dict[str, Any]]:
    """What a reply's tokens change, one after the other, white space included."""
    if isinstance(reply, Thinks):
        if reply.parsed:
            yield from ({"reasoning": piece} for piece in _PIECE.findall(reply.thought))
        else:
            yield from ({"content": piece} for piece in _PIECE.findall(f"<think>{reply.thought}</think>"))
        yield from _deltas(reply.reply)
    elif isinstance(reply, Calls):
        for index, (name, arguments) in enumerate(reply.calls):
            begun = {"index": index, "id": f"call-{index}", "type": "function"}
            yield {"tool_calls": [{**begun, "function": {"name": name, "arguments": ""}}]}
            for piece in _PIECE.findall(arguments):
                yield {"tool_calls": [{"index": index, "function": {"arguments": piece}}]}
    else:
        pieces = _PIECE.findall(reply if isinstance(reply, str) else getattr(reply, "text", ""))
        yield from ({"content": piece} for piece in (cycle(pieces) if isinstance(reply, Endless) else pieces))


def _usage(prompt: int, cached: int, written: int) -> dict[str, Any]:
    return {
        "prompt_tokens": prompt,
        "completion_tokens": written,
        "total_tokens": prompt + written,
        "prompt_tokens_details": {"cached_tokens": cached},
    }


def _shared(first: Sequence[int], second: Sequence[int]) -> int:
    """How many tokens two prompts share at their start."""
    return sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], zip(first, second, strict=False)))


def _token_id(token: str) -> int:
    return zlib.crc32(token.encode("utf-8", "replace"))
