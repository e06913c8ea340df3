"""What a failed start's log says becomes a plan that starts; sentences as the real vLLM says them."""

from dataclasses import replace

import pytest

from tests.checkpoints import tiny_qwen3
from tests.conftest import engine_place
from yarn_runtime import Memory, plan, serve
from yarn_runtime.mend import mend

LONG = (
    "ValueError: To serve at least one request with the model's max seq len (131072), (18.0 GiB KV cache is needed,"
    " which is larger than the available KV cache memory (9.3 GiB). Based on the available memory, the estimated"
    " maximum model length is 67712. Try increasing `gpu_memory_utilization` or decreasing `max_model_len` when"
    " initializing the engine."
)
FREE = (
    "ValueError: Free memory on device cuda:0 (18.2/23.57 GiB) on startup is less than desired GPU memory utilization"
    " (0.92, 21.69 GiB). Decrease GPU memory utilization or reduce GPU memory used by other processes."
)


@pytest.fixture
def planned():
    return plan("Qwen/Qwen3-4B-AWQ", context=65_536, memory=Memory.of_gpu("RTX 3090"))


def test_the_engines_own_estimate_is_taken(planned):
    mended = mend(planned, "noise\n" + LONG.replace("67712", "40001") + "\nnoise")
    assert mended is not None
    assert mended.plan.max_model_len == 40_000
    assert mended.plan.factor == pytest.approx(40_000 / 32_768, abs=0.01)
    assert "40,000" in mended.why


def test_a_memory_that_holds_not_even_a_block_is_not_mended(planned):
    assert mend(planned, LONG.replace("67712", "10")) is None


def test_below_the_native_length_nothing_is_stretched(planned):
    mended = mend(planned, LONG.replace("67712", "20000"))
    assert mended is not None
    assert mended.plan.rope is None


def test_a_card_in_use_lowers_the_utilization(planned):
    mended = mend(planned, FREE)
    assert mended is not None
    assert mended.plan.memory.utilization == pytest.approx(0.75)
    assert mended.plan.arguments[mended.plan.arguments.index("--gpu-memory-utilization") + 1] == "0.75"


def test_no_memory_for_graphs_means_none(planned):
    log = "Capturing CUDA graphs (decode, FULL): 40%\ntorch.OutOfMemoryError: CUDA out of memory."
    mended = mend(planned, log)
    assert mended is not None
    assert "--enforce-eager" in mended.plan.arguments
    assert mend(mended.plan, log) is None, "the same thing is not tried twice"


def test_a_port_that_was_taken_meanwhile(planned):
    mended = mend(planned, "OSError: [Errno 98] error while attempting to bind: address already in use")
    assert mended is not None
    assert mended.plan == planned


@pytest.mark.parametrize("log", ["", "ValueError: something else", "torch.OutOfMemoryError: CUDA out of memory."])
def test_what_is_not_understood_is_not_tried_again(planned, log):
    assert mend(planned, log) is None


@pytest.mark.engine
def test_a_real_engine_mends_its_length(smollm2, engine_environment, tmp_path):
    """The plan's pool is cut to 3 blocks of 128 tokens behind its back: vLLM says what fits, and that is served."""
    checkpoint = tiny_qwen3(tmp_path / "tiny", engine_environment, smollm2, native=4_096)
    planned = plan(checkpoint, memory=Memory.of_machine())
    pool = planned.arguments.index("--kv-cache-memory-bytes") + 1
    small = str(3 * 128 * planned.kv_bytes_per_token)
    cut = replace(planned, arguments=(*planned.arguments[:pool], small, *planned.arguments[pool + 1 :]))
    said: list[str] = []
    with serve(cut, engine_environment, engine_place(tmp_path), port=None, say=said.append) as engine:
        assert engine.limit < 4_096
        assert engine.limit % 128 == 0
    assert any("The engine's memory holds" in line for line in said)
