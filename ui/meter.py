"""What is ticked, the conversation and an engine in, how full the context would be out, before anything is asked.

Exact: the counts are the engine's own.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

from assistant import DocumentCoverage, Library, Selection, Turn, WayCost, brief, preview, ways
from ui.current_engine import CurrentEngine
from ui.manner import Manner

_KEPT = 32
_ANY = "?"
"""Stands for the question where none is typed yet."""

Choice = tuple[str, frozenset[int] | None]
"""A document's id and the pages of it that are wanted, None for all."""


@dataclass(frozen=True, slots=True)
class Meter:
    """Tokens of each part of the prompt against the limit; what does not fit has ways to be read."""

    limit: int
    documents: int
    history: int
    rest: int
    """Instructions, question and chat template."""
    reserve: int
    """Kept free for the answer."""
    other: int | None = None
    """The limit of the engine's other profile, where that holds all and this one does not."""

    @property
    def needed(self) -> int:
        """All of it together."""
        return self.documents + self.history + self.rest + self.reserve

    @property
    def free(self) -> int:
        """What is left; below 0 where it does not fit."""
        return self.limit - self.needed


class Metering:
    """Measures for one library and whatever engine answers; what was counted once is kept."""

    def __init__(self, library: Library, current: CurrentEngine, tokens: dict[str, int], manner: Manner) -> None:
        """`tokens` takes the size of every document that was counted, by its id."""
        self._library = library
        self._current = current
        self._tokens = tokens
        self._manner = manner
        self._counted = lru_cache(_KEPT)(self._count)

    def measure(self, selections: Sequence[Selection], question: str, history: Sequence[Turn]) -> Meter:
        """Raises a RuntimeProblem where the engine does not answer, NothingToAsk where nothing is ticked."""
        engine = self._current()
        asked = question.strip() or _ANY
        key: tuple[Choice, ...] = tuple((each.document.id, each.pages) for each in selections)
        documents = sum(each.included_tokens for each in self._counted(engine.url, engine.model, key))
        least = brief(
            engine,
            [_least(selections)],
            asked,
            history=history,
            rounds=self._manner.rounds,
            seal=self._library.seal,
            thinking=self._manner.thinking,
        )
        parts = least.coverage.parts
        rest = least.coverage.prompt_tokens - parts["documents"] - parts["history"]
        kept = least.coverage.reserve_tokens
        meter = Meter(engine.limit, documents, parts["history"], rest, kept)
        offer = self._current.offer() if meter.free < 0 else None
        return replace(meter, other=offer.limit) if offer is not None and meter.needed <= offer.limit else meter

    def ways(self, selections: Sequence[Selection], question: str, history: Sequence[Turn]) -> tuple[WayCost, ...]:
        """How what does not fit can be read, and what that costs; takes longer. Raises as `measure` does."""
        return ways(
            self._current(),
            selections,
            question.strip() or _ANY,
            history=history,
            rounds=self._manner.rounds,
            search=self._library.search,
            seal=self._library.seal,
        )

    def _count(self, _url: str, _model: str, choices: tuple[Choice, ...]) -> tuple[DocumentCoverage, ...]:
        """Of every chosen document, as that engine counts."""
        selections = [Selection(self._library.document(key), pages) for key, pages in choices]
        covered = preview(selections, "", None, self._current().tokenizer, way="whole").coverage.documents
        self._tokens.update({key: each.tokens for (key, _), each in zip(choices, covered, strict=True)})
        return covered


def _least(selections: Sequence[Selection]) -> Selection:
    """The first page with text alone: for the parts of a prompt that do not depend on the documents."""
    for selection in selections:
        for page in selection.document.pages:
            if selection.includes(page) and page.spans:
                return Selection(selection.document, frozenset({page.number}))
    return selections[0]
