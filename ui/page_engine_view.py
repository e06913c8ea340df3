"""The page about the engine: what it does now, how it was planned, how far it can be relied on; stops it."""

from pathlib import Path
from typing import Any

import gradio as gr

from ui.current_engine import CurrentEngine
from ui.engine_facts import look
from ui.engine_html import engine_html
from ui.page_engine import engine_bar
from ui.page_words import word, words
from ui.problem_html import PROBLEMS, problem_html

_EVERY_SECONDS = 2.0
_QUIET: dict[str, Any] = {"show_progress": "hidden", "api_visibility": "private", "queue": False}


def engine_view(page: gr.Blocks, current: CurrentEngine, data: Path | None) -> None:
    """Lay it out and wire it."""
    with gr.Column(elem_id="engine-view", elem_classes="view"):
        bar = engine_bar(page, current)
        shown = gr.HTML(elem_id="engine-facts")
        with gr.Row(elem_id="engine-acts"):
            stop = gr.Button(word("stop_engine"), size="sm", variant="secondary", elem_id="stop-engine", scale=0)
            surely = gr.Button(
                word("stop_surely"), size="sm", variant="stop", visible=False, elem_id="stop-surely", scale=0
            )

    def show(request: gr.Request) -> str:
        said = words(request)
        try:
            return engine_html(look(current, data), said)
        except PROBLEMS as problem:
            return problem_html(problem, said)

    def end(request: gr.Request) -> tuple[Any, ...]:
        current.stop()
        return show(request), may_stop(), gr.update(visible=False), *bar.show(request)

    def may_stop() -> Any:
        return gr.update(visible=current.record is not None)

    page.load(show, None, shown, **_QUIET)
    page.load(may_stop, None, stop, **_QUIET)
    bar.started.then(may_stop, None, stop, **_QUIET)
    gr.Timer(_EVERY_SECONDS).tick(show, None, shown, **_QUIET)
    stop.click(lambda: (gr.update(visible=False), gr.update(visible=True)), None, [stop, surely], **_QUIET)
    surely.click(end, None, [shown, stop, surely, *bar.parts], **_QUIET)
