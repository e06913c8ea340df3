"""A page in, its address on this machine out: serves it to this machine's browsers alone and closes it again."""

import socket
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

import gradio as gr
import uvicorn
from fastapi import FastAPI
from starlette.datastructures import Headers, MutableHeaders
from starlette.middleware.trustedhost import TrustedHostMiddleware
from starlette.responses import PlainTextResponse
from starlette.routing import Route
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from ingest import Limits
from ui.api import add_api
from ui.page_stream import HEAD, OpenStreams
from ui.service import Service
from ui.words import ENGLISH
from yarn_runtime import PortTaken

_HOSTS = ["127.0.0.1", "localhost"]
_STOP_SECONDS = 2
_HEADERS = {
    # Gradio starts with inline scripts and makes functions of text, hence the two unsafe ones; nothing may be loaded
    # from, or sent to, another place.
    "Content-Security-Policy": (
        "default-src 'self'; script-src 'self' 'unsafe-inline' 'unsafe-eval'; style-src 'self' 'unsafe-inline';"
        " img-src 'self' data: blob:; font-src 'self' data:; connect-src 'self'; worker-src 'self' blob:;"
        " object-src 'none'; base-uri 'self'; form-action 'self'; frame-ancestors 'none'"
    ),
    "X-Frame-Options": "DENY",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
}


@dataclass(frozen=True, slots=True)
class Look:
    """How the page looks and in which languages it speaks."""

    theme: gr.themes.Base
    style: Path
    head: str
    """HTML that stands first in the head of the page."""
    languages: gr.I18n


@contextmanager
def listen(
    blocks: gr.Blocks, look: Look, port: int, routes: Sequence[Route] = (), service: Service | None = None
) -> Iterator[str]:
    """Serve the page, beside it the routes and the HTTP API of a service, for as long as the block lasts; gives its
    address.

    Port 0 takes any free one. Raises PortTaken.
    """
    listener = socket.socket()
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind(("127.0.0.1", port))
    except OSError as error:
        listener.close()
        raise PortTaken(
            f"Port {port} is in use by another program.", "Choose another one with --port, or end that program."
        ) from error
    server = uvicorn.Server(
        uvicorn.Config(
            _application(blocks, look, routes, service), log_level="critical", timeout_graceful_shutdown=_STOP_SECONDS
        )
    )
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]}, name="page")
    thread.start()
    try:
        while not server.started and thread.is_alive():
            time.sleep(0.02)
        if not server.started:
            raise RuntimeError("The page did not start.")
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"
    finally:
        server.should_exit = True
        thread.join()
        listener.close()


def _application(blocks: gr.Blocks, look: Look, routes: Sequence[Route], service: Service | None) -> FastAPI:
    described = "/openapi.json" if service else None
    application = FastAPI(title=ENGLISH.name, docs_url=None, redoc_url=None, openapi_url=described, routes=list(routes))
    if service is not None:
        add_api(application, service)
    application.add_middleware(OpenStreams, queue=lambda: blocks._queue)
    application.add_middleware(_Early, head=look.head + HEAD)
    application.add_middleware(_Guard)
    application.add_middleware(TrustedHostMiddleware, allowed_hosts=_HOSTS)
    gr.mount_gradio_app(
        application,
        blocks.queue(max_size=64),
        path="/",
        server_name="127.0.0.1",
        footer_links=[],
        run_history=False,
        show_error=False,
        max_file_size=Limits().source_bytes,
        ssr_mode=False,
        enable_monitoring=False,
        theme=look.theme,
        css_paths=[look.style],
        i18n=look.languages,
    )
    return application


class _Early:
    """Puts the page's own head before all that Gradio starts; Gradio itself would run it when it has begun."""

    def __init__(self, app: ASGIApp, head: str) -> None:
        self._app = app
        self._head = head.encode()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        begun: list[Message] = []

        async def send_early(message: Message) -> None:
            if message["type"] == "http.response.start" and "text/html" in Headers(raw=message["headers"]).get(
                "content-type", ""
            ):
                begun.append(message)
            elif begun and message["type"] == "http.response.body":
                start = begun.pop()
                body = message["body"].replace(b"<head>", b"<head>" + self._head, 1)
                if not message.get("more_body"):
                    MutableHeaders(scope=start)["content-length"] = str(len(body))
                await send(start)
                await send({**message, "body": body})
            else:
                await send(message)

        await self._app(scope, receive, send_early if scope["type"] == "http" else send)


class _Guard:
    """Refuses what another site's page sends, and tells the browser to load nothing from elsewhere."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return await self._app(scope, receive, send)

        async def send_guarded(message: Message) -> None:
            if message["type"] == "http.response.start":
                MutableHeaders(scope=message).update(_HEADERS)
            await send(message)

        asked = Headers(scope=scope)
        origin = asked.get("origin")
        if origin is not None and urlsplit(origin).netloc != asked.get("host"):
            refusal = PlainTextResponse("This page answers only itself.", status_code=403)
            return await refusal(scope, receive, send_guarded)
        return await self._app(scope, receive, send_guarded)
