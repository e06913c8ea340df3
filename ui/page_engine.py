"""The page's line about the engine: what it serves, and its other profile at a click and a yes."""

import threading
import time
from collections.abc import Iterator
from html import escape
from typing import Any

import gradio as gr

from ui import words
from ui.current_engine import CurrentEngine, Offer
from ui.problem_html import PROBLEMS, problem_html

_LOOK_SECONDS = 0.5
_HIDDEN: dict[str, Any] = gr.update(visible=False)


def engine_bar(blocks: gr.Blocks, current: CurrentEngine) -> None:
    """Lay the line out and wire it. What a switch costs is told before it is done."""
    offered = gr.State("")
    with gr.Row(elem_id="engine"):
        served = gr.HTML(_served(current), elem_id="served")
        ask = gr.Button(size="sm", variant="secondary", visible=False, elem_id="offer", scale=0)
    told = gr.HTML(visible=False, elem_id="switch-cost")
    with gr.Row(visible=False, elem_id="switch-choice") as choice:
        surely = gr.Button(words.SWITCH, size="sm", variant="primary", elem_id="switch", scale=0)
        keep = gr.Button(words.KEEP, size="sm", variant="secondary", elem_id="keep", scale=0)

    def state() -> tuple[Any, ...]:
        offer = current.offer()
        return _served(current), _button(offer), offer.profile if offer else ""

    def explain() -> tuple[Any, ...]:
        offer = current.offer()
        cost = f"<p>{escape(offer.cost)}</p>" if offer else ""
        return gr.update(value=cost, visible=bool(offer)), gr.update(visible=bool(offer))

    def change(profile: str) -> Iterator[tuple[Any, ...]]:
        """The progress of the restart, then what is served, or why it is not."""
        said: list[str] = []
        failed: list[str] = []

        def work() -> None:
            try:
                current.switch("long" if profile == "long" else "native", said.append)
            except PROBLEMS as problem:
                failed.append(problem_html(problem))

        working = threading.Thread(target=work, name="switch", daemon=True)
        working.start()
        begun = time.monotonic()
        while working.is_alive():
            doing = said[-1].strip() if said else ""
            line = f"{words.SWITCHING} ({time.monotonic() - begun:.0f} s) {doing}"
            yield gr.skip(), gr.skip(), gr.skip(), gr.update(value=f"<p>{escape(line)}</p>", visible=True), _HIDDEN
            working.join(_LOOK_SECONDS)
        yield *state(), gr.update(value="".join(failed), visible=bool(failed)), _HIDDEN

    quiet: dict[str, Any] = {"show_progress": "hidden", "api_visibility": "private"}
    line = [served, ask, offered]
    blocks.load(state, None, line, **quiet)
    ask.click(explain, None, [told, choice], queue=False, **quiet)
    keep.click(lambda: (_HIDDEN, _HIDDEN), None, [told, choice], queue=False, **quiet)
    surely.click(change, [offered], [*line, told, choice], concurrency_limit=1, **quiet)


def _served(current: CurrentEngine) -> str:
    try:
        engine = current()
    except PROBLEMS as problem:
        return problem_html(problem)
    return f"<p>{escape(words.engine(engine.model, engine.limit, current.profile))}</p>"


def _button(offer: Offer | None) -> Any:
    value = words.switch_to(offer.profile, offer.limit) if offer else ""
    return gr.update(value=value, visible=offer is not None)
