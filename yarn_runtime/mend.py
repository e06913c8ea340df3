"""A plan and the log of a start that failed in, a plan that would have started out, with the reason; starts nothing."""

import re
from dataclasses import dataclass, replace

from yarn_runtime.plan import Plan, answer

# The sentences of vLLM, by the file that says them.
_LONGEST = re.compile(r"estimated maximum model length is (\d+)")  # v1/core/kv_cache_utils.py
_FREE = re.compile(r"Free memory on device \S+ \(([\d.]+)/([\d.]+) GiB\) on startup is less than")  # v1/worker/utils.py
_OUT_OF_MEMORY = re.compile(r"OutOfMemoryError|out of memory", re.IGNORECASE)
_CAPTURE = re.compile(r"Capturing CUDA graphs|capture_model|cudagraph_capture", re.IGNORECASE)
_PORT = re.compile(r"address already in use", re.IGNORECASE)

FREE_SLACK = 0.98
"""Of what is free now: what others hold moves a little between two starts."""


@dataclass(frozen=True, slots=True)
class Mended:
    """Another try: a plan that takes the failure into account, and what was changed, in a sentence."""

    plan: Plan
    why: str


def mend(plan: Plan, log: str) -> Mended | None:
    """What to try after the start that wrote `log`; None where trying again would fail again."""
    if longest := _LONGEST.search(log):
        length = int(longest[1]) // plan.block_size * plan.block_size
        if length == 0:
            return None
        return _again(plan, f"The engine's memory holds {length:,} tokens, not {plan.max_model_len:,}.", context=length)
    if free := _FREE.search(log):
        share = int(float(free[1]) / float(free[2]) * FREE_SLACK * 100) / 100
        return _again(plan, f"Others use the card: utilization is lowered to {share:g}.", utilization=share)
    if _OUT_OF_MEMORY.search(log) and _CAPTURE.search(log) and not plan.request.enforce_eager:
        return _again(
            plan, "No memory was left to capture CUDA graphs: the engine runs without them.", enforce_eager=True
        )
    if _PORT.search(log):
        return Mended(plan, "Another program took the port meanwhile: another one is tried.")
    return None


def _again(plan: Plan, why: str, **changes: int | float | bool) -> Mended | None:
    again = answer(replace(plan.request, **changes))  # type: ignore[arg-type]
    return Mended(again, why) if again.fits and again.arguments != plan.arguments else None
