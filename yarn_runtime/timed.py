"""A prompt in, the whole reply with its times out: for tests and measurements that wait; streams nothing."""

import asyncio
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from yarn_runtime.chat import Text, Usage
from yarn_runtime.client import Message
from yarn_runtime.engine import Engine
from yarn_runtime.speed import Prefilled


@dataclass(frozen=True, slots=True)
class TimedReply:
    """One reply and what it took."""

    text: str
    usage: Usage
    first_seconds: float
    """From the request to the first piece of text: the prefill, mostly."""
    seconds: float
    """From the request to the end."""

    @property
    def prefilled(self) -> Prefilled:
        """The prefill as a sample of the machine's speed."""
        return Prefilled(self.usage.prompt_tokens, self.usage.cached_tokens, self.first_seconds)

    @property
    def tokens_per_second(self) -> float | None:
        """Decoding speed; None where the reply is too short to tell."""
        further, seconds = self.usage.completion_tokens - 1, self.seconds - self.first_seconds
        return further / seconds if further >= 4 and seconds > 0 else None


def timed_reply(
    engine: Engine, messages: Sequence[Message], max_tokens: int, schema: Mapping[str, Any] | None = None
) -> TimedReply:
    """Ask and wait. Not for use inside a running event loop. Raises EngineUnreachable or EngineRefused."""

    async def collect() -> TimedReply:
        started = time.monotonic()
        first: float | None = None
        pieces = []
        usage = Usage(0, 0, 0, "")
        async for event in engine.reply(messages, max_tokens=max_tokens, schema=schema):
            if isinstance(event, Text):
                first = first if first is not None else time.monotonic() - started
                pieces.append(event.text)
            elif isinstance(event, Usage):
                usage = event
        seconds = time.monotonic() - started
        return TimedReply("".join(pieces), usage, first if first is not None else seconds, seconds)

    return asyncio.run(collect())
