"""A briefing and a question in, a stream of steps and a cited answer out: plan, look, draft, check, critique, revise,
answer.

The graph's nodes are the sentence. Every model call shares the prompt's start byte for byte (see `prompts`), so only
the first one reads the documents. Each finished node is kept, so that a run that was killed goes on where it was.
"""

import asyncio
import hashlib
import json
import time
from asyncio import Future
from collections.abc import AsyncGenerator
from contextlib import aclosing
from dataclasses import dataclass, field, replace
from functools import cache
from pathlib import Path
from typing import Any, Literal

from langgraph.graph import START, StateGraph
from langgraph.runtime import Runtime
from langgraph.types import Command, interrupt

from assistant import prompts, replies
from assistant.answer import StepRecord, counts
from assistant.briefing import Briefing
from assistant.call import Call, ask, ask_for_calls
from assistant.check import cited, report
from assistant.checkpoints import saver
from assistant.effort import Effort
from assistant.errors import RunStopped
from assistant.looking import CALL_TOKENS, LOOKS, Looked, kept
from assistant.reserve import ANSWER_TOKENS, CRITIQUE_TOKENS
from assistant.rounds import State, better, conclude, marks, records, sound, statements
from assistant.steps import Answered, Consent, Finished, Planned, Started, Step
from yarn_runtime import Message


@dataclass(frozen=True, slots=True)
class Assignment:
    """A briefing, and how much its answer may cost: what every node needs and none changes."""

    briefing: Briefing
    effort: Effort = field(default_factory=Effort)

    @property
    def key(self) -> str:
        """The same for the same prompt to the same model: a run under it can be gone on with."""
        briefing = self.briefing
        asked = [list(briefing.messages), briefing.engine.model, briefing.rounds, len(briefing.tools)]
        return hashlib.sha256(json.dumps(asked, sort_keys=True).encode()).hexdigest()


async def run(assignment: Assignment, consent: "Future[bool]", folder: Path | None = None) -> AsyncGenerator[Step]:
    """Answer the briefing's question. Closing the generator ends the engine's work; `consent` is waited for only where
    the effort wants it. With a folder, finished rounds are kept there until the answer has been taken.

    Raises RunStopped where consent is refused, LibraryDamaged, and what the engine raises.
    """
    briefing = assignment.briefing
    expected = briefing.engine.pace.seconds(briefing.coverage.prompt_tokens)
    yield Planned(briefing.coverage, expected)
    async with saver(folder, assignment.key) as keeper:
        graph = _graph().compile(checkpointer=keeper)
        thread: Any = {"configurable": {"thread_id": assignment.key}}
        state: Any = (await graph.aget_state(thread)).values
        for record in records(state):
            yield Started(record.kind)
            yield Finished(replace(record, note=f"{record.note} (kept from a run that was interrupted)"))
        given: Any = None if state else _first(briefing)
        while True:
            waiting = False
            modes: Any = ["custom", "values"]
            parts = graph.astream(given, thread, context=assignment, stream_mode=modes, version="v2", durability="sync")
            async with aclosing(parts):  # type: ignore[type-var]
                async for part in parts:
                    if part["type"] == "custom":
                        yield part["data"]
                    elif part["type"] == "values":
                        state, waiting = part["data"], bool(part["interrupts"])
            if not waiting:
                break
            yield Consent(briefing.coverage.prompt_tokens, expected)
            given = Command(resume=await consent)
        yield Answered(conclude(briefing, state, await _looked(state, briefing)))
        await keeper.adelete_thread(assignment.key)


@cache
def _graph() -> "StateGraph[State, Assignment, State, State]":
    graph = StateGraph(State, context_schema=Assignment)
    graph.add_node("plan", _plan)
    graph.add_node("look", _look)
    graph.add_node("draft", _draft)
    graph.add_node("check", _check)
    graph.add_node("critique", _critique)
    graph.add_node("revise", _revise)
    graph.add_edge(START, "plan")
    graph.add_conditional_edges("plan", _after_plan)
    graph.add_conditional_edges("look", _after_look)
    graph.add_edge("draft", "check")
    graph.add_conditional_edges("check", _after_check)
    graph.add_conditional_edges("critique", _after_critique)
    graph.add_edge("revise", "check")
    return graph


def _first(briefing: Briefing) -> State:
    documents = dict.fromkeys(item.document.id for item in briefing.context.shown.values())
    return {"documents": list(documents), "round": 0, "steps": []}


async def _plan(state: State, runtime: Runtime[Assignment]) -> State:
    """Wait for consent to a prompt that is longer than what may be sent without it."""
    most = runtime.context.effort.consent_tokens
    tokens = runtime.context.briefing.coverage.prompt_tokens
    if most is not None and tokens > most and not interrupt(tokens):
        raise RunStopped("The question was not sent.", "Choose fewer pages, or agree when asked.")
    return {"round": 0}


