"""Messages in, a stream of text, looks at the engine and usage out, by LangChain; knows no documents."""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections.abc import AsyncGenerator, AsyncIterator, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import httpx

from yarn_runtime.client import EngineClient, Message
from yarn_runtime.errors import EngineRefused, EngineUnreachable, RuntimeProblem
from yarn_runtime.thinking import Piece, ThinkingTags
from yarn_runtime.wish import Wish

if TYPE_CHECKING:  # LangChain takes a second to import: only a reply pays for it
    from langchain_core.messages import AIMessageChunk, UsageMetadata

    from yarn_runtime.vllm_chat import VllmChat

_PROGRESS_SECONDS = 1.0


@dataclass(frozen=True, slots=True)
class Prefill:
    """The engine is reading the prompt: `tokens` of it are in the KV cache by now, cached ones included."""

    tokens: int
    estimated: bool = False
    """Whether the machine's known speed says so, and not the engine: other requests ran beside this one."""


@dataclass(frozen=True, slots=True)
class Text:
    """A piece of the reply."""

    text: str


@dataclass(frozen=True, slots=True)
class Thought:
    """A piece of what the model thinks before it writes; no part of the reply."""

    text: str


@dataclass(frozen=True, slots=True)
class ToolCall:
    """The model calls a tool. Nothing of it was checked: the tool may not exist, the arguments may be no JSON."""

    name: str
    arguments: str


@dataclass(frozen=True, slots=True)
class Usage:
    """The last event of a reply: the engine's own count."""

    prompt_tokens: int
    cached_tokens: int
    """How many of the prompt's tokens came from the prefix cache."""
    completion_tokens: int
    finish_reason: str
    """"stop" if the model ended by itself, "length" if it was cut at max_tokens."""
    first_seconds: float = 0.0
    """From the request to the first piece of text: the prefill, mostly."""
    alone: bool = True
    """Whether no other request was seen beside this one while its prompt was read."""
    evicted_tokens: int = 0
    """Tokens of the prompt that had been read before and were read anew, since the cache had lost them."""


Event = Prefill | Thought | Text | ToolCall | Usage


@dataclass(frozen=True, slots=True)
class Waiting:
    """A look at the engine `seconds` after the request: what it holds, and how many requests it works on."""

    seconds: float
    kv_tokens: int
    running: int


async def reply(
    client: EngineClient, model: str, messages: Sequence[Message], wish: Wish
) -> AsyncGenerator[Waiting | Thought | Text | ToolCall | Usage]:
    """Stream one reply at temperature 0.

    Closing or cancelling this generator closes the connection and so ends the engine's work, in prefill as in decoding.
    Raises EngineUnreachable or EngineRefused. A reply is never asked for twice: a repeated prefill can cost minutes.
    """
    from yarn_runtime.vllm_chat import VllmChat

    async with httpx.AsyncClient(timeout=httpx.Timeout(None, connect=5.0), trust_env=False) as http:
        chat = VllmChat(
            model=model,
            base_url=f"{client.url}/v1",
            api_key=lambda: "unused",
            http_async_client=http,
            max_retries=0,
            temperature=0.0,
            max_completion_tokens=wish.max_tokens,
            stream_usage=True,
            stream_chunk_timeout=None,
            extra_body=wish.body(),
        )
        stream = _chunks(chat, messages)
        started, alone = time.monotonic(), True
        first = asyncio.ensure_future(anext(stream, None))
        try:
            async for look in _until(first, client, started):
                alone = alone and look.running <= 1
                yield look
            chunk, seconds = await first, time.monotonic() - started
            async for event in _events(chunk, stream):
                yield replace(event, first_seconds=seconds, alone=alone) if isinstance(event, Usage) else event
        finally:
            first.cancel()
            with contextlib.suppress(asyncio.CancelledError, RuntimeProblem):
                await first
            await stream.aclose()


async def _chunks(chat: VllmChat, messages: Sequence[Message]) -> AsyncGenerator[AIMessageChunk]:
    with _engine_errors(str(chat.openai_api_base)):
        async for chunk in chat.astream([dict(message) for message in messages]):
            yield chunk


async def _until(first: asyncio.Future[Any], client: EngineClient, started: float) -> AsyncIterator[Waiting]:
    """A look at the engine every second, until it has read the prompt."""
    while not first.done():
        await asyncio.wait({first}, timeout=_PROGRESS_SECONDS)
        if first.done():
            return
        with contextlib.suppress(RuntimeProblem):
            gauges = await asyncio.to_thread(client.gauges)
            if not first.done():
                running = gauges.running + gauges.waiting
                yield Waiting(time.monotonic() - started, gauges.kv_tokens_in_use, running)


async def _events(
    first: AIMessageChunk | None, rest: AsyncIterator[AIMessageChunk]
) -> AsyncIterator[Thought | Text | ToolCall | Usage]:
    from yarn_runtime.vllm_chat import THOUGHT

    usage: UsageMetadata | None = None
    finish_reason = ""
    tags, calls = ThinkingTags(), _Calls()
    chunk = first
    while chunk is not None:
        if thought := chunk.additional_kwargs.get(THOUGHT):
            yield Thought(thought)
        for piece in tags.take(chunk.text):
            yield _told(piece)
        calls.take(chunk)
        usage = chunk.usage_metadata or usage
        finish_reason = chunk.response_metadata.get("finish_reason") or finish_reason
        chunk = await anext(rest, None)
    if usage is None:
        raise EngineUnreachable("The engine broke off in the middle of its reply.", "Ask again.")
    for piece in tags.end():
        yield _told(piece)
    for call in calls.made():
        yield call
    cached = usage.get("input_token_details", {}).get("cache_read", 0) or 0
    yield Usage(usage["input_tokens"], cached, usage["output_tokens"], finish_reason)


def _told(piece: Piece) -> Thought | Text:
    return Thought(piece.text) if piece.thought else Text(piece.text)


class _Calls:
    """Calls of tools, put together from their pieces by their place in the reply."""

    def __init__(self) -> None:
        self._names: dict[int, str] = {}
        self._arguments: dict[int, str] = {}

    def take(self, chunk: AIMessageChunk) -> None:
        for piece in chunk.tool_call_chunks:
            index = piece["index"] or 0
            self._names[index] = self._names.get(index, "") + (piece["name"] or "")
            self._arguments[index] = self._arguments.get(index, "") + (piece["args"] or "")

    def made(self) -> Iterator[ToolCall]:
        for index in sorted(self._names):
            yield ToolCall(self._names[index], self._arguments[index])


@contextlib.contextmanager
def _engine_errors(url: str) -> Iterator[None]:
    """The one door where the OpenAI client's exceptions become ours."""
    import openai

    try:
        yield
    except openai.APIStatusError as error:
        raise EngineRefused(
            f"The engine refused the question: {error.message}", "See the engine's log: unspool engine status."
        ) from error
    except openai.APIConnectionError as error:
        raise EngineUnreachable(*_gone(url, error)) from error
    except openai.APIError as error:  # told in the middle of the stream
        raise EngineUnreachable(
            f"The engine failed in the middle of its reply: {error.message}", "It is started again; ask again."
        ) from error
    except httpx.HTTPError as error:
        raise EngineUnreachable(*_gone(url, error)) from error


def _gone(url: str, error: Exception) -> tuple[str, str]:
    return (
        f"The connection to the engine at {url} broke ({type(error).__name__}).",
        "It may have ended: see unspool engine status, then ask again.",
    )
