"""The library's pane: sources in, documents to tick out; what a question will be about is kept in its state."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import gradio as gr

import ingest
from assistant import Library, Selection
from ui import words
from ui.asking import parse_pages
from ui.documents_html import documents_html, read_html
from ui.problem_html import PROBLEMS, problem_html

_SCRIPT = (Path(__file__).parent / "page_library.js").read_text("utf-8")


Read = Callable[[str], ingest.Document]
"""Reads a file or folder; raises an IngestError."""


@dataclass(frozen=True, slots=True)
class LibraryPane:
    """What the chat needs of this pane."""

    ticked: gr.State
    """Ids of the documents that are in the context."""
    pages: gr.Textbox


def library_pane(blocks: gr.Blocks, library: Library, forget: Callable[[], None], read: Read) -> LibraryPane:
    """Lay the pane out and wire it; `read` reads what is added, `forget` is called when a document was removed."""
    ticked = gr.State([])
    gr.HTML(f"<h2>{words.LIBRARY}</h2>")
    drop = gr.File(label=words.DROP, show_label=False, file_count="multiple", height=104, elem_id="drop")
    folder = gr.Textbox(
        label=words.FOLDER, placeholder=words.FOLDER_EXAMPLE, submit_btn=words.ADD, max_lines=1, elem_id="folder"
    )
    status = gr.HTML(elem_id="status")
    # The value is HTML that was escaped here. A template with the names in it would be evaluated as JavaScript.
    documents = gr.HTML(elem_id="documents", js_on_load=_SCRIPT)
    pages = gr.Textbox(
        label=words.PAGES,
        info=words.PAGES_INFO,
        placeholder=words.PAGES_EXAMPLE,
        max_lines=1,
        visible=False,
        elem_id="pages",
    )

    def refresh(chosen: Sequence[str]) -> tuple[str, list[str], Any]:
        shelved = library.documents()
        known = [document for document in shelved if document.id in chosen]
        one_pdf = len(known) == 1 and known[0].kind == "pdf"
        label = f"{words.PAGES}: {known[0].name}" if one_pdf else words.PAGES
        return (
            documents_html(shelved, chosen),
            [document.id for document in known],
            gr.update(visible=one_pdf, label=label, value=""),
        )

    def add(paths: Sequence[str], chosen: list[str]) -> Iterator[tuple[str, str, list[str], Any]]:
        said = ""
        for path in paths:
            yield said + f'<div class="busy">{words.reading_source(Path(path).name)}</div>', *refresh(chosen)
            try:
                if same := library.known(Path(path)):
                    document = library.document(same)
                else:
                    document = read(path)
                    library.add(document)
                said += read_html(document)
                chosen = [*chosen, document.id]
            except PROBLEMS as problem:
                said += problem_html(problem)
            yield said, *refresh(chosen)

    def add_files(paths: list[str] | None, chosen: list[str]) -> Iterator[tuple[Any, ...]]:
        try:
            for update in add(paths or [], chosen):
                yield gr.skip(), *update
        finally:
            for path in paths or []:
                Path(path).unlink(missing_ok=True)  # the library has its own copy
        yield None, gr.skip(), gr.skip(), gr.skip(), gr.skip()

    def add_folder(path: str, chosen: list[str]) -> Iterator[tuple[Any, ...]]:
        for update in add([path.strip()] if path.strip() else [], chosen):
            yield "", *update

    def tick_or_remove(event: gr.EventData, chosen: list[str]) -> tuple[str, str, list[str], Any]:
        removed = getattr(event, "remove", None)
        if removed is None:
            return gr.skip(), *refresh([str(item) for item in getattr(event, "ticked", [])])
        try:
            library.remove(str(removed))
            forget()
        except PROBLEMS as problem:
            return problem_html(problem), *refresh(chosen)
        return "", *refresh(chosen)

    shown: list[Any] = [documents, ticked, pages]
    quiet: dict[str, Any] = {"show_progress": "hidden", "api_visibility": "private"}
    blocks.load(lambda: refresh([]), None, shown, **quiet)
    drop.upload(add_files, [drop, ticked], [drop, status, *shown], concurrency_limit=None, **quiet)
    folder.submit(add_folder, [folder, ticked], [folder, status, *shown], concurrency_limit=None, **quiet)
    documents.click(tick_or_remove, [ticked], [status, *shown], trigger_mode="multiple", queue=False, **quiet)
    return LibraryPane(ticked, pages)


def selections(library: Library, ticked: Sequence[str], pages: str | None) -> list[Selection]:
    """What the ticks and the page box stand for. Raises DocumentMissing, PagesInvalid."""
    documents = [library.document(document) for document in ticked]
    chosen = parse_pages(pages, documents[0]) if pages and pages.strip() and len(documents) == 1 else None
    return [Selection(document, chosen) for document in documents]
