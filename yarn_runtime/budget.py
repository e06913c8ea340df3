"""A request in, the memory that an engine may take out; where it goes, and in words; knows no model."""

from dataclasses import dataclass

from yarn_runtime.kv_cache import KvLayout
from yarn_runtime.memory import GIB
from yarn_runtime.policy import Stretch
from yarn_runtime.request import Request

CPU_UTILIZATION = 0.9


@dataclass(frozen=True, slots=True)
class Budget:
    """Where the memory goes, in bytes; `kv_bytes` is what is left for the KV cache, or given to it on a CPU."""

    total_bytes: int
    utilization: float
    weights_bytes: int
    overhead_bytes: int
    kv_bytes: int


def usable_memory(request: Request) -> tuple[float, int, tuple[str, ...]]:
    """(utilization, bytes the engine may take, reasons): no more than is free, since vLLM refuses to start
    otherwise.
    """
    memory = request.memory
    share = request.utilization or (CPU_UTILIZATION if memory.device == "cpu" else request.release.utilization)
    if memory.free_bytes is None or memory.free_bytes >= memory.total_bytes * share:
        return share, int(memory.total_bytes * share), ()
    lowered = memory.free_bytes * 100 // memory.total_bytes / 100
    used = _gib(memory.total_bytes - memory.free_bytes)
    reason = f"Others use {used} of {memory.name}: utilization is lowered from {share:g} to {lowered:g}."
    return lowered, int(memory.total_bytes * lowered), (reason,)


def account(budget: Budget, usable: int, layout: KvLayout, wanted: Stretch, tokens: int, slack: int) -> tuple[str, ...]:
    """The sum in words, and what is missing."""
    spent = f"{_gib(budget.weights_bytes)} of weights and {_gib(budget.overhead_bytes)} of overhead"
    total = f"{_gib(budget.total_bytes)} x {budget.utilization:g} = {_gib(usable)}"
    if budget.kv_bytes == 0:
        return (f"{spent} exceed the memory: {total}.",)
    need = layout.bytes_for(wanted.length)
    if need > budget.kv_bytes - slack:
        missing = need - budget.kv_bytes if need > budget.kv_bytes else need + slack - budget.kv_bytes
        held = "" if need > budget.kv_bytes else f", with the {_gib(slack)} that are kept for what a driver may take"
        return (
            f"{total}, less {spent}, leaves {_gib(budget.kv_bytes)} for the KV cache.",
            f"{wanted.length:,} tokens need {_gib(need)}{held}: {_gib(missing)} are missing.",
        )
    return (f"{total}, less {spent}; the KV cache takes {_gib(budget.kv_bytes)} and holds {tokens:,} tokens.",)


def _gib(size: int) -> str:
    return f"{size / GIB:.2f} GiB"
