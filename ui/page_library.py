"""The library's pane: sources in, documents to tick out; what a question will be about is kept in its state."""

from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import gradio as gr

from assistant import Library, Selection
from ui.asking import parse_pages
from ui.documents_html import documents_html, readings_html
from ui.page_words import word, words
from ui.problem_html import PROBLEMS, problem_html
from ui.readings import Reading, Readings
from ui.words import Words

_SCRIPT = (Path(__file__).parent / "page_library.js").read_text("utf-8")
_QUIET: dict[str, Any] = {"show_progress": "hidden", "api_visibility": "private"}


@dataclass(frozen=True, slots=True)
class LibraryPane:
    """What the chat needs of this pane."""

    ticked: gr.State
    """Ids of the documents that are in the context."""
    pages: gr.Textbox
    documents: gr.HTML
    """The list; it changes with every tick."""


class _Shelf:
    """What happens at each of the pane's events."""

    def __init__(
        self, library: Library, readings: Readings, tokens: Mapping[str, int], forget: Callable[[], None]
    ) -> None:
        self._library = library
        self._readings = readings
        self._tokens = tokens
        self._forget = forget

    def listed(self, chosen: Sequence[str], said: Words) -> tuple[str, list[str], Any]:
        """The list, what of the chosen documents is still there, and the box for pages, which goes with one PDF."""
        shelved = self._library.documents()
        known = [document for document in shelved if document.id in chosen]
        one = len(known) == 1 and known[0].kind != "code" and known[0].pages > 1
        label = f"{said.pages_box}: {known[0].name}" if one else said.pages_box
        box = gr.update(visible=one, label=label, value="")
        return documents_html(shelved, chosen, self._tokens, said), [document.id for document in known], box

    async def load(self, request: gr.Request) -> AsyncIterator[tuple[Any, ...]]:
        """The list, and what is being read just now."""
        said, going_on = words(request), self._readings.going_on()
        yield "", *self.listed([], said)
        async for update in self._follow(going_on, [], said):
            yield update

    async def add_files(
        self, paths: list[str] | None, chosen: list[str], request: gr.Request
    ) -> AsyncIterator[tuple[Any, ...]]:
        """Read what was dropped; the copies that were uploaded are removed again."""
        readings = self._readings.begin(paths or [], ours=True)
        yield None, *[gr.skip()] * 4
        async for update in self._follow(readings, chosen, words(request)):
            yield gr.skip(), *update

    async def add_folder(self, source: str, chosen: list[str], request: gr.Request) -> AsyncIterator[tuple[Any, ...]]:
        """Read what was named."""
        readings = self._readings.begin([source.strip()] if source.strip() else [])
        async for update in self._follow(readings, chosen, words(request)):
            yield "", *update

    def tick_or_remove(self, event: gr.EventData, chosen: list[str], request: gr.Request) -> tuple[Any, ...]:
        """What was clicked in the list."""
        said, removed = words(request), getattr(event, "remove", None)
        if removed is None:
            return gr.skip(), *self.listed([str(item) for item in getattr(event, "ticked", [])], said)
        try:
            self._library.remove(str(removed))
            self._forget()
        except PROBLEMS as problem:
            return problem_html(problem, said), *self.listed(chosen, said)
        return "", *self.listed(chosen, said)

    async def _follow(
        self, readings: Sequence[Reading], chosen: Sequence[str], said: Words
    ) -> AsyncIterator[tuple[Any, ...]]:
        """How the readings go; what was read is ticked at once."""
        listed = 0
        async for _ in self._readings.changes(readings):
            read = [reading.document.id for reading in readings if reading.document is not None]
            if len(read) > listed:
                listed = len(read)
                yield readings_html(readings, said), *self.listed([*chosen, *read], said)
            else:
                yield readings_html(readings, said), *[gr.skip()] * 3


def library_pane(
    blocks: gr.Blocks,
    library: Library,
    readings: Readings,
    tokens: Mapping[str, int],
    forget: Callable[[], None],
    *,
    from_disk: bool,
) -> LibraryPane:
    """Lay the pane out and wire it; `tokens` are the sizes of documents as far as they were counted, `forget` is called
    when a document was removed; `from_disk` lets files and folders of this machine be named."""
    ticked = gr.State([])
    drop = gr.File(label=word("drop"), show_label=False, file_count="multiple", height=104, elem_id="drop")
    folder = gr.Textbox(
        label=word("folder" if from_disk else "git_address"),
        placeholder=word("folder_example" if from_disk else "git_example"),
        submit_btn=word("add"),
        max_lines=1,
        elem_id="folder",
    )
    status = gr.HTML(elem_id="status")
    # The value is HTML that was escaped here. A template with the names in it would be evaluated as JavaScript.
    documents = gr.HTML(elem_id="documents", js_on_load=_SCRIPT)
    pages = gr.Textbox(
        label=word("pages_box"),
        info=word("pages_info"),
        placeholder=word("pages_example"),
        max_lines=1,
        visible=False,
        elem_id="pages",
    )
    does = _Shelf(library, readings, tokens, forget)
    shown: list[Any] = [documents, ticked, pages]
    many: dict[str, Any] = {"concurrency_limit": None, "trigger_mode": "multiple", **_QUIET}
    blocks.load(does.load, None, [status, *shown], **many)
    drop.upload(does.add_files, [drop, ticked], [drop, status, *shown], **many)
    folder.submit(does.add_folder, [folder, ticked], [folder, status, *shown], **many)
    documents.click(does.tick_or_remove, [ticked], [status, *shown], trigger_mode="multiple", queue=False, **_QUIET)
    return LibraryPane(ticked, pages, documents)


def selections(library: Library, ticked: Sequence[str], pages: str | None) -> list[Selection]:
    """What the ticks and the page box stand for. Raises DocumentMissing, PagesInvalid."""
    documents = [library.document(document) for document in ticked]
    chosen = parse_pages(pages, documents[0]) if pages and pages.strip() and len(documents) == 1 else None
    return [Selection(document, chosen) for document in documents]
