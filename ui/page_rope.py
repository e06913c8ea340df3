"""The page about YaRN: a model and a factor in, what four ways to stretch do to it out, drawn and in words."""

import base64
import tempfile
from html import escape
from pathlib import Path
from typing import Any

import gradio as gr

from ui import plots
from ui.current_engine import CurrentEngine
from ui.measured import measured
from ui.page_words import word, words
from ui.problem_html import PROBLEMS, problem_html
from ui.rope_html import rope_html
from ui.words import Words
from yarn_runtime import Scalings, scalings

_EXAMPLE = "Qwen/Qwen3-8B"
_FACTOR = 4.0
_QUIET: dict[str, Any] = {"show_progress": "minimal", "api_visibility": "private"}


def rope_view(page: gr.Blocks, current: CurrentEngine, data: Path | None) -> None:
    """Lay it out and wire it."""
    with gr.Column(elem_id="rope-view", elem_classes="view"):
        with gr.Row(elem_id="rope-choice"):
            model = gr.Textbox(label=word("model"), value=_EXAMPLE, max_lines=1, elem_id="rope-model")
            factor = gr.Slider(1.5, 32, _FACTOR, step=0.5, label=word("factor"), elem_id="rope-factor")
        shown = gr.HTML(elem_id="rope-shown")

    def show(name: str, wanted: float, request: gr.Request) -> str:
        said = words(request)
        try:
            made = scalings(name.strip(), wanted)
            return rope_html(made, _picture(made, said), measured(data, made.model), said)
        except PROBLEMS as problem:
            return problem_html(problem, said)

    def first(request: gr.Request) -> tuple[str, str]:
        record = current.record
        name = (record.directory or record.model) if record is not None else _EXAMPLE
        return name, show(name, _FACTOR, request)

    page.load(first, None, [model, shown], **_QUIET)
    model.submit(show, [model, factor], shown, **_QUIET)
    factor.release(show, [model, factor], shown, **_QUIET)


def _picture(made: Scalings, said: Words) -> str:
    with tempfile.TemporaryDirectory(prefix="unspool-") as folder:
        file = Path(folder) / "rope.png"
        plots.plot_scalings(made, file)
        source = base64.b64encode(file.read_bytes()).decode("ascii")
    return f'<img class="plot" alt="{escape(said.curves)}" src="data:image/png;base64,{source}">'
