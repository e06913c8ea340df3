"""Passages in, the parts in which a task takes them out: all together, document by document, chapter by chapter."""

from collections.abc import Callable, Sequence
from itertools import groupby

from assistant.context import Selection, ShownSpan
from assistant.sections import sections
from assistant.tasks.task import Task
from ingest import Document

Parts = list[tuple[str, list[ShownSpan]]]
Parting = Callable[[Task, Sequence[Selection], Sequence[ShownSpan]], Parts]


def together(task: Task, selections: Sequence[Selection], shown: Sequence[ShownSpan]) -> Parts:
    """One part; where a task goes by sections, those of each document."""
    if not task.by_sections:
        return [("", list(shown))]
    several = len(selections) > 1
    return [
        (f"{document.name}: {title}" if several and title else title or document.name, chapter)
        for document, of_document in _by_document(shown)
        for title, chapter in _chapters(document, of_document)
    ]


def by_document(task: Task, selections: Sequence[Selection], shown: Sequence[ShownSpan]) -> Parts:
    """A part a document."""
    return [(document.name, of_document) for document, of_document in _by_document(shown)]


def _by_document(shown: Sequence[ShownSpan]) -> list[tuple[Document, list[ShownSpan]]]:
    grouped = groupby(shown, key=lambda item: item.document.id)
    return [(items[0].document, items) for items in (list(group) for _, group in grouped)]


def _chapters(document: Document, shown: list[ShownSpan]) -> Parts:
    """By the outermost headings of which there are several; of code, by files; all of it where there are none."""
    if document.kind == "code":
        return [(label, list(group)) for label, group in groupby(shown, key=lambda item: item.page.label)]
    paths = dict(
        zip(
            ((page.number, span.start) for page in document.pages for span in page.spans),
            (path.split(" / ") for path in sections(document)),
            strict=True,
        )
    )
    for depth in (1, 2, 3):
        heads = [" / ".join(paths[item.page.number, item.span.start][:depth]) for item in shown]
        parts = [
            (head, [item for _, item in group])
            for head, group in groupby(zip(heads, shown, strict=True), key=lambda pair: pair[0])
        ]
        if len({head for head, _ in parts if head}) > 1:
            return [(head.rpartition(" / ")[2] if depth > 1 else head, items) for head, items in parts]
    return [("", shown)]
