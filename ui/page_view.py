"""The page view's pane: a click on anything that names a place in, that page with the passage marked out."""

from pathlib import Path

import gradio as gr

from ui import words
from ui.place_html import empty_html
from ui.problem_html import PROBLEMS, problem_html
from ui.viewer import Viewer

_SCRIPT = (Path(__file__).parent / "page_view.js").read_text("utf-8")


def view_pane(viewer: Viewer) -> None:
    """Lay the pane out and wire it."""
    gr.HTML(f"<h2>{words.PAGE}</h2>", elem_classes="title")
    view = gr.HTML(empty_html(), elem_id="view", js_on_load=_SCRIPT)

    def open_place(event: gr.EventData) -> str:
        try:
            passage = getattr(event, "passage", None)
            borders = [int(border) for border in str(passage).split("-")] if passage else []
            return viewer.show(str(event.document), int(event.page), *borders[:2])
        except PROBLEMS as problem:
            return problem_html(problem)

    view.click(
        open_place,
        None,
        view,
        trigger_mode="always_last",
        queue=False,
        show_progress="hidden",
        api_visibility="private",
    )
