"""A library and its jobs in, the routes by which a browser takes a conversation or results home as files out."""

from collections.abc import Mapping
from pathlib import PurePath
from typing import Any
from urllib.parse import quote

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from assistant import AssistantError, Format, Library, export
from ui.job_desk import JobDesk

_FORMS: Mapping[str, tuple[Format, str]] = {
    "md": ("markdown", "text/markdown"),
    "html": ("html", "text/html"),
    "json": ("json", "application/json"),
}


def conversation_route(library: Library) -> Route:
    """/conversations/ID.md, .html or .json: always a download, never a page of this site."""

    def give(request: Request) -> Response:
        wanted, _, ending = request.path_params["name"].rpartition(".")
        if ending not in _FORMS:
            return PlainTextResponse("A conversation is given as .md, .html or .json.", 404)
        form, kind = _FORMS[ending]
        try:
            conversation = library.conversation(wanted)
            text = export(conversation, library.answers(conversation.id), form)
        except AssistantError as problem:
            return PlainTextResponse(problem.message, 404)
        headers = {"Content-Disposition": f'attachment; filename="conversation-{conversation.id[:8]}.{ending}"'}
        return Response(text, media_type=f"{kind}; charset=utf-8", headers=headers)

    return Route("/conversations/{name}", give)


def results_route(desk: JobDesk) -> Route:
    """/jobs/FILE?job=NAME: a file of the results so far, always a download; a name may have any character."""

    def give(request: Request) -> Response:
        wanted = request.path_params["file"]
        try:
            text = desk.files(request.query_params.get("job", ""), _nowhere).get(wanted)
        except AssistantError as problem:
            return PlainTextResponse(problem.message, 404)
        if text is None:
            return PlainTextResponse("There is no such file of results.", 404)
        headers = {"Content-Disposition": f"attachment; filename*=utf-8''{quote(PurePath(wanted).name)}"}
        return Response(text, media_type="application/octet-stream", headers=headers)

    return Route("/jobs/{file:path}", give)


def _nowhere(citation: Mapping[str, Any]) -> str:
    """What is taken home links to no file of this machine."""
    return ""
