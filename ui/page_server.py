"""A page in, the application around it out; and one in, its address out: guarded, served and closed again."""

import errno
import re
import socket
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from secrets import token_hex

import gradio as gr
import uvicorn
from fastapi import FastAPI
from gradio.routes import App
from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import PlainTextResponse
from starlette.routing import Mount, Route
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from ingest import Limits
from ui.api import add_api
from ui.hosts import Hosts
from ui.page_stream import HEAD, OpenStreams
from ui.service import Service
from ui.words import ENGLISH
from yarn_runtime import PortTaken

_STOP_SECONDS = 2
_FETCHING = re.compile(r"/(?:proxy=|file=[a-z]+:)", re.IGNORECASE)
"""Routes of Gradio's by which the server itself would fetch an address."""
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
def listen(application: ASGIApp, host: str, port: int, names: Sequence[str] = ()) -> Iterator[str]:
    """Serve it for as long as the block lasts, to whoever calls it by its address or one of the names; gives its
    address.

    Port 0 takes any free one. Raises PortTaken.
    """
    listener = _bound(host, port)
    server = uvicorn.Server(
        uvicorn.Config(
            Hosts(_Guard(application), host, names), log_level="critical", timeout_graceful_shutdown=_STOP_SECONDS
        )
    )
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]}, name="page")
    thread.start()
    try:
        while not server.started and thread.is_alive():
            time.sleep(0.02)
        if not server.started:
            raise RuntimeError("The page did not start.")
        yield f"http://{f'[{host}]' if ':' in host else host}:{listener.getsockname()[1]}"
    finally:
        server.should_exit = True
        thread.join()
        listener.close()


def page_application(
    blocks: gr.Blocks, look: Look, routes: Sequence[Route] = (), service: Service | None = None
) -> FastAPI:
    """The page, and beside it the routes and the HTTP API of a service."""
    described = "/openapi.json" if service else None
    application = FastAPI(title=ENGLISH.name, docs_url=None, redoc_url=None, openapi_url=described, routes=list(routes))
    if service is not None:
        add_api(application, service)
    application.add_middleware(OpenStreams, queue=lambda: blocks._queue)
    application.add_middleware(_Early, head=look.head + HEAD)
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
    mounted = application.routes[-1]
    assert isinstance(mounted, Mount)
    page = mounted.app
    assert isinstance(page, App)
    page.uploaded_file_dir = str(Path(page.uploaded_file_dir) / token_hex(16))  # no other person's page gives from it
    return application


def _bound(host: str, port: int) -> socket.socket:
    """Raises PortTaken."""
    try:
        family, kind, _, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        listener = socket.socket(family, kind)
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    except OSError as error:
        raise PortTaken(f"{host} is no address of this machine.", "Choose another one with --host.") from error
    try:
        listener.bind(address)
    except OSError as error:
        listener.close()
        if error.errno != errno.EADDRINUSE:
            raise PortTaken(
                f"The page cannot listen at {host}, port {port}: {error.strerror}.", "Choose others: --host, --port."
            ) from error
        raise PortTaken(
            f"Port {port} is in use by another program.", "Choose another one with --port, or end that program."
        ) from error
    return listener


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

        if _FETCHING.search(scope["path"]):
            refusal = PlainTextResponse("This page fetches nothing from elsewhere.", status_code=404)
            return await refusal(scope, receive, send_guarded)
        asked = Headers(scope=scope)
        origin = asked.get("origin")
        if origin is not None and origin.partition("://")[2] != asked.get("host"):
            refusal = PlainTextResponse("This page answers only itself.", status_code=403)
            return await refusal(scope, receive, send_guarded)
        return await self._app(scope, receive, send_guarded)
