"""The page's line about the engine: what it serves, and its other profile at a click and a yes."""

import threading
import time
from collections.abc import Iterator
from html import escape
from typing import Any

import gradio as gr

from ui.current_engine import CurrentEngine, Offer
from ui.page_words import word, words
from ui.problem_html import PROBLEMS, problem_html
from ui.words import Words

_LOOK_SECONDS = 0.5
_HIDDEN: dict[str, Any] = gr.update(visible=False)
_QUIET: dict[str, Any] = {"show_progress": "hidden", "api_visibility": "private"}


class _Bar:
    """What happens at each of the line's events."""

    def __init__(self, current: CurrentEngine) -> None:
        self._current = current

    def state(self, request: gr.Request) -> tuple[Any, ...]:
        """What is served, the button that offers the other profile, and that profile."""
        return self._state(words(request))

    def explain(self, request: gr.Request) -> tuple[Any, ...]:
        """What a switch would cost."""
        offer = self._current.offer()
        cost = f"<p>{escape(words(request).told(offer.cost))}</p>" if offer else ""
        return gr.update(value=cost, visible=bool(offer)), gr.update(visible=bool(offer))

    def change(self, profile: str, request: gr.Request) -> Iterator[tuple[Any, ...]]:
        """The progress of the restart, then what is served, or why it is not."""
        said = words(request)
        progress: list[str] = []
        failed: list[str] = []

        def work() -> None:
            try:
                self._current.switch("long" if profile == "long" else "native", progress.append)
            except PROBLEMS as problem:
                failed.append(problem_html(problem, said))

        working = threading.Thread(target=work, name="switch", daemon=True)
        working.start()
        begun = time.monotonic()
        while working.is_alive():
            doing = progress[-1].strip() if progress else ""
            line = f"{said.switching} ({time.monotonic() - begun:.0f} s) {doing}"
            yield *[gr.skip()] * 3, gr.update(value=f'<p role="status">{escape(line)}</p>', visible=True), _HIDDEN
            working.join(_LOOK_SECONDS)
        yield *self._state(said), gr.update(value="".join(failed), visible=bool(failed)), _HIDDEN

    def _state(self, said: Words) -> tuple[Any, ...]:
        offer = self._current.offer()
        return self._served(said), _button(offer, said), offer.profile if offer else ""

    def _served(self, said: Words) -> str:
        try:
            engine = self._current()
        except PROBLEMS as problem:
            return problem_html(problem, said)
        return f"<p>{escape(said.engine(engine.model, engine.limit, self._current.profile))}</p>"


def engine_bar(blocks: gr.Blocks, current: CurrentEngine) -> gr.HTML:
    """Lay the line out and wire it; gives the part that changes when another engine serves. What a switch costs is told
    before it is done."""
    offered = gr.State("")
    with gr.Row(elem_id="engine"):
        served = gr.HTML(elem_id="served")
        ask = gr.Button(size="sm", variant="secondary", visible=False, elem_id="offer", scale=0)
    told = gr.HTML(visible=False, elem_id="switch-cost")
    with gr.Row(visible=False, elem_id="switch-choice") as choice:
        surely = gr.Button(word("switch"), size="sm", variant="primary", elem_id="switch", scale=0)
        keep = gr.Button(word("keep"), size="sm", variant="secondary", elem_id="keep", scale=0)
    does = _Bar(current)
    line = [served, ask, offered]
    blocks.load(does.state, None, line, **_QUIET)
    ask.click(does.explain, None, [told, choice], queue=False, **_QUIET)
    keep.click(lambda: (_HIDDEN, _HIDDEN), None, [told, choice], queue=False, **_QUIET)
    surely.click(does.change, [offered], [*line, told, choice], concurrency_limit=1, **_QUIET)
    return served


def _button(offer: Offer | None, said: Words) -> Any:
    value = said.switch_to(offer.profile, offer.limit) if offer else ""
    return gr.update(value=value, visible=offer is not None)
