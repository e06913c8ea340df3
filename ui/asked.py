"""A chat request in, the steps of its answer out, once it is its turn; knows no web framework."""

import asyncio
import sys
from collections.abc import AsyncGenerator
from contextlib import aclosing

from assistant import Answered, Briefing, NothingToAsk, ReadAll, Run, Step, brief, plan_read_all
from ui.chat_request import ChatRequest
from ui.followed import followed
from ui.service import Service
from ui.turnstile import Full


async def answered(service: Service, request: ChatRequest, user: str) -> AsyncGenerator[Step]:
    """Every step, the first of them Planned, the last Answered. Left early, the engine's work ends.

    Raises Full where too many wait, and what briefing and running raise.
    """
    try:
        turn = await service.turnstile.enter(user)
    except Full:
        service.metrics.refused()
        raise
    noting = service.note(user)
    outcome = "failed"
    try:
        planned = await asyncio.to_thread(_plan, service, request)
        async with aclosing(followed(Run(planned, effort=service.manner.effort))) as steps:
            async for step in steps:
                noting.step(step)
                if isinstance(step, Answered):
                    outcome = "answered"
                    if request.store:
                        await asyncio.to_thread(_keep, service, planned, step)
                yield step
    except (GeneratorExit, asyncio.CancelledError):
        if outcome == "failed":
            outcome = "gone"
        raise
    finally:
        noting.ended(outcome, sys.exception() if outcome == "failed" else None)
        turn.leave()


def _plan(service: Service, request: ChatRequest) -> Briefing | ReadAll:
    question = request.question
    selections = request.selections(service.library)
    if not selections:
        raise NothingToAsk("The library holds no document.", "Add one: POST /v1/documents.")
    rounds = service.manner.rounds if request.rounds is None else request.rounds
    library, engine = service.library, service.engine()
    history, search, seal = request.history, library.search, library.seal
    if request.way == "read":
        return plan_read_all(engine, selections, question, history=history, rounds=rounds, search=search, seal=seal)
    return brief(
        engine,
        selections,
        question,
        history=history,
        rounds=rounds,
        way=request.way,
        search=search,
        seal=seal,
        tools=service.manner.tools,
        thinking=service.manner.thinking,
    )


def _keep(service: Service, planned: Briefing | ReadAll, step: Answered) -> None:
    conversation = service.library.start_conversation(step.answer.question)
    service.library.add_answer(conversation, step.answer, planned.engine.model)
