"""The chat's pane: a question in, the steps of its run and the cited answer out as they come.

What runs belongs to its conversation, not to a tab: a tab follows it for as long as it shows that conversation.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from html import escape
from pathlib import Path
from typing import Any

import gradio as gr

from assistant import Library
from ui.conversing import Asked, Conversing, Shown
from ui.meter import Metering
from ui.page_library import LibraryPane, selections
from ui.page_meter import MeterPane
from ui.page_words import word, words
from ui.problem_html import PROBLEMS, Problem, problem_html
from ui.transcript import Message
from ui.words import Words

_SCRIPT = (Path(__file__).parent / "page_chat.js").read_text("utf-8")
QUIET: dict[str, Any] = {"show_progress": "hidden", "api_visibility": "private"}
_SAME = gr.skip()
_SENDING_SECONDS = 2.0
"""A tab that takes no longer what is sent to it does not hold up another view for ever."""


@dataclass(frozen=True, slots=True)
class ChatPane:
    """What the other panes need of this one."""

    conversation: gr.State
    """The id of the conversation that is shown, "" for a new one."""
    question: gr.Textbox
    where: gr.HTML
    """Which conversation is shown; its changes are those of the conversation or of its answers."""
    opened: gr.HTML
    """Its click opens the conversation that the event names."""


class _Tab:
    """What one tab shows. What is sent to it is sent in order, so that nothing of what it showed before comes late."""

    def __init__(self) -> None:
        self.view: object = None
        self._sending = asyncio.Lock()

    @asynccontextmanager
    async def sending(self) -> AsyncIterator[None]:
        """Held while something is on its way: Gradio comes back to a generator when what it gave has been sent."""
        with suppress(TimeoutError):
            await asyncio.wait_for(self._sending.acquire(), _SENDING_SECONDS)
        try:
            yield
        finally:
            if self._sending.locked():
                self._sending.release()


class _Chat:
    """What happens at each of the pane's events. A view is (chat, question, where, conversation, at, hint)."""

    def __init__(self, library: Library, conversing: Conversing) -> None:
        self._library = library
        self._conversing = conversing
        self._tabs: dict[str, _Tab] = {}

    def take(self, question: str, conversation: str, request: gr.Request) -> tuple[Any, str]:
        """Take a question out of its box; while another one runs it stays there."""
        if self._conversing.going_on(conversation):
            return _SAME, ""
        return gr.update(value="", submit_btn=False, stop_btn=words(request).stop), question

    def settle(self, conversation: str, typed: str, request: gr.Request) -> Any:
        """The box's button when a run is over, whatever the tab shows by then; what was not answered comes back, unless
        another question was `typed` meanwhile.

        An event of its own: what several steps of one stream say of a component may reach the browser as the last only.
        """
        said = words(request)
        try:
            shown = self._conversing.shown(conversation, said)
        except PROBLEMS:
            return _box(going_on=False, said=said)
        return _box(going_on=shown.going_on, said=said, value=None if typed else shown.failed or None)

    async def ask(
        self,
        question: str,
        ticked: list[str],
        pages: str | None,
        way: str,
        conversation: str,
        editing: int | None,
        request: gr.Request,
    ) -> AsyncIterator[tuple[Any, ...]]:
        """Begin, or begin anew from an earlier question, and follow it."""
        if not question:
            return
        said = words(request)
        at = self._conversing.length(conversation) if editing is None else editing
        asked = Asked(question, at, lambda: selections(self._library, ticked, pages), way)
        async for view in self._begin(conversation, asked, said, request):
            yield view

    async def _begin(
        self, conversation: str, asked: Asked, said: Words, request: gr.Request
    ) -> AsyncIterator[tuple[Any, ...]]:
        key, _ = self._conversing.ask(conversation, asked, said)
        async for view in self._follow(key, said, request):
            yield view

    async def open(self, request: gr.Request) -> AsyncIterator[tuple[Any, ...]]:
        """What the address names, when the page is loaded."""
        async for view in self._follow(str(request.query_params.get("c", "")), words(request), request):
            yield view

    async def open_other(self, event: gr.EventData, request: gr.Request) -> AsyncIterator[tuple[Any, ...]]:
        """Another conversation of the list, or a new one."""
        async for view in self._follow(str(getattr(event, "conversation", "")), words(request), request):
            yield view

    async def act(
        self,
        ticked: list[str],
        pages: str | None,
        way: str,
        conversation: str,
        event: gr.EventData,
        request: gr.Request,
    ) -> AsyncIterator[tuple[Any, ...]]:
        """A button beside a question or an answer: ask again, edit, undo, dismiss, or cancel an edit."""
        said, what, at = words(request), str(event.act), int(event.at)
        try:
            if what == "retry":
                question = self._conversing.question(conversation, at)
                asked = Asked(question, at, lambda: selections(self._library, ticked, pages), way)
                async for view in self._begin(conversation, asked, said, request):
                    yield view
            elif what == "edit":
                hint = _editing(said)
                yield *[_SAME] * 4, at, hint
            elif what == "undo":
                question = self._conversing.undo(conversation, at)
                yield self._state(conversation, self._conversing.shown(conversation, said), said, question)
            elif what == "dismiss":
                self._conversing.dismiss(conversation)
                yield self._state(conversation, self._conversing.shown(conversation, said), said)
            else:
                yield *[_SAME] * 4, None, ""
        except PROBLEMS as problem:
            yield _SAME, _SAME, _SAME, _SAME, _SAME, problem_html(problem, said)

    def put(self, conversation: str, event: gr.EventData) -> Any:
        """What a click puts into the box. An event of its own: a stream says once more at its end what it said last,
        over what is typed by then.
        """
        if event.act == "edit":
            with suppress(*PROBLEMS):
                return self._conversing.question(conversation, int(event.at))
        return "" if event.act == "cancel" else _SAME

    def stop(self, conversation: str) -> None:
        """End what runs in the conversation that this tab shows."""
        self._conversing.stop(conversation)

    def leave(self, request: gr.Request) -> None:
        """The tab was closed; what runs goes on."""
        self._tabs.pop(str(request.session_hash), None)

    async def _follow(self, conversation: str, said: Words, request: gr.Request) -> AsyncIterator[tuple[Any, ...]]:
        """What the conversation shows now, and how that changes for as long as the tab shows it."""
        tab = self._tabs.setdefault(str(request.session_hash), _Tab())
        tab.view = view = object()
        try:
            shown = self._conversing.shown(conversation, said)
        except PROBLEMS as problem:
            yield [_told(problem, said)], *[_SAME] * 5
            return
        followed = shown.running if shown.going_on else None
        # Said with every step: the browser takes back the properties that a later step of a stream does not name.
        box = _box(going_on=shown.going_on, said=said)
        async with tab.sending():
            yield self._state(conversation, shown, said)
        if followed is None:
            return
        async for going_on in followed.changes():
            async with tab.sending():
                if tab.view is not view:
                    break
                if going_on:
                    yield shown.messages, box, *[_SAME] * 4
                    continue
                over = self._conversing.shown(conversation, said)
                yield over.messages, _SAME, self._where(conversation, over), *[_SAME] * 3
        yield (_SAME,) * 6  # Gradio says once more at the end what was given last

    def _state(self, conversation: str, shown: Shown, said: Words, box: str | None = None) -> tuple[Any, ...]:
        """All of the view; an edit that was begun is over."""
        update = _box(going_on=shown.going_on, said=said, value=box)
        return shown.messages, update, self._where(conversation, shown), conversation, None, ""

    def _where(self, conversation: str, shown: Shown) -> str:
        return f'<i data-conversation="{escape(conversation)}" data-length="{len(shown.kept)}"></i>'


