"""A Document of source code in, its Symbols out: parsed in processes of their own, under limits; knows no grammar.

The parsers are C libraries and the code is anyone's: a file that kills its parser is skipped, the others are read.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from tempfile import TemporaryFile
from threading import Lock
from typing import Any

from ingest.document import Document, Page, Skipped
from ingest.errors import IngestError
from ingest.languages import GRAMMARS, language
from ingest.limits import Limits
from ingest.process import answers
from ingest.symbol import Definition, Place, Symbols

_BATCH = 4 * 1024 * 1024
"""Characters for one process: some seconds of work, so that its start costs little and its limits mean something."""
_SECONDS_MOST = 20
"""CPU seconds for a batch; real code takes one or two."""
_DEATHS_MOST = 5
"""Files that may kill their process before the rest of a batch is given up."""

_LATEST_MOST = 3
_latest: dict[tuple[str, Limits], tuple[Sequence[Page], Symbols]] = {}
"""What was found last, and in which pages, the oldest first: seconds of work, which questions and tools share."""
_latest_lock = Lock()


def symbols(document: Document, *, limits: Limits | None = None) -> Symbols:
    """The definitions of a codebase or source file, and where each name is used; none for other kinds of documents.

    Works from the pages' text alone, so it needs no source. Nothing is raised: what cannot be parsed is `skipped`.
    Those of the last documents that were asked for are at hand.
    """
    bounds = limits or Limits()
    bounds = replace(bounds, cpu_seconds=min(bounds.cpu_seconds, _SECONDS_MOST))
    key = document.id, bounds
    with _latest_lock:
        pages, found = _latest.get(key, ((), None))
    if found is None or pages != document.pages:
        found = _parsed(document, bounds)
    with _latest_lock:
        _latest.pop(key, None)
        _latest[key] = document.pages, found
        for oldest in list(_latest)[:-_LATEST_MOST]:
            del _latest[oldest]
    return found


def _parsed(document: Document, bounds: Limits) -> Symbols:
    pages = [page for page in document.pages if document.kind == "code" and language(page.label, page.text) in GRAMMARS]
    definitions: dict[int, list[Definition]] = {}
    references: dict[str, list[Place]] = {}
    skipped: list[Skipped] = []
    with ThreadPoolExecutor(max_workers=os.cpu_count() or 1) as threads:
        for said in threads.map(lambda batch: list(_said(batch, bounds)), _batches(pages)):
            for item in said:
                if isinstance(item, Skipped):
                    skipped.append(item)
                    continue
                page, found, used = item
                definitions[page] = [Definition(name, whole, kind, page, *rest) for name, whole, kind, *rest in found]
                for name, lines in used.items():
                    references.setdefault(name, []).extend(Place(page, line) for line in lines)
    return Symbols(
        tuple(each for page in sorted(definitions) for each in definitions[page]),
        {name: tuple(places) for name, places in references.items()},
        tuple(skipped),
    )


def _batches(pages: Sequence[Page]) -> Iterator[list[Page]]:
    batch: list[Page] = []
    size = 0
    for page in pages:
        if batch and size + len(page.text) > _BATCH:
            yield batch
            batch, size = [], 0
        batch.append(page)
        size += len(page.text)
    if batch:
        yield batch


def _said(batch: Sequence[Page], limits: Limits) -> Iterator[Any]:
    """What the worker says of each page, or why it could say nothing."""
    at = deaths = 0
    while at < len(batch):
        try:
            with TemporaryFile() as file:
                for page in batch[at:]:
                    line = [page.number, language(page.label, page.text), page.text]
                    file.write(json.dumps(line).encode() + b"\n")
                file.flush()
                for answer in answers({"task": "facts"}, file, "The code", limits):
                    at += 1
                    yield answer["facts"]
            return
        except IngestError as error:
            deaths += 1
            last = len(batch) if deaths > _DEATHS_MOST else at + 1
            yield from (Skipped(page.label, f"its symbols cannot be read: {error.message}") for page in batch[at:last])
            at = last
