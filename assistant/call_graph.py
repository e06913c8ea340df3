"""A codebase's symbols in, which spans lead to which out: from a use of a name to its definition; ranks nothing."""

from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from io import BytesIO

import numpy as np
import numpy.typing as npt

from ingest import Definition, Document, Page, Symbols, symbols

MOST_MEANINGS = 5
"""A name with more definitions (`__init__`, `run`) leads nowhere in particular."""
WHOLE_SPANS = 6
"""Spans of a definition that are followed to; of a longer one its beginning."""

VERSION = "calls 1"
"""Changes with what is kept."""

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class CallGraph:
    """Edges between spans, each with its weight: 1 where the name has one definition, less where it has several."""

    spans: int
    sources: npt.NDArray[np.int32]
    targets: npt.NDArray[np.int32]
    weights: npt.NDArray[np.float32]

    @classmethod
    def of(cls, document: Document) -> "CallGraph":
        """Parse the codebase; no edges for other documents."""
        lines = _Lines(document)
        edges = dict(_edges(document, symbols(document), lines)) if document.kind == "code" else {}
        pairs = np.array(list(edges) or np.zeros((0, 2)), np.int32)
        weights = np.array(list(edges.values()), np.float32)
        return cls(lines.spans, pairs[:, 0], pairs[:, 1], weights)

    def reached(self, scores: Floats) -> Floats:
        """Of every span, the best score of a span that leads to it, times the weight of the way."""
        best = np.zeros(self.spans)
        np.maximum.at(best, self.targets, scores[self.sources] * self.weights)
        return best

    def to_bytes(self) -> bytes:
        """To be kept; `from_bytes` reads it."""
        file = BytesIO()
        np.savez(file, spans=self.spans, sources=self.sources, targets=self.targets, weights=self.weights)
        return file.getvalue()

    @classmethod
    def from_bytes(cls, data: bytes) -> "CallGraph":
        """Back from `to_bytes`. Raises ValueError or KeyError where it is none."""
        arrays = np.load(BytesIO(data), allow_pickle=False)
        return cls(int(arrays["spans"]), arrays["sources"], arrays["targets"], arrays["weights"])


class _Lines:
    """Which lines each span holds, and which spans hold some lines."""

    def __init__(self, document: Document) -> None:
        self._firsts: dict[int, list[int]] = {}
        self._offsets: dict[int, int] = {}
        self.spans = 0
        for page in document.pages:
            self._firsts[page.number] = _first_lines(page)
            self._offsets[page.number] = self.spans
            self.spans += len(page.spans)

    def at(self, page: int, first: int, last: int) -> range:
        """The spans that hold these lines."""
        firsts, offset = self._firsts[page], self._offsets[page]
        start = max(0, bisect_right(firsts, first) - 1)
        return range(offset + start, offset + max(start + 1, bisect_right(firsts, last)))


def _first_lines(page: Page) -> list[int]:
    firsts = []
    line, at = 1, 0
    for span in page.spans:
        line += page.text.count("\n", at, span.start)
        at = span.start
        firsts.append(line)
    return firsts


def _edges(document: Document, known: Symbols, lines: _Lines) -> Iterator[tuple[tuple[int, int], float]]:
    for name, places in known.references.items():
        meant = known.defined(name)
        if 0 < len(meant) <= MOST_MEANINGS:
            targets = [target for definition in meant for target in _held(definition, lines)]
            for page, line in places:
                for source in lines.at(page, line, line)[:1]:
                    yield from (((source, target), 1 / len(meant)) for target in targets if target != source)


def _held(definition: Definition, lines: _Lines) -> range:
    """The spans of a definition; of a class only where it begins, for its methods are definitions of their own."""
    spans = lines.at(definition.page, definition.first, definition.last)
    return spans[: 1 if definition.kind == "class" else WHOLE_SPANS]
