"""A library and an engine in, the HTTP API over them out: OpenAI's chat, documents, jobs, health and metrics.

It is served beside the page, at the same address. Every failure is JSON in the form that OpenAI's clients expect.
"""

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from starlette.responses import JSONResponse, Response

from ui.api_chat import chat_routes
from ui.api_documents import document_routes
from ui.api_health import health_routes
from ui.api_jobs import job_routes
from ui.api_problem import RETRY_SECONDS, error_json, problem_json, status_of
from ui.problem_html import PROBLEMS
from ui.service import Service
from ui.turnstile import Full


def add_api(application: FastAPI, service: Service) -> None:
    """Put the routes, and the way in which failures are told, into an application."""
    for routes in (chat_routes, document_routes, job_routes, health_routes):
        application.include_router(routes(service))

    async def problem(_: Request, error: Exception) -> Response:
        assert isinstance(error, PROBLEMS)
        service.metrics.failed(error)
        status = status_of(error)
        headers = {"Retry-After": str(RETRY_SECONDS)} if status == 503 else {}
        if status == 401:
            headers["WWW-Authenticate"] = "Bearer"
        return JSONResponse(problem_json(error), status, headers)

    for kind in PROBLEMS:
        application.add_exception_handler(kind, problem)

    async def fault(_: Request, error: Exception) -> Response:
        kind = type(error).__name__
        service.metrics.failed(error)
        service.trails.write({"event": "fault", "problem": kind})
        return JSONResponse(error_json(f"A fault of this program ({kind}).", 500, code=kind), 500)

    application.add_exception_handler(Exception, fault)
    application.add_exception_handler(UnicodeEncodeError, _half)
    application.add_exception_handler(Full, _full)
    application.add_exception_handler(RequestValidationError, _invalid)


async def _half(_: Request, __: Exception) -> Response:
    """JSON can escape half of a character, which no text can hold."""
    return JSONResponse(error_json("The request holds half a character: a lone surrogate.", 400), 400)


async def _full(_: Request, full: Exception) -> Response:
    return JSONResponse(
        error_json(f"{full} Ask again later.", 429, code="Full"), 429, {"Retry-After": str(RETRY_SECONDS)}
    )


async def _invalid(_: Request, error: Exception) -> Response:
    assert isinstance(error, RequestValidationError)
    first = error.errors()[0]
    where = ".".join(str(part) for part in first["loc"][1:]) or "The request"
    return JSONResponse(error_json(f"{where}: {first['msg']}.", 400, param=where), 400)
