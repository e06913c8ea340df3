"""A library in, the route by which a browser takes a conversation home as a file out."""

from collections.abc import Mapping

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from assistant import AssistantError, Format, Library, export

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
