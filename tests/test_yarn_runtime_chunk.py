"""A stop waits for one chunk: on a slow machine chunks are smaller, on a quick one they stay as planned."""

import pytest

from yarn_runtime import Memory, plan
from yarn_runtime.chunk import SMALLEST, STOP_SECONDS, stoppable
from yarn_runtime.memory import GIB
from yarn_runtime.pace import Pace
from yarn_runtime.speed import Prefilled, Speed

CPU = Memory(16 * GIB, "cpu", "16 GiB of RAM", free_bytes=15 * GIB)


def paced(a: float, b: float) -> Pace:
    pace = Pace()
    for tokens in (1_000, 4_000, 8_000):
        pace.add(Prefilled(tokens, 0, Speed(a, b).seconds(tokens)))
    return pace


@pytest.fixture
def planned():
    return plan("HuggingFaceTB/SmolLM2-135M-Instruct", context=16_384, memory=CPU)


@pytest.mark.parametrize("pace", [Pace(), paced(0.001, 0.0), paced(0.003, 5e-8)])
def test_what_is_quick_or_unknown_stays(planned, pace):
    assert stoppable(planned, pace) is planned


@pytest.mark.parametrize(
    ("a", "b", "chunk"), [(0.008, 0.0, 128), (0.004, 3e-7, 64), (0.02, 0.0, 64), (5.0, 0.0, SMALLEST)]
)
def test_on_a_slow_machine_chunks_are_halved(planned, a, b, chunk):
    found = stoppable(planned, paced(a, b))
    assert found.max_num_batched_tokens == chunk
    assert found.arguments[found.arguments.index("--max-num-batched-tokens") + 1] == str(chunk)
    assert (found.max_model_len, found.rope) == (planned.max_model_len, planned.rope)
    length = planned.max_model_len
    assert chunk == SMALLEST or Speed(a, b).seconds(length, length - chunk) <= STOP_SECONDS * 1.01
