"""The chat's pane: a question in, the steps of its run and the cited answer out as they come."""

import time
from collections.abc import Iterator
from typing import Any

import gradio as gr

from assistant import Answer, Library, Run, Writing, brief
from ui import words
from ui.current_engine import CurrentEngine
from ui.page_library import LibraryPane, selections
from ui.problem_html import PROBLEMS
from ui.runs import Runs
from ui.transcript import Message, RunTranscript, question_message

_DRAW_SECONDS = 0.1
"""The text that streams in is drawn this often, however fast the engine writes."""
_SAME = gr.skip()
_SENDABLE: dict[str, Any] = {"submit_btn": words.SEND, "stop_btn": False}
_STOPPABLE: dict[str, Any] = {"submit_btn": False, "stop_btn": words.STOP}


def chat_pane(
    blocks: gr.Blocks, library: Library, current: CurrentEngine, shelf: LibraryPane, runs: Runs, *, rounds: int
) -> None:
    """Lay the pane out and wire it."""
    transcript = gr.State([])
    conversation = gr.State("")
    with gr.Row(elem_classes="title"):
        gr.HTML(f"<h2>{words.CHAT}</h2>")
        new = gr.Button(words.NEW, size="sm", variant="secondary", elem_id="new", scale=0)
    chat = gr.Chatbot(
        elem_id="chat",
        show_label=False,
        container=False,
        height=None,
        buttons=[],
        latex_delimiters=[],
        feedback_options=None,
        layout="panel",
        placeholder=words.WELCOME,
        group_consecutive_messages=True,
    )
    question = gr.Textbox(
        elem_id="question",
        label=words.QUESTION,
        show_label=False,
        placeholder=words.QUESTION_EXAMPLE,
        submit_btn=words.SEND,
        lines=1,
        max_lines=8,
        autofocus=True,
    )

    def answer(
        asked: str, ticked: list[str], pages: str | None, held: str, said: list[Message], request: gr.Request
    ) -> Iterator[tuple[Any, ...]]:
        """Every state of the chat from the question to the answer; leaving it early stops the run."""
        kept = held
        tab = str(request.session_hash)
        shown = RunTranscript()
        before = [*said, question_message(asked)]

        def keep(finished: Answer) -> None:
            nonlocal kept
            kept = kept or library.start_conversation(asked)
            library.add_answer(kept, finished, current().model)

        def state(box: Any = _SAME, button: Any = _SAME) -> tuple[Any, ...]:
            messages = [*before, *shown.messages]
            return messages, box, button, messages, kept

        yield state(gr.update(value="", **_STOPPABLE), gr.update(interactive=False))
        again: dict[str, Any] = {}
        with runs.slot(tab) as slot:
            try:
                turns = library.turns(held) if held else []
                briefing = brief(
                    current(),
                    selections(library, ticked, pages),
                    asked,
                    history=turns,
                    rounds=rounds,
                    search=library.search,
                    seal=library.seal,
                )
                run = slot.start(lambda: Run(briefing, keep, folder=library.folder))
                drawn = 0.0
                for step in run.steps():
                    shown.take(step)
                    if not isinstance(step, Writing) or time.monotonic() - drawn >= _DRAW_SECONDS:
                        drawn = time.monotonic()
                        yield state()
            except PROBLEMS as problem:
                shown.fail(problem)
                again = {"value": asked}
        yield state(gr.update(**again, **_SENDABLE), gr.update(interactive=True))

    def stop(request: gr.Request) -> None:
        runs.stop(str(request.session_hash))

    quiet: dict[str, Any] = {"show_progress": "hidden", "api_visibility": "private"}
    asking = question.submit(
        answer,
        [question, shelf.ticked, shelf.pages, conversation, transcript],
        [chat, question, new, transcript, conversation],
        concurrency_limit=None,
        **quiet,
    )
    asking.failure(lambda: (gr.update(**_SENDABLE), gr.update(interactive=True)), None, [question, new], **quiet)
    question.stop(stop, queue=False, **quiet)
    new.click(lambda: ([], [], ""), None, [chat, transcript, conversation], queue=False, **quiet)
    blocks.unload(stop)
