"""A context and a question in, a stream of steps and a cited answer out: draft, check, critique, revise.

The graph's nodes are the sentence. Every model call shares the prompt's start byte for byte (see `prompts`), so only
the first one reads the documents. What is in the graph's state is small: replies and verdicts, never a document's text.
"""

import time
from collections.abc import AsyncGenerator, Callable, Mapping, Sequence
from functools import cache
from typing import Any, Literal, TypedDict

from langgraph.graph import START, StateGraph
from langgraph.graph.state import CompiledStateGraph
from langgraph.runtime import Runtime

from assistant import prompts, replies
from assistant.answer import Answer, Statement, StepRecord, counts
from assistant.briefing import Briefing
from assistant.check import check, report
from assistant.reserve import ANSWER_TOKENS, CRITIQUE_TOKENS, added_tokens
from assistant.steps import Answered, Finished, Planned, Reading, Started, Step, Writing
from yarn_runtime import Message, Prefill, Text, Usage

NOT_FOUND = "The documents do not say."
NO_STATEMENT = "The model gave no statement that could be read."


class State(TypedDict, total=False):
    """What the rounds hand on."""

    reply: str
    found: bool
    statements: tuple[Statement, ...]
    problems: tuple[str, ...]
    good: bool
    round: int
    kept: tuple[bool, tuple[Statement, ...]]
    """The best answer so far: whether anything was found, and its statements."""
    steps: tuple[StepRecord, ...]


async def run(briefing: Briefing) -> AsyncGenerator[Step]:
    """Answer the briefing's question. Closing the generator ends the engine's work. Raises what the engine raises."""
    yield Planned(briefing.coverage, briefing.engine.pace.seconds(briefing.coverage.prompt_tokens))
    first: State = {"round": 0, "steps": ()}
    last = first
    async for part in _graph().astream(first, context=briefing, stream_mode=["custom", "values"], version="v2"):
        if part["type"] == "custom":
            yield part["data"]
        elif part["type"] == "values":
            last = part["data"]
    yield Answered(_answer(briefing, last))


@cache
def _graph() -> "CompiledStateGraph[State, Briefing, State, State]":
    graph = StateGraph(State, context_schema=Briefing)
    graph.add_node("draft", _draft)
    graph.add_node("check", _check)
    graph.add_node("critique", _critique)
    graph.add_node("revise", _revise)
    graph.add_edge(START, "draft")
    graph.add_edge("draft", "check")
    graph.add_conditional_edges("check", _after_check)
    graph.add_conditional_edges("critique", _after_critique)
    graph.add_edge("revise", "check")
    return graph.compile()


async def _draft(state: State, runtime: Runtime[Briefing]) -> State:
    schema = prompts.answer_schema(len(runtime.context.context.shown))
    text, steps = await _ask("draft", [], schema, ANSWER_TOKENS, _said_of_draft, state, runtime)
    return {"reply": text, "steps": steps}


async def _check(state: State, runtime: Runtime[Briefing]) -> State:
    runtime.stream_writer(Started("check"))
    started = time.monotonic()
    reply = replies.read_draft(state["reply"])
    statements = check(reply.claims, runtime.context.context.shown)
    tally = ", ".join(f"{number} {status}" for status, number in counts(statements).items() if number)
    step = StepRecord("check", 0, 0, 0, time.monotonic() - started, tally or "no statements")
    runtime.stream_writer(Finished(step))
    kept = state.get("kept")
    return {
        "found": reply.found,
        "statements": statements,
        "kept": (reply.found, statements) if kept is None or _better(statements, kept[1]) else kept,
        "steps": (*state["steps"], step),
    }


async def _critique(state: State, runtime: Runtime[Briefing]) -> State:
    request = prompts.critique_request(report(state["statements"]))
    text, steps = await _ask(
        "critique",
        _follow_up(state, request),
        prompts.critique_schema(),
        CRITIQUE_TOKENS,
        _said_of_critique,
        state,
        runtime,
    )
    reply = replies.read_critique(text)
    return {"problems": reply.problems, "good": reply.good, "steps": steps}


