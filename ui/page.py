"""A library and an engine in, the web page out: library, chat and page view side by side.

Only the files of the page, `page*.py`, know Gradio.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import gradio as gr

import ingest
from assistant import Library
from ui.conversing import Conversing
from ui.current_engine import CurrentEngine
from ui.meter import Metering
from ui.page_chat import chat_pane
from ui.page_engine import engine_bar
from ui.page_engine_view import engine_view
from ui.page_files import conversation_route
from ui.page_history import history_pane
from ui.page_library import library_pane
from ui.page_rope import rope_view
from ui.page_server import Look, listen
from ui.page_view import view_pane
from ui.page_words import HEAD, I18N, both, word
from ui.readings import Read, Readings
from ui.runs import Runs
from ui.service import Service
from ui.viewer import Viewer
from ui.words import ENGLISH

_STYLE = Path(__file__).parent / "page.css"
_VIEWS = {"ask": "/", "engine": "/engine", "rope": "/yarn"}


def build(
    library: Library, engine: CurrentEngine, runs: Runs, *, rounds: int, read: Read, data: Path | None
) -> gr.Blocks:
    """The page as a value; `runs` holds what runs in its conversations, and can stop them; `data` is the folder where
    doctor keeps what it found."""
    tokens: dict[str, int] = {}
    viewer = Viewer(library, tokens)
    blocks = gr.Blocks(title=ENGLISH.name, analytics_enabled=False, fill_width=True, fill_height=True)
    with blocks:
        gr.HTML(_header("ask"), elem_id="header")
        with gr.Row(elem_id="panes"):
            with gr.Column(elem_id="library", min_width=0), gr.Tabs():
                with gr.Tab(word("documents"), id="documents"):
                    shelf = library_pane(blocks, library, Readings(library, read), tokens, viewer.forget)
                history = gr.Tab(word("conversations"), id="conversations")
            with gr.Column(elem_id="talk", min_width=0):
                served = engine_bar(blocks, engine)
                metering = Metering(library, engine, tokens, rounds=rounds)
                conversing = Conversing(library, engine, runs, rounds=rounds)
                chat = chat_pane(blocks, library, conversing, shelf, metering, served)
            with gr.Column(elem_id="page", min_width=0):
                view_pane(viewer)
        with history:
            history_pane(blocks, library, runs, chat)
    with blocks.route("Engine", "engine", show_in_navbar=False) as page:
        gr.HTML(_header("engine"), elem_id="header")
        engine_view(page, engine, data)
    with blocks.route("YaRN", "yarn", show_in_navbar=False) as page:
        gr.HTML(_header("rope"), elem_id="header")
        rope_view(page, engine, data)
    return blocks


@contextmanager
def serve(
    library: Library,
    engine: CurrentEngine,
    *,
    rounds: int = 1,
    port: int = 7860,
    read: Read = ingest.read,
    service: Service | None = None,
    data: Path | None = None,
) -> Iterator[str]:
    """Serve the page on 127.0.0.1, with the HTTP API of the service, for as long as the block lasts; gives its address.

    Raises PortTaken.
    """
    runs = Runs()
    blocks = build(library, engine, runs, rounds=rounds, read=read, data=data)
    look = Look(_theme(), _STYLE, HEAD, I18N)
    with listen(blocks, look, port, [conversation_route(library)], service) as address:
        try:
            yield address
        finally:
            runs.close()


def _header(view: str) -> str:
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
    return (
        f'<h1>{ENGLISH.name}</h1><nav class="views" aria-label="{ENGLISH.name}">{views}</nav>'
        f'{panes if view == "ask" else ""}<span class="space"></span>{new if view == "ask" else ""}'
        f'<button type="button" class="language" data-language>{both("other_language")}</button>'
    )


def _theme() -> gr.themes.Base:
    """Fonts of the system only: nothing is loaded from elsewhere."""
    return gr.themes.Base(
        primary_hue=gr.themes.colors.teal,
        neutral_hue=gr.themes.colors.slate,
        font=["system-ui", "-apple-system", "Segoe UI", "Noto Sans", "Noto Sans CJK SC", "sans-serif"],
        font_mono=["ui-monospace", "SFMono-Regular", "Menlo", "Noto Sans Mono", "monospace"],
    )
