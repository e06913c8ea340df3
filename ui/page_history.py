"""The pane of conversations: all that were held, found by their words, opened, renamed, exported and deleted."""

from pathlib import Path
from typing import Any

import gradio as gr

from assistant import Library, find_conversations, rename
from ui.history_html import history_html
from ui.page_chat import ChatPane
from ui.page_words import word, words
from ui.problem_html import PROBLEMS, problem_html
from ui.runs import Runs
from ui.words import Words

_SCRIPT = (Path(__file__).parent / "page_history.js").read_text("utf-8")
_ORDERLY: dict[str, Any] = {
    "concurrency_id": "history",  # one after another: what was typed last is what is shown
    "concurrency_limit": 1,
    "show_progress": "hidden",
    "api_visibility": "private",
}
_FIRST = 50


class _History:
    """What happens at each of the pane's events."""

    def __init__(self, library: Library, runs: Runs) -> None:
        self._library = library
        self._runs = runs

    def list(self, sought: str | None, shown: int, conversation: str, request: gr.Request) -> str:
        """Those that hold the words; all of them where none are sought."""
        said = words(request)
        try:
            return self._listed(sought, shown, conversation, said)
        except PROBLEMS as problem:
            return problem_html(problem, said)

    def click(
        self, event: gr.EventData, sought: str | None, shown: int, conversation: str, request: gr.Request
    ) -> tuple[str, int]:
        """Rename or delete one, or show more."""
        said = words(request)
        try:
            if renamed := getattr(event, "rename", None):
                rename(self._library, str(renamed), str(event.title))
            elif deleted := getattr(event, "delete", None):
                self._runs.forget(str(deleted))
                self._library.forget(str(deleted))
            elif getattr(event, "more", None):
                shown += 4 * _FIRST
            return self._listed(sought, shown, conversation, said), shown
        except PROBLEMS as problem:
            return problem_html(problem, said) + self._listed(sought, shown, conversation, said), shown

    def _listed(self, sought: str | None, shown: int, conversation: str, said: Words) -> str:
        wanted = (sought or "").strip()  # None before the pane has been seen
        found = find_conversations(self._library, wanted) if wanted else self._library.conversations()
        tally = f'<p class="tally" role="status">{said.found(len(found))}</p>' if wanted else ""
        return tally + history_html(found, shown, conversation, self._runs.going_on(), said)


def history_pane(blocks: gr.Blocks, library: Library, runs: Runs, chat: ChatPane) -> None:
    """Lay the pane out and wire it; it follows the conversation that the chat shows."""
    sought = gr.Textbox(
        label=word("search_conversations"),
        show_label=False,
        placeholder=word("search_conversations"),
        max_lines=1,
        elem_id="sought",
    )
    listed = gr.HTML(elem_id="history", js_on_load=_SCRIPT)
    shown = gr.State(_FIRST)
    does = _History(library, runs)
    wanted = [sought, shown, chat.conversation]
    blocks.load(does.list, wanted, listed, **_ORDERLY)
    sought.change(does.list, wanted, listed, trigger_mode="multiple", **_ORDERLY)
    chat.where.change(does.list, wanted, listed, trigger_mode="multiple", **_ORDERLY)
    listed.click(does.click, wanted, [listed, shown], trigger_mode="multiple", **_ORDERLY)