def chat_pane(
    blocks: gr.Blocks,
    library: Library,
    conversing: Conversing,
    shelf: LibraryPane,
    metering: Metering,
    served: gr.HTML,
) -> ChatPane:
    """Lay the pane out and wire it; `served` changes when another engine answers."""
    chat = gr.Chatbot(
        elem_id="chat",
        show_label=False,
        container=False,
        height=None,
        buttons=[],
        latex_delimiters=[],
        feedback_options=None,
        layout="panel",
        placeholder=word("welcome"),
        group_consecutive_messages=True,
    )
    hint = gr.HTML(elem_id="hint")
    meter = MeterPane(library, metering)
    question = gr.Textbox(
        elem_id="question",
        label=word("question"),
        show_label=False,
        placeholder=word("question_example"),
        submit_btn=word("send"),
        lines=1,
        max_lines=8,
        autofocus=True,
    )
    # The value is HTML that was escaped here; an event that carries what was clicked anywhere on the page comes by it.
    where = gr.HTML('<i data-conversation=""></i>', elem_id="where", js_on_load=_SCRIPT)
    pane = ChatPane(gr.State(""), question, where, where)
    _wire(blocks, _Chat(library, conversing), pane, chat, hint, shelf, meter.way)
    meter.wire(shelf, question, pane.conversation, [where.change, served.change])
    return pane


def _wire(
    blocks: gr.Blocks, does: _Chat, pane: ChatPane, chat: gr.Chatbot, hint: gr.HTML, shelf: LibraryPane, way: gr.Radio
) -> None:
    editing, taken = gr.State(None), gr.State("")
    view = [chat, pane.question, pane.where, pane.conversation, editing, hint]
    about = [shelf.ticked, shelf.pages, way, pane.conversation]
    many: dict[str, Any] = {"concurrency_limit": None, "trigger_mode": "multiple", **QUIET}
    at_once: dict[str, Any] = {"queue": False, **QUIET}
    # First and in the browser: an answer of the server would come over what is typed by then.
    pane.where.open(None, None, pane.question, js="() => ['']", show_progress="hidden")
    submitted = pane.question.submit(
        does.take, [pane.question, pane.conversation], [pane.question, taken], trigger_mode="multiple", **at_once
    )
    for followed in (
        submitted.then(does.ask, [taken, *about, editing], view, **many),
        blocks.load(does.open, None, view, **many),
        pane.where.open(does.open_other, None, view, **many),
        pane.where.act(does.act, about, view, **many),
    ):
        followed.then(does.settle, [pane.conversation, pane.question], pane.question, **at_once)
    pane.where.act(does.put, pane.conversation, pane.question, **at_once)
    pane.question.stop(does.stop, pane.conversation, **at_once)
    blocks.unload(does.leave)


def _box(*, going_on: bool, said: Words, value: str | None = None) -> Any:
    """The question's box; without a value what is typed there stays."""
    buttons: dict[str, Any] = {"submit_btn": not going_on and said.send, "stop_btn": going_on and said.stop}
    return gr.update(**buttons) if value is None else gr.update(value=value, **buttons)


def _editing(said: Words) -> str:
    cancel = f'<button type="button" name="act" value="cancel/0">{said.cancel}</button>'
    return f'<p class="editing">{said.editing} {cancel}</p>'


def _told(problem: Problem, said: Words) -> Message:
    return {"role": "assistant", "content": problem_html(problem, said)}
