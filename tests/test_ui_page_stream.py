"""The stream of a tab over a real Gradio app: what joins while another event ends is heard of, and idleness ends it."""

import json
import socket
import threading
import time
from collections.abc import Iterator

import gradio as gr
import httpx
import pytest
import uvicorn
from fastapi import FastAPI

from ui.page_stream import OpenStreams

IDLE_SECONDS = 4.0
SESSION = "tab"


@pytest.fixture
def address() -> Iterator[str]:
    """Where an app with one function answers that returns what it is given."""
    with gr.Blocks(analytics_enabled=False) as blocks:
        box = gr.Textbox()
        box.submit(lambda text: text, box, box)
    application = FastAPI()
    application.add_middleware(OpenStreams, queue=lambda: blocks._queue, idle_seconds=IDLE_SECONDS)
    gr.mount_gradio_app(application, blocks.queue(), path="/", ssr_mode=False)
    listener = socket.socket()
    listener.bind(("127.0.0.1", 0))
    server = uvicorn.Server(uvicorn.Config(application, log_level="critical", timeout_graceful_shutdown=2))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]})
    thread.start()
    yield f"http://127.0.0.1:{listener.getsockname()[1]}/gradio_api"
    server.should_exit = True
    thread.join()
    listener.close()


def join(client: httpx.Client, text: str) -> str:
    """The id of the event."""
    asked = {"data": [text], "fn_index": 0, "session_hash": SESSION}
    return str(client.post("/queue/join", json=asked).raise_for_status().json()["event_id"])


def test_an_event_that_joins_when_another_is_over_is_heard_of_on_the_same_stream(address: str) -> None:
    with httpx.Client(base_url=address, timeout=60) as client:
        events = {join(client, "one"): "one"}
        completed, ended = [], 0.0
        with client.stream("GET", "/queue/data", params={"session_hash": SESSION}) as stream:
            for line in stream.iter_lines():
                message = json.loads(line.removeprefix("data: ") or "{}")
                if message.get("msg") == "process_completed" and message["event_id"] in events:
                    completed.append((events[message["event_id"]], message["output"]["data"]))
                    ended = time.monotonic()
                    if len(completed) == 1:
                        events[join(client, "two")] = "two"
                elif message.get("msg") == "close_stream":
                    break
            else:
                pytest.fail("the stream ended without a word")
        assert completed == [("one", ["one"]), ("two", ["two"])]
        assert time.monotonic() - ended >= IDLE_SECONDS / 2, "an idle stream is let go, but not at once"
        join(client, "three")
        with client.stream("GET", "/queue/data", params={"session_hash": SESSION}) as stream:
            assert any("three" in line for line in stream.iter_lines()), "a new stream opens as ever"


def test_the_stream_of_nobody_is_left_to_gradio(address: str) -> None:
    with (
        httpx.Client(base_url=address, timeout=60) as client,
        client.stream("GET", "/queue/data", params={"session_hash": "nobody"}) as stream,
    ):
        assert "session_not_found" in next(stream.iter_lines())
