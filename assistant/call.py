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
from assistant.steps import Finished, Reading, Started, Step, Thinking, Writing
from yarn_runtime import Message, Prefill, Text, Thought, ToolCall, Usage

Tell = Callable[[Step], None]


@dataclass(frozen=True, slots=True)
class Call:
    """What one step asks of the model beyond the briefing's prompt."""

    kind: str
    follow_up: Sequence[Message]
    schema: Mapping[str, Any] | None
    max_tokens: int
    note: Callable[[str], str]
    """What came of it in a few words, of the reply's text."""
    thinks: bool = False
    """Whether the model may think before it writes, as far as the briefing lets it."""


async def ask(briefing: Briefing, call: Call, tell: Tell) -> tuple[str, StepRecord]:
    """The reply's text and its record. Raises what the engine raises."""
    text, _, record = await _replied(briefing, call, tell, may_call=False)
    return text, record


async def ask_for_calls(briefing: Briefing, call: Call, tell: Tell) -> tuple[list[ToolCall], StepRecord]:
    """The calls of tools that the model makes, and the record. Raises what the engine raises."""
    _, calls, record = await _replied(briefing, call, tell, may_call=True)
    return calls, record


async def _replied(
    briefing: Briefing, call: Call, tell: Tell, *, may_call: bool
) -> tuple[str, list[ToolCall], StepRecord]:
    tell(Started(call.kind))
    started = time.monotonic()
    engine, total = briefing.engine, briefing.coverage.prompt_tokens
    more = [_harmless(message, engine.tokenizer.neutralise) for message in call.follow_up]
    room = briefing.coverage.limit - total - added_tokens(more, engine.tokenizer)
    thinking = briefing.thinking if call.thinks or engine.always_thinks else 0
    text, thought, calls, usage = "", "", [], Usage(0, 0, 0, "")
    replying = engine.reply(
        [*briefing.messages, *more],
        max_tokens=max(1, min(call.max_tokens + thinking, room)),
        schema=call.schema,
        tools=briefing.tools,
        may_call=may_call,
        thinking=thinking,
    )
    async with aclosing(replying) as events:
        async for event in events:
            match event:
                case Prefill(tokens, estimated):
                    done = min(tokens, total)
                    tell(Reading(done, total, engine.pace.seconds(total, done), estimated))
                case Thought(piece):
                    thought += piece
                    tell(Thinking(call.kind, thought))
                case ToolCall():
                    calls.append(event)
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
        (_called(calls) if may_call else call.note(text)) + _odd(usage, thought),
    )
    tell(Finished(record))
    return text, calls, record


def _harmless(message: Message, neutralise: Callable[[str], str]) -> Message:
    """A message without control tokens of the model. Calls it wrote itself are rendered by the template, too."""
    calls = [
        {**call, "function": {name: neutralise(text) for name, text in call["function"].items()}}
        for call in message.get("tool_calls", ())
    ]
    return {**message, "content": neutralise(message["content"]), **({"tool_calls": calls} if calls else {})}


def _called(calls: Sequence[ToolCall]) -> str:
    return ", ".join(call.name[:64] for call in calls) or "nothing more to look up"


def _odd(usage: Usage, thought: str) -> str:
    cut = " (cut off)" if usage.finish_reason == "length" else ""
    if thought:
        cut += f" (thought {len(thought.split()):,} words before)"
    if usage.evicted_tokens:
        cut += f" (the cache had lost {usage.evicted_tokens:,} tokens, which were read anew)"
    return cut
