"""A plan and the machine's known speed in, the plan with chunks that a stop need not wait for long out.

A request that is taken back ends at the next chunk of its prefill, and its last chunk takes longest.
"""

from dataclasses import replace

from yarn_runtime.pace import Pace
from yarn_runtime.plan import Plan, answer

STOP_SECONDS = 1.5
"""For the last chunk of the longest prompt: with what surrounds it a stop takes effect within 2 s."""
SMALLEST = 32
"""Tokens; below that the engine is busier with its steps than with the prompt."""


def stoppable(plan: Plan, pace: Pace) -> Plan:
    """The same plan where its chunks are quick enough or the speed is unknown, else one with chunks halved until they
    are. Larger ones are never chosen: they cost memory.
    """
    chunk, length = plan.max_num_batched_tokens, plan.max_model_len
    while chunk >= 2 * SMALLEST and (pace.seconds(length, max(length - chunk, 0)) or 0.0) > STOP_SECONDS:
        chunk //= 2
    if chunk == plan.max_num_batched_tokens:
        return plan
    again = answer(replace(plan.request, max_num_batched_tokens=chunk))
    return again if again.fits else plan
