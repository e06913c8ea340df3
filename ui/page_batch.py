"""The page about jobs: documents and a task in, a bar a job, its items and their results out, whoever looks."""

from pathlib import Path
from typing import Any

import gradio as gr

from assistant import AssistantError, Library, Order, read_lines
from ui.batch_html import items_html, jobs_html
from ui.job_desk import JobDesk
from ui.ordering import JobKind, Wishes, order_of
from ui.page_words import word, words
from ui.problem_html import PROBLEMS, problem_html
from ui.words import Words

_SCRIPT = (Path(__file__).parent / "page_batch.js").read_text("utf-8")
_EVERY_SECONDS = 1.0
_TASKS: tuple[JobKind, ...] = ("summarise", "ask", "extract", "review", "translate")
_QUIET: dict[str, Any] = {"show_progress": "hidden", "api_visibility": "private"}


class DocumentsMissing(AssistantError):
    """A job is to be done on nothing."""


class _Batch:
    """What happens at each of the view's events."""

    def __init__(self, library: Library, desk: JobDesk, rounds: int) -> None:
        self._library = library
        self._desk = desk
        self._rounds = rounds

    def load(self, request: gr.Request) -> tuple[Any, ...]:
        """The documents to choose from, the tasks, and the jobs."""
        said = words(request)
        documents = [(document.name, document.id) for document in self._library.documents()]
        tasks = [(said.task_names[task], task) for task in _TASKS]
        return gr.update(choices=documents, value=[]), gr.update(choices=tasks, value=_TASKS[0]), *self._shown("", said)

    def begin(
        self, name: str, documents: list[str], task: JobKind, wishes: str, opened: str, request: gr.Request
    ) -> tuple[Any, ...]:
        """Begin a job, and open it."""
        said = words(request)
        try:
            if not documents:
                raise DocumentsMissing(said.no_job_documents, said.no_job_documents_hint)
            order = ordered(name.strip() or said.task_names[task], task, wishes, self._rounds)
            self._desk.start(order, documents)
        except PROBLEMS as problem:
            return problem_html(problem, said), opened, *self._shown(opened, said)
        return "", order.name, *self._shown(order.name, said)

    def click(self, event: gr.EventData, opened: str, request: gr.Request) -> tuple[Any, ...]:
        """Open a job, stop it, go on with it."""
        said, act, name = words(request), str(event.act), str(event.job)
        try:
            if act == "open":
                opened = "" if opened == name else name
            elif act == "stop":
                self._desk.stop(name)
            else:
                self._desk.go_on(name, retry_failed=act == "retry")
        except PROBLEMS as problem:
            return problem_html(problem, said), opened, *self._shown(opened, said)
        return "", opened, *self._shown(opened, said)

    def show(self, opened: str, request: gr.Request) -> tuple[str, str]:
        """How far everything is now."""
        return self._shown(opened, words(request))

    def _shown(self, opened: str, said: Words) -> tuple[str, str]:
        try:
            listed = jobs_html(self._desk.states()[::-1], opened, said)
            if not opened:
                return listed, ""
            names = {document.id: document.name for document in self._library.documents()}
            return listed, items_html(opened, self._desk.items(opened), names, said)
        except PROBLEMS as problem:
            return problem_html(problem, said), ""


def batch_view(page: gr.Blocks, library: Library, desk: JobDesk, rounds: int) -> None:
    """Lay it out and wire it."""
    does, opened = _Batch(library, desk, rounds), gr.State("")
    with gr.Column(elem_id="batch-view", elem_classes="view"):
        listed = gr.HTML(elem_id="jobs", js_on_load=_SCRIPT)
        told = gr.HTML(elem_id="job-problem")
        items = gr.HTML(elem_id="job-items")
        with gr.Column(elem_id="new-job"):
            gr.HTML(f"<h3>{word('new_job')}</h3>")
            name = gr.Textbox(
                label=word("job_name"), placeholder=word("job_name_example"), max_lines=1, elem_id="job-name"
            )
            documents = gr.CheckboxGroup([], label=word("job_documents"), elem_id="job-documents")
            task = gr.Radio([], label=word("job_task"), elem_id="job-task")
            wishes = gr.Textbox(
                label=word("job_wishes"), info=word("job_wishes_info"), lines=2, max_lines=8, elem_id="job-wishes"
            )
            begin = gr.Button(word("begin_job"), variant="primary", elem_id="begin-job")
    shown = [listed, items]
    page.load(does.load, None, [documents, task, *shown], **_QUIET)
    gr.Timer(_EVERY_SECONDS).tick(does.show, opened, shown, queue=False, **_QUIET)
    begin.click(does.begin, [name, documents, task, wishes, opened], [told, opened, *shown], **_QUIET)
    listed.click(does.click, opened, [told, opened, *shown], **_QUIET)


def ordered(name: str, task: JobKind, wishes: str, rounds: int) -> Order:
    """What a person wants of each document. Raises QuestionMissing, ListInvalid."""
    lines = [line.strip() for line in wishes.splitlines() if line.strip()]
    match task:
        case "extract":
            wanted = Wishes(task, lines=lines)
        case "review":
            wanted = Wishes(task, lines=lines or read_lines("contract"))
        case "translate":
            wanted = Wishes(task, language=" ".join(lines))
        case _:
            wanted = Wishes(task, lines)
    return order_of(name, wanted, rounds)
