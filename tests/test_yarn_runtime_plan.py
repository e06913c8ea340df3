"""Whole plans: what fits, what does not and why, the ways out, and the JSON."""

import json
from dataclasses import replace

import pytest

from yarn_runtime.errors import ContextInvalid, ModelUnknown, OptionInvalid
from yarn_runtime.memory import GIB, Memory
from yarn_runtime.plan import plan

RTX_3090 = Memory.of_gpu("RTX 3090")
CPU = Memory(16 * GIB, "cpu", "16 GiB of RAM", free_bytes=15 * GIB)
SMOLLM2 = "HuggingFaceTB/SmolLM2-135M-Instruct"


def test_smollm2_on_a_cpu_is_planned_as_it_was_proven():
    made = plan(SMOLLM2, context=32768, memory=CPU)
    assert made.fits
    assert (made.max_model_len, made.factor, made.dtype, made.block_size) == (32768, 4.0, "float32", 128)
    assert made.kv_tokens >= 2 * 32768
    assert made.memory.weights_bytes == pytest.approx(0.54e9, rel=0.01)
    assert "--kv-cache-memory-bytes" in made.arguments
    assert "--gpu-memory-utilization" not in made.arguments
    assert made.environment["OMP_NUM_THREADS"].isdigit()


def test_a_cpu_that_multiplies_bfloat16_is_given_it():
    made = plan(SMOLLM2, context=32768, memory=replace(CPU, fast_bfloat16=True))
    assert (made.dtype, made.kv_bytes_per_token) == ("bfloat16", 23_040)
    assert made.arguments[made.arguments.index("--dtype") + 1] == "bfloat16"


def test_without_a_wish_the_native_length_is_served():
    made = plan(SMOLLM2, memory=CPU)
    assert (made.max_model_len, made.factor, made.rope, made.fits) == (8192, None, None, True)


def test_without_a_wish_the_memory_may_shorten_and_says_so():
    made = plan("Qwen/Qwen3-8B", memory=Memory.of_bytes(20 * GIB))
    assert made.fits
    assert 1024 < made.max_model_len < 32768
    assert any("cut" in reason for reason in made.reasons)
    assert made.kv_tokens >= made.max_model_len


def test_a_gpu_plan_sums_up():
    made = plan("Qwen/Qwen3-4B", context=32768, memory=RTX_3090)
    budget = made.memory
    assert made.fits
    assert budget.utilization == 0.92
    used = budget.weights_bytes + budget.overhead_bytes + budget.kv_bytes
    assert used == pytest.approx(budget.total_bytes * 0.92, abs=2)
    assert made.kv_tokens == pytest.approx(budget.kv_bytes / 147456, rel=1e-3)


def test_what_does_not_fit_is_told_with_numbers_and_ways_out():
    made = plan("Qwen/Qwen3-8B", context=131072, memory=RTX_3090)
    assert not made.fits
    assert made.max_model_len == 131072
    assert any("131,072 tokens need 18.00 GiB" in reason for reason in made.reasons)
    assert made.ways_out


@pytest.mark.parametrize(
    "name", ["Qwen/Qwen3-4B", "Qwen/Qwen3-8B", "Qwen/Qwen3-32B", "NousResearch/Yarn-Llama-2-7b-128k"]
)
def test_every_way_out_fits_when_it_is_taken(name):
    """The commands are parsed as a person would type them, and planned again."""
    made = plan(name, context=131072, memory=RTX_3090)
    assert not made.fits
    for way in made.ways_out:
        program, verb, model, *options = way.command
        wishes = dict(zip(options[::2], options[1::2], strict=True))
        again = plan(
            model,
            context=int(wishes["--context"]),
            memory=Memory.of_gpu(wishes["--gpu"]),
            kv_cache_dtype=wishes.get("--kv-cache-dtype", "auto"),
            max_num_seqs=int(wishes["--max-num-seqs"]) if "--max-num-seqs" in wishes else None,
            tensor_parallel_size=int(wishes.get("--tensor-parallel-size", "1")),
        )
        assert (program, verb) == ("unspool", "plan")
        assert again.fits, way


def test_what_fits_needs_no_way_out():
    assert plan(SMOLLM2, memory=CPU).ways_out == ()


def test_weights_beyond_the_memory():
    made = plan("Qwen/Qwen2.5-72B-Instruct", memory=RTX_3090)
    assert not made.fits
    assert (made.memory.kv_bytes, made.kv_tokens) == (0, 0)
    assert any("exceed the memory" in reason for reason in made.reasons)


def test_a_length_out_of_reach_does_not_fit_whatever_the_memory():
    made = plan("meta-llama/Llama-3.1-8B-Instruct", context=200_000, memory=Memory.of_bytes(500 * GIB))
    assert not made.fits
    assert "never put on top" in made.reasons[0]
    assert any("131,072" in way.text for way in made.ways_out)


def test_a_gpu_in_use_by_others_lowers_the_utilization():
    busy = Memory(24 * GIB, "cuda", "a busy card", free_bytes=18 * GIB, capability=8.6)
    made = plan("Qwen/Qwen3-4B", memory=busy)
    assert made.memory.utilization == 0.75
    assert any("lowered" in reason for reason in made.reasons)
    assert made.fits
    assert made.memory.weights_bytes + made.memory.overhead_bytes + made.memory.kv_bytes <= 18 * GIB


def test_old_cards_get_float16_and_tiny_memories_get_a_reason():
    assert plan("Qwen/Qwen3-0.6B", memory=Memory.of_gpu("T4")).dtype == "float16"
    made = plan(SMOLLM2, memory=Memory.of_bytes(1))
    assert not made.fits
    assert made.reasons


