"""A library and an engine in, the web page out: library, chat and page view side by side, for one person or many.

Only the files of the page, `page*.py`, know Gradio.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from html import escape
from pathlib import Path
from typing import Any

import gradio as gr
from fastapi import FastAPI

import ingest
from assistant import Library
from ui.access import Access
from ui.api_keys import ApiKeys
from ui.conversing import Conversing
from ui.current_engine import CurrentEngine
from ui.gate import Gate
from ui.job_desk import JobDesk
from ui.manner import Manner
from ui.meter import Metering
from ui.metrics import Metrics
from ui.noting import Noting
from ui.page_batch import batch_view
from ui.page_chat import chat_pane
from ui.page_engine import engine_bar
from ui.page_engine_view import engine_view
from ui.page_files import conversation_route, results_route
from ui.page_history import history_pane
from ui.page_library import library_pane
from ui.page_rope import rope_view
from ui.page_server import Look, listen, page_application
from ui.page_view import view_pane
from ui.page_words import HEAD, I18N, both, word
from ui.readings import Read, Readings
from ui.runs import Runs
from ui.service import Service
from ui.trails import Trails
from ui.users import User, Users
from ui.viewer import Viewer
from ui.words import ENGLISH
from yarn_runtime import RuntimeProblem

_STYLE = Path(__file__).parent / "page.css"
_VIEWS = {"ask": "/", "batch": "/batch", "engine": "/engine", "rope": "/yarn"}


def build(
    library: Library,
    engine: CurrentEngine,
    runs: Runs,
    desk: JobDesk,
    *,
    manner: Manner,
    read: Read,
    data: Path | None,
    note: Callable[[], Noting],
    user: str | None = None,
) -> gr.Blocks:
    """The page as a value; `runs` and `desk` hold what runs, and can stop it; `data` is the folder where
    doctor keeps what it found. A page for a user reads no file of this machine but those that are uploaded."""
    tokens: dict[str, int] = {}
    viewer = Viewer(library, tokens)
    readings = Readings(library, read, from_disk=user is None)
    blocks = gr.Blocks(title=ENGLISH.name, analytics_enabled=False, fill_width=True, fill_height=True)
    with blocks:
        gr.HTML(_header("ask", user), elem_id="header")
        with gr.Row(elem_id="panes"):
            with gr.Column(elem_id="library", min_width=0), gr.Tabs():
                with gr.Tab(word("documents"), id="documents"):
                    shelf = library_pane(blocks, library, readings, tokens, viewer.forget, from_disk=user is None)
                history = gr.Tab(word("conversations"), id="conversations")
            with gr.Column(elem_id="talk", min_width=0):
                bar = engine_bar(blocks, engine)
                metering = Metering(library, engine, tokens, manner)
                conversing = Conversing(library, engine, runs, manner, note)
                chat = chat_pane(blocks, library, conversing, shelf, metering, bar.served)
            with gr.Column(elem_id="page", min_width=0):
                view_pane(viewer)
        with history:
            history_pane(blocks, library, runs, chat)
    with blocks.route("Batch", "batch", show_in_navbar=False) as page:
        gr.HTML(_header("batch", user), elem_id="header")
        batch_view(page, library, desk, manner.rounds)
    with blocks.route("Engine", "engine", show_in_navbar=False) as page:
        gr.HTML(_header("engine", user), elem_id="header")
        engine_view(page, engine, data)
    with blocks.route("YaRN", "yarn", show_in_navbar=False) as page:
        gr.HTML(_header("rope", user), elem_id="header")
        rope_view(page, engine, data)
    return blocks


class Pages:
    """Makes the page of each person, and stops in the end what runs in any of them."""

    def __init__(
        self,
        library: Library,
        engine: CurrentEngine,
        access: Access,
        service: Service | None,
        *,
        manner: Manner,
        read: Read,
        data: Path | None,
    ) -> None:
        """`library` and `read` are those of the person at this machine, those of users are the access's."""
        self._library = library
        self._engine = engine
        self._access = access
        self._service = service
        self._read = read
        self._how: dict[str, Any] = {"manner": manner, "data": data}
        self._work: list[Runs | JobDesk] = []
        self._opened: list[Library] = []

    def __call__(self, user: User | None) -> FastAPI:
        """The application of a user or, for None, of the person at this machine. Raises LibraryDamaged."""
        library, service, read, runs = self._library, self._service, self._read, Runs()
        if user is not None:
            read = self._access.read
            library = self._access.shelf(user.library)
            self._opened.append(library)
            service = service and service.of(library, ApiKeys(user.keys))
        desk = service.desk if service else JobDesk(library, self._engine, self._how["manner"].effort, Trails())
        name = user.name if user else None
        note = partial(service.note if service else _unnoted, name or "")
        blocks = build(library, self._engine, runs, desk, read=read, note=note, user=name, **self._how)
        self._work += [runs, desk]
        return page_application(
            blocks, Look(_theme(), _STYLE, HEAD, I18N), [conversation_route(library), results_route(desk)], service
        )

    def healthy(self) -> bool:
        """Whether the engine answers."""
        try:
            return self._engine().client.healthy()
        except RuntimeProblem:
            return False

    def stop(self) -> None:
        """Stop what runs, and whatever is begun from now on."""
        for work in self._work:
            work.close()

    def close(self) -> None:
        """Let go of the libraries that were opened here."""
        for library in self._opened:
            library.close()