async def _revise(state: State, runtime: Runtime[Briefing]) -> State:
    request = prompts.revision_request(report(state["statements"]), state["problems"])
    schema = prompts.answer_schema(len(runtime.context.context.shown))
    text, steps = await _ask(
        "revise", _follow_up(state, request), schema, ANSWER_TOKENS, _said_of_draft, state, runtime
    )
    return {"reply": text, "round": state["round"] + 1, "steps": steps}


def _after_check(state: State, runtime: Runtime[Briefing]) -> Literal["critique", "__end__"]:
    """No critique where no revision could follow it."""
    return "critique" if state["round"] < runtime.context.rounds else "__end__"


def _after_critique(state: State) -> Literal["revise", "__end__"]:
    sound = bool(state["statements"]) and all(item.status == "verified" for item in state["statements"])
    return "__end__" if sound and state["good"] else "revise"


def _follow_up(state: State, request: str) -> list[Message]:
    """Only the last draft is carried on, so that a round more costs no longer prompt."""
    return [{"role": "assistant", "content": state["reply"]}, {"role": "user", "content": request}]


def _better(revision: tuple[Statement, ...], kept: tuple[Statement, ...]) -> bool:
    """A revision replaces what is kept if the check likes it more, or as much and there is nothing left to like."""
    sound = bool(revision) and all(statement.status == "verified" for statement in revision)
    return _merit(revision) > _merit(kept) or (sound and _merit(revision) == _merit(kept))


def _merit(statements: tuple[Statement, ...]) -> tuple[int, int]:
    """First few unsupported statements, then many verified ones; no statement at all is the worst."""
    tally = counts(statements)
    return (-tally["unsupported"] if statements else -prompts.MAX_STATEMENTS - 1), tally["verified"]


async def _ask(
    kind: str,
    follow_up: Sequence[Message],
    schema: Mapping[str, Any],
    max_tokens: int,
    note: Callable[[str], str],
    state: State,
    runtime: Runtime[Briefing],
) -> tuple[str, tuple[StepRecord, ...]]:
    """One model call as a step: its reply's text, and the steps so far with this one."""
    runtime.stream_writer(Started(kind))
    started = time.monotonic()
    briefing = runtime.context
    text, usage = "", Usage(0, 0, 0, "")
    neutralise = briefing.engine.tokenizer.neutralise
    more = [{**message, "content": neutralise(message["content"])} for message in follow_up]
    room = briefing.coverage.limit - briefing.coverage.prompt_tokens - added_tokens(more, briefing.engine.tokenizer)
    async for event in briefing.engine.reply(
        [*briefing.messages, *more], max_tokens=max(1, min(max_tokens, room)), schema=schema
    ):
        match event:
            case Prefill(tokens, estimated):
                total = briefing.coverage.prompt_tokens
                done = min(tokens, total)
                runtime.stream_writer(Reading(done, total, briefing.engine.pace.seconds(total, done), estimated))
            case Text(piece):
                text += piece
                runtime.stream_writer(Writing(kind, replies.prose(text)))
            case Usage():
                usage = event
    cut = " (cut off)" if usage.finish_reason == "length" else ""
    if usage.evicted_tokens:
        cut += f" (the cache had lost {usage.evicted_tokens:,} tokens, which were read anew)"
    step = StepRecord(
        kind,
        usage.prompt_tokens,
        usage.cached_tokens,
        usage.completion_tokens,
        time.monotonic() - started,
        note(text) + cut,
    )
    runtime.stream_writer(Finished(step))
    return text, (*state["steps"], step)


def _said_of_draft(text: str) -> str:
    reply = replies.read_draft(text)
    return f"{len(reply.claims)} statements" if reply.claims or reply.found else "nothing found"


def _said_of_critique(text: str) -> str:
    reply = replies.read_critique(text)
    return f"{len(reply.problems)} problems" if reply.problems else "no problems" if reply.good else "no verdict"


def _answer(briefing: Briefing, state: State) -> Answer:
    found, statements = state["kept"]
    unanswered = "" if statements else NO_STATEMENT if found else NOT_FOUND
    return Answer(briefing.question, statements, briefing.coverage, state["steps"], unanswered)
