"""The context meter's part of the chat's pane: what a question would send, and the ways to read what does not fit."""

import re
from collections.abc import Iterator, Sequence
from typing import Any

import gradio as gr

from assistant import Library, Selection, Turn, WayCost
from ui.meter import Metering
from ui.meter_html import meter_html, way_label
from ui.page_library import LibraryPane, selections
from ui.page_words import word, words
from ui.problem_html import PROBLEMS, problem_html
from ui.words import Words

_QUIET: dict[str, Any] = {"show_progress": "hidden", "api_visibility": "private"}
_PAGES = re.compile(r"\d+")
_OFFERED = ("search", "read", "selection")


class MeterPane:
    """Laid out before the question's box, wired when the other panes are there."""

    def __init__(self, library: Library, metering: Metering) -> None:
        self._library = library
        self._metering = metering
        self._latest: dict[str, object] = {}
        self._shown = gr.HTML(elem_id="meter")
        self.way = gr.Radio(
            choices=[("", "auto")],
            value="auto",
            label=word("ways_to_read"),
            visible=False,
            elem_id="way",
        )
        """How what does not fit is read; "auto" where all fits."""

    def wire(self, shelf: LibraryPane, question: gr.Textbox, conversation: gr.State, changes: list[Any]) -> None:
        """Measure anew whenever what would be sent changes: ticks, pages, the conversation, the engine."""
        about = [shelf.ticked, shelf.pages, question, conversation]
        gr.on(
            [shelf.documents.change, shelf.pages.change, *changes],
            self._measure,
            about,
            [self._shown, self.way],
            trigger_mode="multiple",
            concurrency_limit=4,
            **_QUIET,
        )
        self.way.input(self._choose, [self.way, *about], shelf.pages, **_QUIET)

    def _measure(
        self, ticked: list[str], pages: str | None, question: str, conversation: str, request: gr.Request
    ) -> Iterator[tuple[Any, ...]]:
        """How full it is, then, where it does not fit, the ways to read it."""
        said = words(request)
        tab = str(request.session_hash)
        self._latest[tab] = this = object()
        hidden = gr.update(visible=False, value="auto")
        if not ticked:
            yield "", hidden
            return
        try:
            chosen, history = self._about(ticked, pages, conversation)
            meter = self._metering.measure(chosen, question, history)
            if self._latest.get(tab) is this:
                yield meter_html(meter, said), hidden
            if meter.free < 0 and self._latest.get(tab) is this:
                ways = self._metering.ways(chosen, question, history)
                if self._latest.get(tab) is this:
                    yield meter_html(meter, said), _radio(ways, len(ticked) == 1, said)
        except PROBLEMS as problem:
            yield problem_html(problem, said), hidden
        if self._latest.get(tab) is not this:
            yield gr.skip(), gr.skip()  # what is ticked has changed meanwhile

    def _choose(self, way: str, ticked: list[str], pages: str | None, question: str, conversation: str) -> Any:
        """Choosing pages fills their box with the first ones that fit, to be changed by hand."""
        if way != "selection":
            return gr.skip()
        chosen, history = self._about(ticked, pages, conversation)
        found = [way for way in self._metering.ways(chosen, question, history) if way.name == "selection"]
        number = _PAGES.search(found[0].what) if found else None
        return f"1-{number[0]}" if number else gr.skip()

    def _about(self, ticked: list[str], pages: str | None, conversation: str) -> tuple[list[Selection], list[Turn]]:
        history = self._library.turns(conversation) if conversation else []
        return selections(self._library, ticked, pages), history


def _radio(ways: Sequence[WayCost], one_document: bool, said: Words) -> Any:
    offered = [way for way in ways if way.name in _OFFERED and way.fits and (way.name != "selection" or one_document)]
    return gr.update(visible=True, choices=[(way_label(way, said), way.name) for way in offered], value="search")
