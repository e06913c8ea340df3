"""Keeps the event stream of a tab open between its events; knows of Gradio's queue what its own stream route uses.

Gradio ends a tab's stream with the last event that is under way. An event that joins while that message travels is
taken for one whose stream is open: nobody hears of it any more, and the tab waits for ever. So every stream holds one
event that is not over; it is let go when nothing has happened for a while, which no click falls together with.
"""

import asyncio
import time
from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qs

from gradio.queueing import Queue
from gradio.server_messages import ProcessCompletedMessage
from starlette.types import ASGIApp, Message, Receive, Scope, Send

IDLE_SECONDS = 30.0
"""A browser opens six connections to a host at most, and an open stream is one of them."""
_ROUTE = "/queue/data"
_HELD = "held"
"""The id of the event that is never over: Gradio's own are UUIDs."""

HEAD = "<script>addEventListener('beforeunload', (event) => event.stopImmediatePropagation());</script>"
"""To stand before what Gradio starts: its own listener breaks the stream off and logs that as errors, a browser that
leaves a page just closes it."""


class OpenStreams:
    """ASGI middleware in front of Gradio's routes."""

    def __init__(self, app: ASGIApp, queue: Callable[[], Queue], idle_seconds: float = IDLE_SECONDS) -> None:
        self._app = app
        self._queue = queue
        self._idle_seconds = idle_seconds

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or not scope["path"].endswith(_ROUTE):
            return await self._app(scope, receive, send)
        [session] = parse_qs(scope["query_string"].decode("latin-1")).get("session_hash", [""])[:1]
        under_way: set[str] | None = self._queue().pending_event_ids_session.get(session)
        if under_way is None:  # nobody's: Gradio says so
            return await self._app(scope, receive, send)
        heard = time.monotonic()

        async def send_noted(message: Message) -> None:
            nonlocal heard
            if b'"heartbeat"' not in message.get("body", b""):
                heard = time.monotonic()
            await send(message)

        async def let_go() -> None:
            while (rest := heard + self._idle_seconds - time.monotonic()) > 0 or under_way != {_HELD}:
                await asyncio.sleep(max(rest, 1))
            messages: Any = self._queue().pending_messages_per_session.get(session)
            if messages is not None:
                messages.put_nowait(ProcessCompletedMessage(output={}, success=True, event_id=_HELD))

        under_way.add(_HELD)
        letting_go = asyncio.create_task(let_go())
        try:
            await self._app(scope, receive, send_noted)
        finally:
            letting_go.cancel()
            under_way.discard(_HELD)
