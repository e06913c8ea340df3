"""A request whose plan does not fit in, the changes that make it fit out, each planned anew and
ready to run.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import Protocol

from yarn_runtime.catalogue import catalogue
from yarn_runtime.memory import GIB, Memory
from yarn_runtime.model import ModelFacts, load_model


@dataclass(frozen=True, slots=True)
class Request:
    """What a plan is asked for; None leaves the choice to the plan."""

    model: ModelFacts
    memory: Memory
    context: int | None = None
    utilization: float | None = None
    kv_cache_dtype: str = "auto"
    max_num_seqs: int | None = None
    max_num_batched_tokens: int | None = None
    dtype: str | None = None

    @property
    def command(self) -> tuple[str, ...]:
        """The command line that makes this request: to serve where the memory is at hand, to plan where it
        was only named.
        """
        at_hand = self.memory.free_bytes is not None
        words = ["unspool", "serve" if at_hand else "plan", self.model.location]
        if self.context is not None:
            words += ["--context", str(self.context)]
        if not at_hand:
            words += ["--gpu-memory", f"{self.memory.total_bytes / GIB:.2f}GiB"]
        if self.utilization is not None:
            words += ["--utilization", f"{self.utilization:g}"]
        if self.kv_cache_dtype != "auto":
            words += ["--kv-cache-dtype", self.kv_cache_dtype]
        if self.max_num_seqs is not None:
            words += ["--max-num-seqs", str(self.max_num_seqs)]
        return tuple(words)


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
    """The ways that fit, best first: 8-bit KV, the longest context, quantised weights, another model, fewer
    sequences.
    """
    return tuple(
        way
        for ways in (_narrow_kv, _shorter, _quantised, _another_model, _fewer_sequences)
        for way in ways(request, attempt)
    )


def eight_bit_kv(memory: Memory) -> str | None:
    """The 8-bit KV dtype for this device: FP8 kernels start with compute capability 8.9, the CPU backend has
    none for AVX2.
    """
    if memory.device == "cpu":
        return None
    return "fp8" if memory.capability is None or memory.capability >= 8.9 else "int8_per_token_head"


def _narrow_kv(request: Request, attempt: Attempt) -> Iterator[WayOut]:
    narrow = eight_bit_kv(request.memory)
    if narrow is None or request.kv_cache_dtype != "auto":
        return
    changed = replace(request, kv_cache_dtype=narrow)
    if attempt(changed).fits:
        yield WayOut(
            f"Keep the KV cache in 8 bits ({narrow}): about half the bytes for each token.", changed.command
        )


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


def _quantised(request: Request, attempt: Attempt) -> Iterator[WayOut]:
    """Checkpoints of the catalogue that hold the same model in fewer bits, the mildest quantisation first."""
    if request.model.quantization is not None:
        return
    for suffix in ("-FP8", "-AWQ"):
        entry = catalogue().get((request.model.name + suffix).lower())
        changed = entry and replace(request, model=load_model(entry.name))
        if changed and attempt(changed).fits:
            yield WayOut(f"Take the quantised weights of {changed.model.name}.", changed.command)


def _another_model(request: Request, attempt: Attempt) -> Iterator[WayOut]:
    """The largest other model of the catalogue that serves the wanted context within what its makers
    endorse.
    """
    wanted = request.context or request.model.trained.native
    others = [load_model(entry.name) for entry in catalogue().values()]
    others.sort(key=lambda model: model.parameters.total, reverse=True)
    for model in others:
        same = request.model.name.split("/")[-1] in model.name
        changed = replace(request, model=model, context=wanted)
        if not same and model.trained.endorsed >= wanted and attempt(changed).fits:
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