@contextmanager
def serve(
    library: Library,
    engine: CurrentEngine,
    *,
    manner: Manner | None = None,
    port: int = 7860,
    read: Read = ingest.read,
    service: Service | None = None,
    data: Path | None = None,
    access: Access | None = None,
) -> Iterator[str]:
    """Serve the page, with the HTTP API of the service, for as long as the block lasts; gives its address.

    Without an access it is served on 127.0.0.1, to the users whose file lies beside the library, or without any to
    whoever sits at this machine. Raises PortTaken.
    """
    let_in = access or Access(Users(library.folder.parent))
    pages = Pages(library, engine, let_in, service, manner=manner or Manner(), read=read, data=data)
    gate = Gate(let_in.users, pages, pages.healthy, HEAD, open_without=let_in.open_without)
    try:
        with listen(gate, let_in.host, port, let_in.names) as address:
            try:
                yield address
            finally:
                pages.stop()
    finally:
        pages.close()


def _unnoted(user: str) -> Noting:
    return Noting(Metrics(), Trails(), user)


def _header(view: str, user: str | None) -> str:
    """The name, the views, the panes of the first one where the window is narrow, and the other language."""
    views = "".join(
        f'<a href="{place}"{" aria-current=page" if name == view else ""}>{both(f"{name}_view")}</a>'
        for name, place in _VIEWS.items()
    )
    tabs = "".join(
        f'<button type="button" data-pane-tab="{pane}" aria-pressed="{"true" if pane == "chat" else "false"}">'
        f"{both(pane)}</button>"
        for pane in ("library", "chat", "page")
    )
    new = f'<button type="button" class="new" data-open="">{both("new")}</button>'
    panes = f'<nav class="panes" aria-label="{ENGLISH.chat}">{tabs}</nav>'
    leave = f"<span>{escape(user)}</span><button>{both('log_out')}</button>" if user else ""
    leave = leave and f'<form class="leave" method="post" action="/logout">{leave}</form>'
    return (
        f'<h1>{ENGLISH.name}</h1><nav class="views" aria-label="{ENGLISH.name}">{views}</nav>'
        f'{panes if view == "ask" else ""}<span class="space"></span>{new if view == "ask" else ""}'
        f'<button type="button" class="language" data-language>{both("other_language")}</button>{leave}'
    )


def _theme() -> gr.themes.Base:
    """Fonts of the system only: nothing is loaded from elsewhere."""
    return gr.themes.Base(
        primary_hue=gr.themes.colors.teal,
        neutral_hue=gr.themes.colors.slate,
        font=["system-ui", "-apple-system", "Segoe UI", "Noto Sans", "Noto Sans CJK SC", "sans-serif"],
        font_mono=["ui-monospace", "SFMono-Regular", "Menlo", "Noto Sans Mono", "monospace"],
    )