@pytest.mark.parametrize(
    "wish",
    [
        {"utilization": 0.0},
        {"utilization": 1.5},
        {"utilization": float("nan")},
        {"kv_cache_dtype": "fp5"},
        {"dtype": "int3"},
        {"max_num_seqs": 0},
        {"max_num_batched_tokens": -1},
    ],
)
def test_impossible_wishes(wish):
    with pytest.raises(OptionInvalid) as caught:
        plan(SMOLLM2, memory=CPU, **wish)
    assert caught.value.hint


def test_impossible_lengths_and_models(tmp_path):
    for context in (0, -1, 10**9):
        with pytest.raises(ContextInvalid):
            plan(SMOLLM2, context=context, memory=CPU)
    with pytest.raises(ModelUnknown):
        plan(tmp_path, memory=CPU)


def test_the_json_has_what_is_promised():
    made = plan("Qwen/Qwen3-8B", context=131072, memory=RTX_3090)
    told = json.loads(json.dumps(made.to_json()))
    assert set(told) >= {
        "model", "memory", "kv_bytes_per_token", "kv_tokens", "max_model_len", "rope", "command", "fits", "reasons",
    }  # fmt: skip
    assert set(told["memory"]) == {
        "total_bytes",
        "utilization",
        "weights_bytes",
        "overhead_bytes",
        "kv_bytes",
    }
    assert told["model"] == "Qwen/Qwen3-8B"
    assert told["command"][:3] == ["vllm", "serve", "Qwen/Qwen3-8B"]
    assert told["rope"]["rope_parameters"]["factor"] == 4.0
    assert all(isinstance(word, str) for word in told["command"])


def test_eight_bits_double_the_tokens():
    plain = plan("Qwen/Qwen3-4B", memory=RTX_3090)
    narrow = plan("Qwen/Qwen3-4B", memory=RTX_3090, kv_cache_dtype="fp8")
    assert narrow.kv_tokens == pytest.approx(2 * plain.kv_tokens, rel=1e-3)
    assert "fp8" in narrow.arguments


def test_several_gpus_share_the_model():
    one = plan("Qwen/Qwen3-32B", context=32768, memory=RTX_3090)
    four = plan("Qwen/Qwen3-32B", context=32768, memory=RTX_3090, tensor_parallel_size=4)
    assert not one.fits
    assert four.fits
    assert four.memory.weights_bytes == one.memory.weights_bytes // 4
    assert four.kv_bytes_per_token == one.kv_bytes_per_token // 4
    assert four.to_json()["tensor_parallel_size"] == 4
    assert four.arguments[four.arguments.index("--tensor-parallel-size") + 1] == "4"
    assert any("4 of them together" in way.text and "--tensor-parallel-size" in way.command for way in one.ways_out)


@pytest.mark.parametrize("gpus", [0, -1, 3, 10**9])
def test_numbers_of_gpus_that_do_not_divide_the_heads(gpus):
    with pytest.raises(OptionInvalid) as caught:
        plan("Qwen/Qwen3-32B", memory=RTX_3090, tensor_parallel_size=gpus)
    assert caught.value.hint


def test_a_cpu_is_one_device():
    with pytest.raises(OptionInvalid):
        plan(SMOLLM2, memory=CPU, tensor_parallel_size=3)


def test_ways_out_combine_where_one_is_not_enough():
    made = plan("Qwen/Qwen3-8B", context=131072, memory=RTX_3090)
    both = [way for way in made.ways_out if "quantised weights" in way.text and "8 bits" in way.text]
    assert [way.command[2] for way in both] == ["Qwen/Qwen3-8B-FP8", "Qwen/Qwen3-8B-AWQ"]
    for way in both:
        assert "int8_per_token_head" in way.command
        assert way.command[way.command.index("--gpu") + 1] == "RTX 3090"


def test_a_hundredth_of_the_card_is_never_promised():
    free = plan("Qwen/Qwen3-4B", memory=RTX_3090, context=4096)
    per_token = free.kv_bytes_per_token
    close = free.memory.kv_bytes // per_token - 512  # room for a longer table of cosines
    assert not plan("Qwen/Qwen3-4B", memory=RTX_3090, context=close).fits
    assert plan("Qwen/Qwen3-4B", memory=RTX_3090, context=close - RTX_3090.total_bytes // 100 // per_token).fits


def test_an_older_engine_is_planned_as_it_counted():
    now = plan("Qwen/Qwen3-8B", memory=RTX_3090, max_num_seqs=256, context=4096)
    then = plan("Qwen/Qwen3-8B", memory=RTX_3090, max_num_seqs=256, context=4096, engine_version="0.11.0")
    assert then.memory.utilization == 0.9
    assert then.memory.overhead_bytes > now.memory.overhead_bytes
    with pytest.raises(OptionInvalid):
        plan("Qwen/Qwen3-8B", memory=RTX_3090, engine_version="newest")


def test_a_multimodal_model_is_served_for_text_alone():
    text = plan("Qwen/Qwen3.5-9B", memory=RTX_3090, context=65536)
    whole = plan("Qwen/Qwen3.5-9B", memory=RTX_3090, context=65536, text_only=False)
    assert "--language-model-only" in text.arguments
    assert "--language-model-only" not in whole.arguments
    assert "--language-model-only" not in plan("Qwen/Qwen3-4B", memory=RTX_3090).arguments
    assert text.memory.weights_bytes < whole.memory.weights_bytes
    assert text.fits
    assert not whole.fits