async def _look(state: State, runtime: Runtime[Assignment]) -> State:
    """Let the model look up what it was not shown. The calls are kept; what they give is looked up when it is used."""
    briefing, looks = runtime.context.briefing, state.get("looks", [])
    call = Call("look", (await _looked(state, briefing)).messages, None, CALL_TOKENS, str)
    calls, record = await ask_for_calls(briefing, call, runtime.stream_writer)
    more = [kept(calls)] if calls else []
    return {"looks": [*looks, *more], "looking": bool(calls), "steps": _with(state, record)}


async def _draft(state: State, runtime: Runtime[Assignment]) -> State:
    briefing = runtime.context.briefing
    looked = await _looked(state, briefing)
    schema = prompts.answer_schema(len(marks(briefing, looked)))
    call = Call("draft", looked.messages, schema, ANSWER_TOKENS, _said_of_draft, thinks=True)
    text, record = await ask(briefing, call, runtime.stream_writer)
    return {"reply": text, "steps": _with(state, record)}


async def _check(state: State, runtime: Runtime[Assignment]) -> State:
    runtime.stream_writer(Started("check"))
    started = time.monotonic()
    briefing, reply = runtime.context.briefing, state["reply"]
    looked = await _looked(state, briefing)
    checked = statements(briefing, reply, looked)
    best = state.get("best")
    taken = reply if best is None or better(checked, statements(briefing, best, looked)) else best
    tally = ", ".join(f"{number} {status}" for status, number in counts(checked).items() if number)
    record = StepRecord("check", 0, 0, 0, time.monotonic() - started, tally or "no statements")
    runtime.stream_writer(Finished(record))
    steps = _with(state, record)
    more = state["round"] < briefing.rounds
    enough = runtime.context.effort.spent((*records(state), record)) if more else ""
    return {"best": taken, "steps": steps, "enough": enough}


async def _critique(state: State, runtime: Runtime[Assignment]) -> State:
    briefing = runtime.context.briefing
    looked = await _looked(state, briefing)
    checked = statements(briefing, state["reply"], looked)
    request = prompts.critique_request(report(checked), cited(checked, briefing.engine.tokenizer.count))
    more = _follow_up(state, looked, request)
    call = Call("critique", more, prompts.critique_schema(), CRITIQUE_TOKENS, _said_of_critique)
    text, record = await ask(briefing, call, runtime.stream_writer)
    reply = replies.read_critique(text)
    return {
        "criticised": state["reply"],
        "problems": list(reply.problems),
        "good": reply.good,
        "steps": _with(state, record),
    }


async def _revise(state: State, runtime: Runtime[Assignment]) -> State:
    briefing = runtime.context.briefing
    looked = await _looked(state, briefing)
    request = prompts.revision_request(report(statements(briefing, state["reply"], looked)), state["problems"])
    schema = prompts.answer_schema(len(marks(briefing, looked)))
    call = Call("revise", _follow_up(state, looked, request), schema, ANSWER_TOKENS, _said_of_draft, thinks=True)
    text, record = await ask(briefing, call, runtime.stream_writer)
    return {"reply": text, "round": state["round"] + 1, "steps": _with(state, record)}


def _after_plan(state: State, runtime: Runtime[Assignment]) -> Literal["look", "draft"]:
    """Looked up is only where the engine can, and something was left out."""
    return "look" if runtime.context.briefing.looking else "draft"


def _after_look(state: State) -> Literal["look", "draft"]:
    """Until the model has enough, or has looked often enough."""
    return "look" if state["looking"] and len(state["looks"]) < LOOKS else "draft"


def _after_check(state: State, runtime: Runtime[Assignment]) -> Literal["critique", "__end__"]:
    """No critique where no revision could follow it."""
    more = state["round"] < runtime.context.briefing.rounds and not state["enough"]
    return "critique" if more else "__end__"


async def _after_critique(state: State, runtime: Runtime[Assignment]) -> Literal["revise", "__end__"]:
    """Done when the checks pass and the critique has nothing."""
    briefing = runtime.context.briefing
    done = state["good"] and sound(statements(briefing, state["reply"], await _looked(state, briefing)))
    return "__end__" if done else "revise"


async def _looked(state: State, briefing: Briefing) -> Looked:
    """What was looked up so far; in a thread, for a search takes a moment and a stop none."""
    if briefing.looking is None:
        return Looked()
    return await asyncio.to_thread(briefing.looking.again, state.get("looks", []))


def _follow_up(state: State, looked: Looked, request: str) -> list[Message]:
    """Only the last draft is carried on, so that a round more costs no longer prompt."""
    draft: Message = {"role": "assistant", "content": state["reply"]}
    return [*looked.messages, draft, {"role": "user", "content": request}]


def _with(state: State, record: StepRecord) -> list[dict[str, object]]:
    return [*state["steps"], record.to_json()]


def _said_of_draft(text: str) -> str:
    reply = replies.read_draft(text)
    return f"{len(reply.claims)} statements" if reply.claims or reply.found else "nothing found"


def _said_of_critique(text: str) -> str:
    reply = replies.read_critique(text)
    return f"{len(reply.problems)} problems" if reply.problems else "no problems" if reply.good else "no verdict"
