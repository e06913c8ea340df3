"""Settings in, something that runs until Ctrl-C: the engine alone, or the engine with the page; and what runs now."""

import contextlib
import threading
import time
from collections.abc import Iterator
from typing import Any

from ui.access import Access
from ui.api_keys import ApiKeys
from ui.current_engine import CurrentEngine
from ui.engines import engine, installed
from ui.searching import open_library, shelf
from ui.service import Service
from ui.settings import Settings
from ui.terminal import Terminal
from ui.users import Users
from yarn_runtime import Engine, EngineMissing, PortTaken, Say, free_port, read_record


def keep_serving(settings: Settings, port: int | None, terminal: Terminal) -> None:
    """Run an engine until someone ends it."""
    record = read_record(settings.record)
    if record is not None:
        raise PortTaken(f"An engine already runs at {record.url}.", "End it first: unspool engine stop")
    with _ended_by_hand(terminal), engine(settings, terminal.say, port=port) as running:
        terminal.say(f"The engine answers at {running.url}/v1 as {running.model}. Ctrl-C ends it.")
        if terminal.as_json:
            terminal.result({"url": running.url, "model": running.model, "max_model_len": running.limit})
        while settings.record.exists():  # until someone stops the engine, or it is given up
            time.sleep(0.5)
    terminal.say("The engine has ended.")


def keep_page(settings: Settings, terminal: Terminal) -> None:
    """Run the engine, if none runs yet, and the page until someone ends it."""
    access = Access(
        Users(settings.data),
        shelf(settings, terminal.say),
        settings.read_for_others,
        settings.host,
        settings.host_names,
    )
    access.refuse_unsafe()
    free_port(settings.port)
    library = access.shelf(settings.library)
    with _ended_by_hand(terminal), contextlib.ExitStack() as engines:

        def started(say: Say) -> Engine:
            return engines.enter_context(engine(settings, say))

        from ui.page import serve  # gradio takes seconds to import

        running, ours = started(terminal.say), settings.engine_url is None
        current = CurrentEngine(running, settings.record if ours else None, settings.paces, started if ours else None)
        manner = settings.manner()
        service = Service(library, current, settings.read, ApiKeys(settings.keys), manner, trails=settings.trails())
        wanted: dict[str, Any] = {
            "manner": manner,
            "port": settings.port,
            "read": settings.read,
            "data": settings.data,
            "access": access,
        }
        with serve(library, current, service=service, **wanted) as address:
            if terminal.as_json:
                terminal.result({"url": address, "model": running.model, "max_model_len": running.limit})
            else:
                terminal.out.print(f"Unspool is at {address}   (Ctrl-C ends it)", markup=False)
                terminal.say(f"Programs find it at {address}/v1 in OpenAI's form.")
            threading.Event().wait()


def keep_agents(settings: Settings, terminal: Terminal) -> None:
    """Serve agents on stdin and stdout until they close it; an engine is started when the first question comes."""
    from ui.mcp_server import mcp_server  # it takes a second to import

    library = open_library(settings, terminal.say)
    with contextlib.ExitStack() as stack:
        lock = threading.Lock()
        started: list[CurrentEngine] = []

        def current() -> Engine:
            with lock:
                if not started:
                    running = stack.enter_context(engine(settings, terminal.say))
                    started.append(CurrentEngine(running, None if settings.engine_url else settings.record))
            return started[0]()

        keys = ApiKeys(settings.keys)
        service = Service(library, current, settings.read, keys, settings.manner(), trails=settings.trails())
        mcp_server(service).run("stdio")


def show_status(settings: Settings, terminal: Terminal) -> None:
    """What is installed, and what runs where."""
    try:
        distribution: str | None = installed(settings).distribution
    except EngineMissing:
        distribution = None
    record = read_record(settings.record)
    value = {
        "installed": distribution,
        "running": record is not None,
        "url": record.url if record else None,
        "model": record.model if record else None,
        "max_model_len": record.max_model_len if record else None,
        "profile": record.profile if record else None,
        "profiles": dict(record.lengths) if record else None,
        "pid": record.pid if record else None,
        "log": record.log if record else None,
    }
    if terminal.as_json:
        terminal.result(value)
    else:
        terminal.table(("", ""), [(name, "none" if item is None else str(item)) for name, item in value.items()])


@contextlib.contextmanager
def _ended_by_hand(terminal: Terminal) -> Iterator[None]:
    """Ctrl-C is how these commands end, so it is no failure; what they started is stopped on the way out."""
    try:
        yield
    except KeyboardInterrupt:
        terminal.say("Stopped.")
