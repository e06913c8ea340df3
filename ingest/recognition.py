"""Numbers of pages in, what is recognised on them out: read in worker processes beside each other, on all cores.

Whatever goes wrong with a page is told of that page, and the others go on.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass, field, replace
from threading import Event
from typing import Any, BinaryIO

from ingest.document import Box, Span
from ingest.errors import IngestError
from ingest.limits import Limits
from ingest.process import answers
from ingest.tesseract import Tesseract

_PAGES_A_WORKER = 8
"""So that a worker's limits on time and memory hold for few pages, and its start (0.1 s) is no cost."""


@dataclass(frozen=True, slots=True)
class Reading:
    """What is recognised on a page, `sure` from 0 to 1; or, in words, why nothing is."""

    text: str = ""
    spans: tuple[Span, ...] = ()
    sure: float = 0.0
    width: float = 0.0
    height: float = 0.0
    blank: bool = False
    failure: str = ""


@dataclass(frozen=True, slots=True)
class Pictured:
    """The open file whose pages are to be read, what it is ("pdf" or "image"), and the bytes that it should have."""

    file: BinaryIO
    name: str
    form: str
    sha256: str
    password: str | None = None
    limits: Limits = field(default_factory=Limits)


def recognise(
    source: Pictured, numbers: Sequence[int], engine: Tesseract, done: Callable[[int], None]
) -> dict[int, Reading]:
    """A reading for each of the numbers; `done` is told how many more were read. Raises nothing of single pages."""
    shares = [numbers[at : at + _PAGES_A_WORKER] for at in range(0, len(numbers), _PAGES_A_WORKER)]
    workers = max(1, min(len(os.sched_getaffinity(0)), len(numbers)))
    if len(shares) < 2 * workers:  # few pages: every core has its part
        shares = [numbers[at::workers] for at in range(workers)]
    found: dict[int, Reading] = {}
    stopped = Event()
    with ThreadPoolExecutor(workers) as pool:
        try:
            for readings in pool.map(lambda share: _share(source, share, engine, stopped), shares):
                found |= readings
                done(len(readings))
        except BaseException:
            stopped.set()
            pool.shutdown(wait=False, cancel_futures=True)
            raise
    return found


def _share(source: Pictured, numbers: Sequence[int], engine: Tesseract, stopped: Event) -> dict[int, Reading]:
    found: dict[int, Reading] = {}
    # Each page is tried twice at most; all of them together must not run into a limit that one of them would keep.
    patience = max(source.limits.wall_seconds, 2.5 * source.limits.ocr_seconds * len(numbers))
    limits = replace(source.limits, wall_seconds=patience)
    while left := [number for number in numbers if number not in found]:
        try:
            for answer in answers(_job(source, left, engine), source.file, source.name, limits):
                if stopped.is_set():
                    return found
                if "read" in answer:
                    found[answer["read"]["number"]] = _reading(answer["read"])
                else:
                    found[answer["unread"]] = Reading(failure=answer["why"])
        except IngestError as error:
            # It was at the first page that it has not told of; the others get another worker.
            first = next(number for number in left if number not in found)
            found[first] = Reading(failure=error.message)
    return found


def _job(source: Pictured, numbers: Sequence[int], engine: Tesseract) -> dict[str, Any]:
    return {
        "task": "recognise",
        "form": source.form,
        "sha256": source.sha256,
        "password": source.password,
        "numbers": list(numbers),
        "engine": asdict(engine),
        "seconds": source.limits.ocr_seconds,
    }


def _reading(said: dict[str, Any]) -> Reading:
    number, text = said["number"], said["text"]
    spans = tuple(
        Span(number, start, end, text[start:end], tuple(Box(*corners) for corners in boxes), sure)
        for start, end, boxes, sure in said["spans"]
    )
    width, height = said["size"]
    return Reading(text, spans, said["sure"], width, height, said["blank"])
