"""The page view's pane: a click on anything that names a place in, that page with the passage marked out."""

from pathlib import Path

import gradio as gr

from ui.page_words import word, words
from ui.problem_html import PROBLEMS, problem_html
from ui.viewer import Viewer

_SCRIPT = (Path(__file__).parent / "page_view.js").read_text("utf-8")


def view_pane(viewer: Viewer) -> None:
    """Lay the pane out and wire it."""
    view = gr.HTML(f'<p class="empty">{word("nothing_open")}</p>', elem_id="view", js_on_load=_SCRIPT)

    def open_place(event: gr.EventData, request: gr.Request) -> str:
        said = words(request)
        try:
            passage = getattr(event, "passage", None)
            borders = [int(border) for border in str(passage).split("-")] if passage else []
            if not int(event.page):
                return viewer.facts(said, str(event.document))
            return viewer.show(said, str(event.document), int(event.page), *borders[:2])
        except PROBLEMS as problem:
            return problem_html(problem, said)

    view.click(
        open_place,
        None,
        view,
        trigger_mode="always_last",
        queue=False,
        show_progress="hidden",
        api_visibility="private",
    )
