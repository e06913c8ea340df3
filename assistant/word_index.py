"""A document in, an index of its words out that scores its spans by BM25; knows no embedding and no database.

BM25 (Robertson and Zaragoza 2009, "The Probabilistic Relevance Framework", eq. 3.15) with k1 = 1.2, b = 0.75, over
three views of a span: its own words, those of it and its neighbours on the page, and those of its headings.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from io import BytesIO
from typing import Any

import numpy as np
import numpy.typing as npt

from assistant.sections import sections
from assistant.terms import terms
from ingest import Document

K1 = 1.2
B = 0.75
NEIGHBOURS = 1.0
HEADINGS = 0.3
"""Weights of the views beside the span's own words; see docs/benchmarks-search.md."""
HIGHEST = (K1 + 1) * (1 + NEIGHBOURS + HEADINGS)
"""What a term adds to a score at most, in units of its rarity."""

VERSION = "words 1"
"""Changes with what is kept."""

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class Postings:
    """In which spans each term stands, and how often: one view of a document."""

    places: Mapping[str, tuple[npt.NDArray[np.int32], npt.NDArray[np.int32]]]
    lengths: npt.NDArray[np.int32]
    """Terms of each span."""

    @classmethod
    def of(cls, bags: Sequence[Sequence[str]]) -> "Postings":
        """The postings of spans, each a list of terms."""
        found: dict[str, tuple[list[int], list[int]]] = {}
        for index, bag in enumerate(bags):
            for term, count in Counter(bag).items():
                spans, counts = found.setdefault(term, ([], []))
                spans.append(index)
                counts.append(count)
        places = {term: (np.array(a, np.int32), np.array(b, np.int32)) for term, (a, b) in found.items()}
        return cls(places, np.array([len(bag) for bag in bags], np.int32))

    def counts(self, term: str) -> Floats:
        """How often the term stands in each span."""
        counts = np.zeros(len(self.lengths))
        if term in self.places:
            spans, times = self.places[term]
            counts[spans] = times
        return counts

    def to_arrays(self, name: str) -> dict[str, npt.NDArray[Any]]:
        """As plain arrays, whose names begin with `name`."""
        spans = [spans for spans, _ in self.places.values()]
        counts = [counts for _, counts in self.places.values()]
        none = [np.zeros(0, np.int32)]
        return {
            f"{name}_terms": np.frombuffer("\n".join(self.places).encode(), np.uint8),
            f"{name}_sizes": np.array([len(each) for each in spans], np.int32),
            f"{name}_spans": np.concatenate(spans or none),
            f"{name}_counts": np.concatenate(counts or none),
            f"{name}_lengths": self.lengths,
        }

    @classmethod
    def from_arrays(cls, arrays: Mapping[str, npt.NDArray[Any]], name: str) -> "Postings":
        """Back from `to_arrays`."""
        every = arrays[f"{name}_terms"].tobytes().decode().split("\n")
        ends = np.cumsum(arrays[f"{name}_sizes"])[:-1]
        spans, counts = np.split(arrays[f"{name}_spans"], ends), np.split(arrays[f"{name}_counts"], ends)
        places = dict(zip(every, zip(spans, counts, strict=True), strict=True)) if every != [""] else {}
        return cls(places, arrays[f"{name}_lengths"])


@dataclass(frozen=True, slots=True, eq=False)
class WordIndex:
    """The words of one document's spans, in reading order."""

    words: Postings
    headings: Postings
    joined: npt.NDArray[np.bool_]
    """Whether each span but the first stands on the page of the one before it."""

    @classmethod
    def of(cls, document: Document) -> "WordIndex":
        """Read the whole document, about a second for 500 pages."""
        spans = [span for page in document.pages for span in page.spans]
        pages = np.array([span.page for span in spans])
        return cls(
            Postings.of([terms(span.text) for span in spans]),
            Postings.of([terms(path) for path in sections(document)]),
            pages[1:] == pages[:-1],
        )

    @property
    def spans(self) -> int:
        """How many spans there are."""
        return len(self.words.lengths)

    def holding(self, term: str) -> int:
        """In how many spans the term stands."""
        return len(self.words.places[term][0]) if term in self.words.places else 0

    def scores(self, rarity: Mapping[str, float]) -> Floats:
        """BM25 of every span for the terms, each with its rarity (inverse document frequency)."""
        total = np.zeros(self.spans)
        lengths = self.words.lengths.astype(float)
        wide_lengths = self._with_neighbours(lengths)
        for term, weight in rarity.items():
            if term in self.words.places:
                counts = self.words.counts(term)
                total += weight * _saturated(counts, lengths)
                total += weight * NEIGHBOURS * _saturated(self._with_neighbours(counts), wide_lengths)
            if term in self.headings.places:
                lengths_of_headings = self.headings.lengths.astype(float)
                total += weight * HEADINGS * _saturated(self.headings.counts(term), lengths_of_headings)
        return total

    def to_bytes(self) -> bytes:
        """To be kept; `from_bytes` reads it."""
        file = BytesIO()
        arrays = {**self.words.to_arrays("words"), **self.headings.to_arrays("headings"), "joined": self.joined}
        np.savez(file, allow_pickle=False, **arrays)
        return file.getvalue()

    @classmethod
    def from_bytes(cls, data: bytes) -> "WordIndex":
        """Back from `to_bytes`. Raises ValueError or KeyError where it is none."""
        arrays = np.load(BytesIO(data), allow_pickle=False)
        kept = {name: arrays[name] for name in arrays.files}
        return cls(Postings.from_arrays(kept, "words"), Postings.from_arrays(kept, "headings"), kept["joined"])

    def _with_neighbours(self, values: Floats) -> Floats:
        wide = values.copy()
        wide[1:] += values[:-1] * self.joined
        wide[:-1] += values[1:] * self.joined
        return wide


def _saturated(counts: Floats, lengths: Floats) -> Floats:
    average = lengths.mean() or 1.0
    saturated: Floats = counts * (K1 + 1) / (counts + K1 * (1 - B + B * lengths / average))
    return saturated
