"""The rows of a document's pages in, its Pages out, each made when it is first looked at; runs no SQL."""

from collections.abc import Sequence
from typing import overload

from assistant import rows
from ingest import Page


class KeptPages(Sequence[Page]):
    """Like a tuple of the pages, and equal to it. Threads may share it: a page is the same object for all of them."""

    def __init__(self, kept: Sequence[rows.Row]) -> None:
        self._rows = kept
        self._made: dict[int, Page] = {}

    def __len__(self) -> int:
        return len(self._rows)

    @overload
    def __getitem__(self, at: int) -> Page: ...
    @overload
    def __getitem__(self, at: slice) -> Sequence[Page]: ...
    def __getitem__(self, at: int | slice) -> Page | Sequence[Page]:
        if isinstance(at, slice):
            return tuple(self[number] for number in range(*at.indices(len(self))))
        number = range(len(self))[at]
        return self._made.get(number) or self._made.setdefault(number, rows.page(self._rows[number]))

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Sequence) and tuple(self) == tuple(other)

    __hash__ = None  # type: ignore[assignment]  # as that of a document, whose metadata have none

    def __repr__(self) -> str:
        return repr(tuple(self))
