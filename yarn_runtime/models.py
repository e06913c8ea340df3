"""A memory and a wanted context in, the catalogue ranked out: what runs, at what length, how well it is known to read
it.
"""

import math
from dataclasses import dataclass, replace
from typing import Any

from yarn_runtime.catalogue import Entry, catalogue
from yarn_runtime.memory import Memory
from yarn_runtime.model import shipped
from yarn_runtime.plan import Plan, answer
from yarn_runtime.policy import check_context
from yarn_runtime.request import Request, check_request
from yarn_runtime.ruler import Score, ruler
from yarn_runtime.ways_out import eight_bit_kv

GUESS, PER_DOUBLING, PER_YEAR, STRETCHED = 70.0, 6.0, 8.0, -20.0
"""What a model without a published score is ranked as: 70 for 8 billion parameters of 2025, the differences as among
the published scores at 128K (4B 66, 8B 77, 14B 85); less where the length is reached by interpolation without a
published test.
"""
INTERPOLATED = ("linear", "dynamic", "ntk")
"""Scalings of a checkpoint that stretch it by older means than YaRN."""
SHORTEST = 4096
"""Tokens; a model that holds less is not listed."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """A model of the catalogue and how this memory serves it."""

    plan: Plan
    entry: Entry
    reaches: bool
    """Whether it serves the wanted context (its native length where none was wanted)."""
    endorsed: bool
    """Whether its makers vouch for the served length."""
    score: Score | None
    """The published RULER score at the served length, measured unquantised."""

    @property
    def name(self) -> str:
        return self.entry.name

    @property
    def stretched(self) -> bool:
        return self.plan.factor is not None

    @property
    def guess(self) -> float:
        """Where the model stands among those with a score: by its size, its age and how it reaches the length."""
        model = self.plan.model
        years = int(self.entry.released[:4]) - 2025
        interpolated = self.stretched or model.positions.scaling in INTERPOLATED
        doublings = math.log2(model.parameters.total / 8e9)
        return GUESS + PER_DOUBLING * doublings + PER_YEAR * years + (STRETCHED if interpolated else 0)

    @property
    def order(self) -> tuple[Any, ...]:
        """Sorts the best first: reaches the context, is vouched for, answers; RULER score; then newer, larger,
        exacter.
        """
        return (
            not self.reaches,
            not self.endorsed,
            not self.entry.chat,
            0 if self.reaches else -self.plan.max_model_len,
            -(self.score.value if self.score else self.guess),
            -self.plan.memory.weights_bytes,
        )

    def to_json(self) -> dict[str, Any]:
        """The candidate as plain JSON values."""
        plan = self.plan
        return {
            "model": self.name,
            "parameters": plan.model.parameters.total,
            "quantization": plan.model.quantization.method if plan.model.quantization else None,
            "weights_bytes": plan.memory.weights_bytes,
            "chat": self.entry.chat,
            "thinks": self.entry.thinks,
            "released": self.entry.released,
            "reaches": self.reaches,
            "max_model_len": plan.max_model_len,
            "native_len": plan.native_len,
            "factor": plan.factor,
            "endorsed": self.endorsed,
            "kv_cache_dtype": plan.kv_cache_dtype,
            "kv_tokens": plan.kv_tokens,
            "ruler": self.score.value if self.score else None,
            "ruler_length": self.score.length if self.score else None,
            "ruler_source": self.score.source if self.score else None,
        }


def models(
    memory: Memory | None = None,
    context: int | None = None,
    *,
    kv_cache_dtype: str = "auto",
    utilization: float | None = None,
    max_num_seqs: int | None = None,
) -> tuple[Candidate, ...]:
    """Every model of the catalogue that serves at least 4,096 tokens here, the best for `context` first.

    A model that does not reach the context is listed with the longest that it does; with `kv_cache_dtype` "auto", 8
    bits are tried before that. Raises a PlanProblem as `plan` does.
    """
    memory = memory or Memory.detect()
    wanted = None if context is None else check_context(context)
    found = []
    for entry in catalogue().values():
        request = Request(
            model=shipped(entry.name.lower()),
            memory=memory,
            context=wanted,
            kv_cache_dtype=kv_cache_dtype,
            utilization=utilization,
            max_num_seqs=max_num_seqs,
        )
        check_request(request)
        made, reaches = _served(request)
        if made.fits and made.max_model_len >= min(SHORTEST, wanted or SHORTEST):
            endorsed = made.max_model_len <= made.model.trained.endorsed
            found.append(Candidate(made, entry, reaches, endorsed, ruler(entry.name, made.max_model_len)))
    return tuple(sorted(found, key=lambda candidate: candidate.order))


def default_model(memory: Memory, context: int | None = None, *, kv_cache_dtype: str = "auto") -> str:
    """The id that suits this memory best: the first of `models` that answers without thinking aloud before (which
    costs a reader minutes) and needs no 8-bit KV unless that was asked for.

    Where nothing reaches the context it is the one that comes closest; the smallest of the catalogue's chat models
    where nothing runs at all.
    """
    ranked = models(memory, context, kv_cache_dtype=kv_cache_dtype)
    for each in ranked:
        if each.plan.kv_cache_dtype == kv_cache_dtype and each.entry.chat and not each.entry.thinks:
            return each.name
    chats = (shipped(entry.name.lower()) for entry in catalogue().values() if entry.chat)
    return min(chats, key=lambda model: model.weights_bytes("bfloat16")).name


def _served(request: Request) -> tuple[Plan, bool]:
    """The plan for the context, in 8-bit KV where only that reaches it, else for the longest context that fits."""
    made = answer(request)
    native = made.model.trained.native
    if made.fits and made.max_model_len >= (request.context or native):
        return made, True
    narrow = eight_bit_kv(request.memory)
    if narrow is not None and request.kv_cache_dtype == "auto":
        tried = answer(replace(request, kv_cache_dtype=narrow))
        if tried.fits and tried.max_model_len >= (request.context or native):
            return tried, True
    return answer(replace(request, context=None)), False
