"""A task and what to ask in, one model call as a step out: its text, its record, its progress as it happens."""

import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import aclosing
from dataclasses import dataclass
from typing import Any

from assistant import replies
from assistant.answer import StepRecord
from assistant.briefing import Briefing
from assistant.reserve import added_tokens
from assistant.steps import Finished, Reading, Started, Step, Writing
from yarn_runtime import Message, Prefill, Text, Usage

Tell = Callable[[Step], None]


@dataclass(frozen=True, slots=True)
class Call:
    """What one step asks of the model beyond the briefing's prompt."""

    kind: str
    follow_up: Sequence[Message]
    schema: Mapping[str, Any]
    max_tokens: int
    note: Callable[[str], str]
    """What came of it in a few words, of the reply's text."""


async def ask(briefing: Briefing, call: Call, tell: Tell) -> tuple[str, StepRecord]:
    """The reply's text and its record. Raises what the engine raises."""
    tell(Started(call.kind))
    started = time.monotonic()
    engine, total = briefing.engine, briefing.coverage.prompt_tokens
    more = [{**message, "content": engine.tokenizer.neutralise(message["content"])} for message in call.follow_up]
    room = briefing.coverage.limit - total - added_tokens(more, engine.tokenizer)
    longest = max(1, min(call.max_tokens, room))
    text, usage = "", Usage(0, 0, 0, "")
    async with aclosing(engine.reply([*briefing.messages, *more], max_tokens=longest, schema=call.schema)) as events:
        async for event in events:
            match event:
                case Prefill(tokens, estimated):
                    done = min(tokens, total)
                    tell(Reading(done, total, engine.pace.seconds(total, done), estimated))
                case Text(piece):
                    text += piece
                    tell(Writing(call.kind, replies.prose(text)))
                case Usage():
                    usage = event
    record = StepRecord(
        call.kind,
        usage.prompt_tokens,
        usage.cached_tokens,
        usage.completion_tokens,
        time.monotonic() - started,
        call.note(text) + _odd(usage),
    )
    tell(Finished(record))
    return text, record


def _odd(usage: Usage) -> str:
    cut = " (cut off)" if usage.finish_reason == "length" else ""
    if usage.evicted_tokens:
        cut += f" (the cache had lost {usage.evicted_tokens:,} tokens, which were read anew)"
    return cut
