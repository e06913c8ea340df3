"""A library and an engine in, the web page out: library, chat and page view side by side.

Only the files of the page, `page*.py`, know Gradio.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import gradio as gr

import ingest
from assistant import Library
from ui import words
from ui.current_engine import CurrentEngine
from ui.page_chat import chat_pane
from ui.page_engine import engine_bar
from ui.page_library import Read, library_pane
from ui.page_server import listen
from ui.page_view import view_pane
from ui.runs import Runs
from ui.service import Service
from ui.viewer import Viewer

_STYLE = Path(__file__).parent / "page.css"


def build(
    library: Library, engine: CurrentEngine, runs: Runs, *, rounds: int = 1, read: Read = ingest.read
) -> gr.Blocks:
    """The page as a value; `runs` holds what its tabs run, and can stop them."""
    viewer = Viewer(library)
    blocks = gr.Blocks(title=words.NAME, analytics_enabled=False, fill_width=True, fill_height=True)
    with blocks:
        gr.HTML(_header(), elem_id="header")
        with gr.Row(elem_id="panes"):
            with gr.Column(elem_id="library", min_width=0):
                shelf = library_pane(blocks, library, viewer.forget, read)
            with gr.Column(elem_id="talk", min_width=0):
                engine_bar(blocks, engine)
                chat_pane(blocks, library, engine, shelf, runs, rounds=rounds)
            with gr.Column(elem_id="page", min_width=0):
                view_pane(viewer)
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
) -> Iterator[str]:
    """Serve the page on 127.0.0.1, with the HTTP API of the service, for as long as the block lasts; gives its address.

    Raises PortTaken.
    """
    runs = Runs()
    page = build(library, engine, runs, rounds=rounds, read=read)
    with listen(page, _theme(), _STYLE, port, service) as address:
        try:
            yield address
        finally:
            runs.close()


def _header() -> str:
    tabs = "".join(
        f'<button type="button" data-pane-tab="{pane}" aria-pressed="{"true" if pane == "chat" else "false"}">'
        f"{title}</button>"
        for pane, title in (("library", words.LIBRARY), ("chat", words.CHAT), ("page", words.PAGE))
    )
    return f'<h1>{words.NAME}</h1><nav aria-label="{words.NAME}">{tabs}</nav>'


def _theme() -> gr.themes.Base:
    """Fonts of the system only: nothing is loaded from elsewhere."""
    return gr.themes.Base(
        primary_hue=gr.themes.colors.teal,
        neutral_hue=gr.themes.colors.slate,
        font=["system-ui", "-apple-system", "Segoe UI", "Noto Sans", "Noto Sans CJK SC", "sans-serif"],
        font_mono=["ui-monospace", "SFMono-Regular", "Menlo", "Noto Sans Mono", "monospace"],
    )
