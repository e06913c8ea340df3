"""A question and passages in, the passages' order by nearness out: makes each document's indexes once, and keeps them.

Without an encoder words alone decide. Nothing here asks a model that writes.
"""

from collections.abc import Callable, Mapping, Sequence
from copy import copy
from typing import Protocol, TypeVar

from assistant import call_graph, meaning_index, word_index
from assistant.call_graph import CallGraph
from assistant.meaning_index import Encodes, MeaningIndex
from assistant.rank import Asked, Indexes, scores
from assistant.terms import asked
from assistant.word_index import WordIndex
from ingest import Document, Page, Span

_HELD = 8
"""Documents whose indexes stay in memory."""
_LONG = 200_000
"""Characters of a document whose index takes some seconds to make."""

_Index = TypeVar("_Index", WordIndex, MeaningIndex, CallGraph)


class Shelf(Protocol):
    """Where indexes are kept from one run of the program to the next."""

    def index(self, document_id: str, kind: str) -> bytes | None:
        """What was kept, if it was."""

    def keep_index(self, document_id: str, kind: str, data: bytes) -> None:
        """Keep it for as long as the document is kept."""


class Search:
    """Ranks passages; may be shared by threads, which at worst make an index twice."""

    def __init__(
        self,
        shelf: Shelf | None = None,
        encoder: Encodes | None = None,
        say: Callable[[str], None] | None = None,
    ) -> None:
        """`say` takes a line where a person will wait for a long document's first index."""
        self._shelf = shelf
        self._encoder = encoder
        self._ways: Mapping[str, Sequence[str]] = {}
        self._say = say
        self._held: dict[str, Indexes] = {}

    def knowing(self, question: str, ways: Sequence[str]) -> "Search":
        """The same search, which looks for a question in other words, too; the indexes are shared."""
        found = copy(self)
        found._ways = {question: ways}
        return found

    @property
    def by_meaning(self) -> bool:
        """Whether meaning is judged, too."""
        return self._encoder is not None

    def order(self, question: str, candidates: Sequence[tuple[Document, Span]]) -> list[int]:
        """Indices of all candidates, the nearest first; equal ones in the order in which they came."""
        documents = list({document.id: document for document, _ in candidates}.values())
        if not documents:
            return []
        ways = list(dict.fromkeys([question, *self._ways.get(question, ())]))
        vectors = list(self._encoder.encode(ways)) if self._encoder else [None] * len(ways)
        variants = [Asked(asked(way), vector) for way, vector in zip(ways, vectors, strict=True)]
        found = scores(variants, [self._indexes(document) for document in documents])
        score = {
            (document.id, span.page, span.start): float(value)
            for document, values in zip(documents, found, strict=True)
            for span, value in zip((s for page in document.pages for s in page.spans), values, strict=True)
        }
        worth = [score[document.id, span.page, span.start] for document, span in candidates]
        return sorted(range(len(worth)), key=lambda index: (-worth[index], index))

    def nearest(self, question: str, texts: Sequence[str]) -> list[int]:
        """Indices of some short texts that are no documents, the nearest first; the later one of equal ones."""
        if not texts:
            return []
        pages = tuple(
            Page(number, str(number), text, (Span(number, 0, len(text), text),)) for number, text in enumerate(texts, 1)
        )
        made = Document("", "", "text", "", "", "", pages)
        meanings = MeaningIndex.of(made, self._encoder) if self._encoder else None
        vector = next(iter(self._encoder.encode([question])), None) if self._encoder else None
        (values,) = scores([Asked(asked(question), vector)], [Indexes(WordIndex.of(made), meanings, None)])
        return sorted(range(len(texts)), key=lambda index: (-float(values[index]), -index))

    def _indexes(self, document: Document) -> Indexes:
        held = self._held.get(document.id)
        if held is None:
            held = Indexes(
                self._kept(document, word_index.VERSION, WordIndex, WordIndex.of),
                self._meanings(document),
                self._kept(document, call_graph.VERSION, CallGraph, CallGraph.of) if document.kind == "code" else None,
            )
            while len(self._held) >= _HELD:
                del self._held[next(iter(self._held))]
            self._held[document.id] = held
        return held

    def _meanings(self, document: Document) -> MeaningIndex | None:
        encoder = self._encoder
        if encoder is None:
            return None
        kind = f"{encoder.name} {meaning_index.VERSION}"
        return self._kept(document, kind, MeaningIndex, lambda made: MeaningIndex.of(made, encoder))

    def _kept(self, document: Document, kind: str, read: type[_Index], make: Callable[[Document], _Index]) -> _Index:
        """From the shelf, or made and put there; what cannot be read is made anew."""
        data = self._shelf.index(document.id, kind) if self._shelf else None
        if data is not None:
            try:
                return read.from_bytes(data)
            except (ValueError, KeyError, OSError):
                pass
        if self._say and read is MeaningIndex and sum(len(page.text) for page in document.pages) > _LONG:
            self._say(f"Making the search index of {document.name}, once.")
        made = make(document)
        if self._shelf:
            self._shelf.keep_index(document.id, kind, made.to_bytes())
        return made
