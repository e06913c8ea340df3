"""A request whose plan does not fit in, the changes that make it fit out, each planned anew and ready to run."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import Protocol

from yarn_runtime.catalogue import catalogue
from yarn_runtime.memory import Memory
from yarn_runtime.model import ModelFacts, shipped
from yarn_runtime.request import Request
from yarn_runtime.ruler import QUANTISED


@dataclass(frozen=True, slots=True)
class WayOut:
    """A sentence with its number, and the command that takes this way."""

    text: str
    command: tuple[str, ...]


class Outcome(Protocol):
    """What is looked at of a further plan."""

    @property
    def fits(self) -> bool: ...

    @property
    def max_model_len(self) -> int: ...


Attempt = Callable[[Request], Outcome]


def ways_out(request: Request, attempt: Attempt) -> tuple[WayOut, ...]:
    """The ways that fit, best first: 8-bit KV, quantised weights, both, a shorter context, another model, fewer
    sequences, more GPUs.
    """
    return tuple(
        way
        for ways in (_fewer_bits, _shorter, _another_model, _fewer_sequences, _more_gpus)
        for way in ways(request, attempt)
    )


def eight_bit_kv(memory: Memory) -> str | None:
    """The 8-bit KV dtype for this device: FP8 kernels start with compute capability 8.9, the CPU backend has
    none for AVX2.
    """
    if memory.device == "cpu":
        return None
    return "fp8" if memory.capability is None or memory.capability >= 8.9 else "int8_per_token_head"


def _fewer_bits(request: Request, attempt: Attempt) -> Iterator[WayOut]:
    """KV cache or weights in fewer bits; both together only where neither is enough, the mildest weights first."""
    narrow = eight_bit_kv(request.memory) if request.kv_cache_dtype == "auto" else None
    small_kv = replace(request, kv_cache_dtype=narrow) if narrow else None
    found = False
    if small_kv and attempt(small_kv).fits:
        found = True
        yield WayOut(f"Keep the KV cache in 8 bits ({narrow}): about half the bytes for each token.", small_kv.command)
    copies = _quantised_copies(request.model)
    for model in copies:
        changed = replace(request, model=model)
        if attempt(changed).fits:
            found = True
            yield WayOut(f"Take the quantised weights of {model.name}.", changed.command)
    if found or narrow is None:
        return
    for model in copies:
        changed = replace(request, model=model, kv_cache_dtype=narrow)
        if attempt(changed).fits:
            yield WayOut(
                f"Take the quantised weights of {model.name} and keep the KV cache in 8 bits ({narrow}).",
                changed.command,
            )


def _quantised_copies(model: ModelFacts) -> list[ModelFacts]:
    """Checkpoints of the catalogue that hold the same model in fewer bits, the mildest quantisation first."""
    if model.quantization is not None:
        return []
    names = (model.name + suffix for suffix in QUANTISED)
    return [shipped(entry.name.lower()) for name in names if (entry := catalogue().get(name.lower()))]


def _shorter(request: Request, attempt: Attempt) -> Iterator[WayOut]:
    """The longest context that fits, found by bisection: a shorter one never needs more."""
    low, high = 0, (request.context or request.model.trained.native) - 1
    while low < high:
        middle = (low + high + 1) // 2
        low, high = (middle, high) if attempt(replace(request, context=middle)).fits else (low, middle - 1)
    low -= low % 1024 if low >= 4096 else 0
    if low >= SHORTEST:
        changed = replace(request, context=low)
        yield WayOut(f"Ask for a context of {low:,} tokens: that fits.", changed.command)


SHORTEST = 512
"""Tokens; a shorter context is no way out."""


def _another_model(request: Request, attempt: Attempt) -> Iterator[WayOut]:
    """The largest other model of the catalogue that serves the wanted context within what its makers endorse."""
    wanted = request.context or request.model.trained.native
    others = [shipped(entry.name.lower()) for entry in catalogue().values() if entry.chat]
    others.sort(key=lambda model: model.parameters.total, reverse=True)
    for model in others:
        same = request.model.name.split("/")[-1] in model.name
        changed = replace(request, model=model, context=wanted)
        spread = model.attention_heads % request.tensor_parallel_size == 0
        if not same and spread and model.trained.endorsed >= wanted and attempt(changed).fits:
            billions = model.parameters.total / 1e9
            yield WayOut(
                f"Take another model: {model.name} ({billions:.1f}B) serves {wanted:,} tokens here.",
                changed.command,
            )
            return


def _fewer_sequences(request: Request, attempt: Attempt) -> Iterator[WayOut]:
    changed = replace(request, max_num_seqs=1)
    if request.max_num_seqs != 1 and attempt(changed).fits:
        yield WayOut("Serve one request at a time.", changed.command)


def _more_gpus(request: Request, attempt: Attempt) -> Iterator[WayOut]:
    """The smallest number of equal GPUs that holds it; of a card at hand nobody knows whether there is a second."""
    heads = request.model.attention_heads
    if request.memory.device == "cpu":
        return
    for gpus in (2, 4, 8):
        if gpus > request.tensor_parallel_size and heads % gpus == 0:
            changed = replace(request, tensor_parallel_size=gpus)
            if attempt(changed).fits:
                too_few = "One such GPU is" if request.tensor_parallel_size == 1 else "So few GPUs are"
                yield WayOut(f"{too_few} not enough, {gpus} of them together are.", changed.command)
                return
