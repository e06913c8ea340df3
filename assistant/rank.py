"""A question and the indexes of documents in, a score for every span out; knows no text and no database.

Two judges are added up. Words: the share of what the question asks for, weighed by rarity, that a span holds; 1 is all
of it. It is near 0 for every span where the question uses other words or another language, so that meaning decides
there by itself. Meaning: how far a span's nearness stands out from that of the others, in standard deviations.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from assistant.call_graph import CallGraph
from assistant.meaning_index import MeaningIndex
from assistant.word_index import HIGHEST, WordIndex

MEANING = 0.1
MEANING_OF_CODE = 0.05
"""What a standard deviation of nearness is worth in shares of words; less in code, where names say more than an encoder
of prose understands. See docs/benchmarks-search.md."""
CALLS = 0.5
"""What a call keeps of the score of the span that makes it."""
STEPS = 2
"""How far calls are followed."""
SEEDS = 12
"""Spans from which calls are followed: the best."""

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Indexes:
    """What is known of one document; without `meanings` words decide alone."""

    words: WordIndex
    meanings: MeaningIndex | None
    calls: CallGraph | None
    """Of a codebase."""


@dataclass(frozen=True, slots=True)
class Asked:
    """A question as the indexes take it."""

    terms: Sequence[str]
    vector: npt.NDArray[np.float32] | None


def scores(variants: Sequence[Asked], documents: Sequence[Indexes]) -> list[Floats]:
    """A score for every span of every document, comparable over all of them; of several ways to ask the best counts."""
    best = np.maximum.reduce([_scores(asked, documents) for asked in variants])
    ends = np.cumsum([document.words.spans for document in documents])[:-1]
    return [_with_calls(part, document.calls) for part, document in zip(np.split(best, ends), documents, strict=True)]


def _scores(asked: Asked, documents: Sequence[Indexes]) -> Floats:
    spans = sum(document.words.spans for document in documents)
    rarity = {term: _rarity(spans, sum(each.words.holding(term) for each in documents)) for term in asked.terms}
    highest = HIGHEST * sum(rarity.values()) or 1.0
    total = np.concatenate([document.words.scores(rarity) for document in documents]) / highest
    known = [document.meanings for document in documents if document.meanings is not None]
    if asked.vector is not None and len(known) == len(documents):
        near = np.concatenate([meanings.scores(asked.vector) for meanings in known])
        worth = [MEANING if document.calls is None else MEANING_OF_CODE for document in documents]
        weights = np.repeat(worth, [document.words.spans for document in documents])
        total += weights * (near - near.mean()) / (near.std() or 1.0)
    return total


def _rarity(spans: int, holding: int) -> float:
    return math.log(1 + (spans - holding + 0.5) / (holding + 0.5))


def _with_calls(part: Floats, calls: CallGraph | None) -> Floats:
    """Where a good span calls something, what it calls is as good as half of it, besides what it is worth itself."""
    if calls is None or not len(part):
        return part
    seeds = np.where(part >= np.sort(part)[-min(SEEDS, len(part))], np.maximum(part, 0), 0.0)
    total = part.copy()
    for _ in range(STEPS):
        seeds = CALLS * calls.reached(seeds)
        total += seeds
    return total
