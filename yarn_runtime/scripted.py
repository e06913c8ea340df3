"""A script of replies in, an OpenAI-compatible engine on 127.0.0.1 out that plays a model by it; computes nothing.

For what no real model can be made to do on demand (break off, repeat itself, fail, read slowly), and to try things
without one. It speaks the routes of vLLM that this package asks, holds to max_model_len, keeps a prefix cache, and
reads and writes at the speeds that it is given.
"""

import json
import select
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import chain
from typing import Any

from yarn_runtime.script import Refused, Script, ScriptedModel, tokens_of, tokens_of_text

_LOOK_SECONDS = 0.05


class ScriptedEngine:
    """A running one: where it listens, and what was asked of it."""

    def __init__(self, server: "_Server") -> None:
        self.url = f"http://127.0.0.1:{server.server_port}"
        """Without /v1."""
        self.requests = server.model.requests
        """The bodies of all calls for a reply, in their order."""


@contextmanager
def scripted_engine(
    script: Script,
    *,
    limit: int = 32768,
    model: str = "scripted",
    port: int = 0,
    prefill_tokens_per_second: float | None = None,
    tokens_per_second: float | None = None,
    tools: bool = False,
    bounds_thinking: bool = False,
) -> Iterator[ScriptedEngine]:
    """Serve the script on `port` of 127.0.0.1, or a free one, as long as the block lasts. No speed means: at once.

    `tools` and `bounds_thinking`: started with parsers for tool calls and for thinking.
    """
    played = ScriptedModel(
        script,
        limit=limit,
        name=model,
        prefill_tokens_per_second=prefill_tokens_per_second,
        tokens_per_second=tokens_per_second,
        tools=tools,
        bounds_thinking=bounds_thinking,
    )
    with _Server(played, port) as server:
        thread = threading.Thread(target=server.serve_forever, args=(_LOOK_SECONDS,), name="scripted engine")
        thread.start()
        try:
            yield ScriptedEngine(server)
        finally:
            server.closing.set()
            server.shutdown()
            thread.join()


class _Server(ThreadingHTTPServer):
    daemon_threads = False  # so that closing waits for the running replies, which see `closing`

    def __init__(self, model: ScriptedModel, port: int) -> None:
        super().__init__(("127.0.0.1", port), _Exchange)
        self.model = model
        self.closing = threading.Event()


class _Exchange(BaseHTTPRequestHandler):
    """One HTTP request and its response; the connection closes after it."""

    protocol_version = "HTTP/1.1"
    timeout = 5.0  # seconds that a client may take to send its request
    server: _Server

    def do_GET(self) -> None:
        model = self.server.model
        if self.path == "/health":
            self._send(200, b"", "text/plain")
        elif self.path == "/metrics":
            self._send(200, model.metrics().encode(), "text/plain")
        elif self.path == "/v1/models":
            entry = {"id": model.name, "object": "model", "root": model.name, "max_model_len": model.limit}
            self._send_json({"object": "list", "data": [entry]})
        else:
            self._refuse(404, "Not Found")

    def do_POST(self) -> None:
        try:
            body = json.loads(self.rfile.read(int(self.headers.get("Content-Length", 0))))
        except ValueError:
            self._refuse(400, "The request's body is no JSON.")
            return
        if self.path == "/tokenize":
            self._tokenize(body)
        elif self.path == "/v1/chat/completions":
            self._complete(body)
        else:
            self._refuse(404, "Not Found")

    def _tokenize(self, body: dict[str, Any]) -> None:
        model = self.server.model
        if "messages" in body:
            tokens = tokens_of(body["messages"], model.shown_tools(body))
        else:
            tokens = tokens_of_text(body["prompt"])
        limit = model.limit
        self._send_json({"count": len(tokens), "max_model_len": limit, "tokens": tokens})

    def _complete(self, body: dict[str, Any]) -> None:
        model = self.server.model
        prompt = tokens_of(body["messages"], model.shown_tools(body))
        wanted = len(prompt) + (body.get("max_completion_tokens") or body.get("max_tokens") or 1)
        if (objection := model.objection(body)) is not None:
            return self._refuse(400, objection)
        if not body.get("stream") and body.get("max_tokens") == 1:  # asked what it can do
            message = {"role": "assistant", "content": "1"}
            return self._send_json({"choices": [{"index": 0, "message": message, "finish_reason": "length"}]})
        if not body.get("stream"):
            return self._refuse(400, "Longer than a token, this engine only streams.")
        if wanted > model.limit:
            return self._refuse(400, f"The maximum context length is {model.limit} tokens, wanted were {wanted}.")
        call, reply = model.reply(body)
        if isinstance(reply, Refused):
            return self._refuse(reply.status, reply.message)
        # The error is a client that has gone or, played, an engine that breaks off.
        with suppress(ConnectionError), closing(model.play(call, body, reply, self._pause)) as chunks:
            self._stream(chunks)
        return None

    def _stream(self, chunks: Iterator[Any]) -> None:
        head = False
        for chunk in chain(chunks, ["[DONE]"]):
            if not head:
                self.send_response(200)
                self.send_header("Content-Type", "text/event-stream; charset=utf-8")
                self.send_header("Transfer-Encoding", "chunked")
                self.send_header("Connection", "close")
                self.end_headers()
                head = True
            data = chunk if isinstance(chunk, str) else json.dumps(chunk)
            event = f"data: {data}\n\n".encode()
            self.wfile.write(b"%x\r\n%s\r\n" % (len(event), event))
        self.wfile.write(b"0\r\n\r\n")

    def _pause(self, seconds: float) -> None:
        """Wait, and raise ConnectionError as soon as the client has closed its end or the server closes."""
        until = time.monotonic() + seconds
        while True:
            left = max(0.0, until - time.monotonic())
            readable, _, _ = select.select([self.connection], [], [], min(left, _LOOK_SECONDS))
            if self.server.closing.is_set():
                raise ConnectionAbortedError
            if readable and not self.connection.recv(1, socket.MSG_PEEK):
                raise ConnectionResetError
            if left == 0:
                return

    def _refuse(self, status: int, message: str) -> None:
        error = {"message": message, "type": "scripted", "param": None, "code": status}
        self._send_json({"error": error}, status)

    def _send_json(self, value: object, status: int = 200) -> None:
        self._send(status, json.dumps(value).encode(), "application/json")

    def _send(self, status: int, data: bytes, kind: str) -> None:
        with suppress(ConnectionError):  # the client has gone
            self._respond(status, data, kind)

    def _respond(self, status: int, data: bytes, kind: str) -> None:
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(data)))
        self.send_header("Connection", "close")
        self.end_headers()
        self.wfile.write(data)

    def log_message(self, format: str, *args: Any) -> None:
        """Silent; what was asked is in `ScriptedEngine.requests`."""
