"""Questions by OpenAI's chat API in, cited answers out; whoever goes away frees the engine."""

import asyncio
import json
from collections.abc import AsyncGenerator, Coroutine
from contextlib import aclosing
from typing import Any, TypeVar

from fastapi import APIRouter, Depends, Request
from starlette.responses import JSONResponse, Response, StreamingResponse

from assistant import Answer, Answered, Library, Reading, Started, Step
from ui.api_access import access
from ui.api_problem import problem_json
from ui.asked import answered
from ui.chat_reply import ChatReply
from ui.chat_request import ALL, ChatRequest
from ui.problem_html import PROBLEMS
from ui.service import Service

_GONE = 499
"""The status of a request whose client went away; nobody reads it."""

T = TypeVar("T")


def chat_routes(service: Service) -> APIRouter:
    """The models, of which each document is one, and the chat with them."""
    router = APIRouter(prefix="/v1", tags=["chat"])
    user = Depends(access(service))

    @router.get("/models")
    def models(_: str = user) -> dict[str, Any]:
        """`unspool` answers from all documents, the others from one each."""
        names = [ALL, *(f"{ALL}:{name}" for name in _names(service.library))]
        listed = [{"id": name, "object": "model", "created": 0, "owned_by": ALL} for name in names]
        return {"object": "list", "data": listed}

    @router.post("/chat/completions", response_model=None)
    async def complete(request: Request, body: ChatRequest, who: str = user) -> Response:
        """Answer the last message from the documents. The field `unspool` has citations, ledger and steps."""
        steps = answered(service, body, who)
        try:
            # Until something is to be read, what fails has a status of its own, also for a stream.
            first = await _unless_gone(request, anext(steps))
            if body.stream:
                return StreamingResponse(_streamed(first, steps, body), media_type="text/event-stream")
            async with aclosing(steps):
                answer = await _unless_gone(request, _answer(steps))
            return JSONResponse(ChatReply(body.model).whole(answer))
        except ConnectionAbortedError:
            return Response(status_code=_GONE)

    return router


async def _streamed(first: Step, steps: AsyncGenerator[Step], body: ChatRequest) -> AsyncGenerator[str]:
    """Server-sent events: what is going on as comments, which clients skip, then the answer, which is final."""
    reply = ChatReply(body.model)
    include_usage = body.stream_options is not None and body.stream_options.include_usage
    async with aclosing(steps):
        yield _comment(first)
        try:
            async for step in steps:
                if isinstance(step, Answered):
                    for chunk in reply.chunks(step.answer, include_usage=include_usage):
                        yield f"data: {json.dumps(chunk, ensure_ascii=False)}\n\n"
                else:
                    yield _comment(step)
        except PROBLEMS as problem:
            yield f"data: {json.dumps(problem_json(problem), ensure_ascii=False)}\n\n"
    yield "data: [DONE]\n\n"


def _comment(step: Step) -> str:
    match step:
        case Reading(done, total):
            return f": reading {done} of {total} tokens\n\n"
        case Started(kind):
            return f": {kind}\n\n"
        case _:
            return ":\n\n"


async def _answer(steps: AsyncGenerator[Step]) -> Answer:
    async for step in steps:
        if isinstance(step, Answered):
            return step.answer
    raise RuntimeError("The run ended without an answer.")


async def _unless_gone(request: Request, work: Coroutine[Any, Any, T]) -> T:
    """What the work gives; it is cancelled, and ConnectionAbortedError raised, once the client has gone."""
    doing = asyncio.ensure_future(work)
    gone = asyncio.ensure_future(_gone(request))
    try:
        await asyncio.wait((doing, gone), return_when=asyncio.FIRST_COMPLETED)
        if not doing.done():
            raise ConnectionAbortedError
        return doing.result()
    finally:
        for task in (doing, gone):
            task.cancel()
        await asyncio.gather(doing, gone, return_exceptions=True)


async def _gone(request: Request) -> None:
    while (await request.receive())["type"] != "http.disconnect":
        pass


def _names(library: Library) -> list[str]:
    """Of each document its name, or its id where another one has the same."""
    shelved = library.documents()
    names = [document.name for document in shelved]
    return [item.name if names.count(item.name) == 1 else item.id for item in shelved]
