"""An open PDF file in, what its workers say of it, page by page in order, out; a long one is read by several at a time.

A long file is read in ranges of pages, always the same ones, so that its text does not depend on the machine. Each
worker opens the file once and reads every so-manieth range.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from typing import Any, BinaryIO

from ingest.errors import SourceDamaged, SourceUnreadable
from ingest.limits import MIB, Limits
from ingest.pdf_ranges import ranges
from ingest.process import Workers

_WORKERS_MOST = 3
"""Each takes up to 100 MB, and all together shall stay below 400."""
_COPIES_MOST = 192 * MIB
"""Of the file, which every worker holds."""


def in_order(job: dict[str, Any], file: BinaryIO, name: str, limits: Limits) -> Iterator[dict[str, Any]]:
    """{"pages": n}, {"page": ...} for each and {"end": ...}; raises what ingest.process.Workers raises.

    The end is that of the first worker; raises SourceUnreadable where another one read other bytes.
    """
    size = os.fstat(file.fileno()).st_size
    most = max(1, min(len(os.sched_getaffinity(0)), _WORKERS_MOST, _COPIES_MOST // max(1, size)))
    with Workers(file, name, limits) as workers:
        team = [workers.start({**job, "part": 0, "of": most})]
        begin = _next(workers, 0, "pages", name)
        yield begin
        parts = ranges(begin["pages"]) if begin["in_ranges"] else [range(begin["pages"])]
        team += [workers.start({**job, "part": part, "of": most}) for part in range(1, min(most, len(parts)))]
        for number, part in enumerate(parts):
            worker = team[number % most]
            if 0 < number < len(team):
                _next(workers, worker, "pages", name)  # only now: the first pages wait for no other worker's start
            for _ in part:
                yield _next(workers, worker, "page", name)
        ends = [_next(workers, worker, "end", name) for worker in team]
        if any(end["end"]["sha256"] != ends[0]["end"]["sha256"] for end in ends):
            raise SourceUnreadable(f"{name} changed while it was read.", "Read it again.")
        yield ends[0]
        for worker in team:
            workers.next(worker)  # raises where it did not end well


def _next(workers: Workers, number: int, kind: str, name: str) -> dict[str, Any]:
    answer = workers.next(number)
    if answer is None or kind not in answer:
        raise SourceDamaged(f"{name} made its reader stop early.", "Open it in a viewer and print it to a new PDF.")
    return answer
