"""The page's line about the engine: what it serves, and its other profile at a yes, and a start where none runs."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from html import escape
from typing import Any

import gradio as gr

from ui.current_engine import CurrentEngine, Offer
from ui.page_progress import progress_html
from ui.page_words import word, words
from ui.problem_html import PROBLEMS, problem_html
from ui.words import Words
from yarn_runtime import Profile, Say

_HIDDEN: dict[str, Any] = gr.update(visible=False)
_QUIET: dict[str, Any] = {"show_progress": "hidden", "api_visibility": "private"}


class _Bar:
    """What happens at each of the line's events."""

    def __init__(self, current: CurrentEngine) -> None:
        self._current = current

    def state(self, request: gr.Request) -> tuple[Any, ...]:
        """What is served, the buttons for the other profile and for a start, and that profile."""
        return self._state(words(request))

    def explain(self, request: gr.Request) -> tuple[Any, ...]:
        """What a switch would cost."""
        offer = self._current.offer()
        cost = f"<p>{escape(words(request).told(offer.cost))}</p>" if offer else ""
        return gr.update(value=cost, visible=bool(offer)), gr.update(visible=bool(offer))

    def change(self, profile: str, request: gr.Request) -> Iterator[tuple[Any, ...]]:
        """The progress of the restart, then what is served, or why it is not."""
        wanted: Profile = "long" if profile == "long" else "native"
        said = words(request)
        for shown in self._followed(lambda say: self._current.switch(wanted, say), said.switching, said):
            yield *shown, _HIDDEN

    def start(self, request: gr.Request) -> Iterator[tuple[Any, ...]]:
        """The progress of the start, then what is served, or why it is not."""
        said = words(request)
        yield from self._followed(self._current.start, said.starting, said)

    def _followed(self, work: Callable[[Say], None], doing: str, said: Words) -> Iterator[tuple[Any, ...]]:
        line = ""
        for line in progress_html(work, doing, said):
            yield *[gr.skip()] * 3, _HIDDEN, gr.update(value=line, visible=bool(line))
        yield *self._state(said), gr.update(value=line, visible=bool(line))

    def _state(self, said: Words) -> tuple[Any, ...]:
        offer = self._current.offer()
        start = gr.update(visible=self._current.startable)
        return self._served(said), _button(offer, said), offer.profile if offer else "", start

    def _served(self, said: Words) -> str:
        try:
            engine = self._current()
        except PROBLEMS as problem:
            return problem_html(problem, said)
        return f"<p>{escape(said.engine(engine.model, engine.limit, self._current.profile))}</p>"


@dataclass(frozen=True, slots=True)
class EngineBar:
    """The line, for what stands beside it."""

    served: gr.HTML
    """Changes when another engine serves."""
    show: Callable[[gr.Request], tuple[Any, ...]]
    """What the line is to show now."""
    parts: Sequence[Any]
    """What takes it."""
    started: Any
    """The event of a start; `then` is when it is over."""


def engine_bar(blocks: gr.Blocks, current: CurrentEngine) -> EngineBar:
    """Lay the line out and wire it. What a switch costs is told before it is done."""
    offered = gr.State("")
    with gr.Row(elem_id="engine"):
        served = gr.HTML(elem_id="served")
        ask = gr.Button(size="sm", variant="secondary", visible=False, elem_id="offer", scale=0)
        start = gr.Button(
            word("start_engine"), size="sm", variant="primary", visible=False, elem_id="start-engine", scale=0
        )
    told = gr.HTML(visible=False, elem_id="switch-cost")
    with gr.Row(visible=False, elem_id="switch-choice") as choice:
        surely = gr.Button(word("switch"), size="sm", variant="primary", elem_id="switch", scale=0)
        keep = gr.Button(word("keep"), size="sm", variant="secondary", elem_id="keep", scale=0)
    does = _Bar(current)
    line = [served, ask, offered, start]
    blocks.load(does.state, None, line, **_QUIET)
    ask.click(does.explain, None, [told, choice], queue=False, **_QUIET)
    keep.click(lambda: (_HIDDEN, _HIDDEN), None, [told, choice], queue=False, **_QUIET)
    surely.click(does.change, [offered], [*line, told, choice], concurrency_limit=1, **_QUIET)
    started = start.click(does.start, None, [*line, told], concurrency_limit=1, **_QUIET)
    return EngineBar(served, does.state, line, started)


def _button(offer: Offer | None, said: Words) -> Any:
    value = said.switch_to(offer.profile, offer.limit) if offer else ""
    return gr.update(value=value, visible=offer is not None)
