"""The KV pool: sizes and token counts that vLLM servers printed, blocks, and the longest request."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from yarn_runtime.attention import Attention
from yarn_runtime.errors import OptionInvalid
from yarn_runtime.kv_cache import group_size, kv_bytes_per_token, kv_layout, token_bytes
from yarn_runtime.model import load_model

GIB = 1024**3


@pytest.mark.parametrize(
    ("name", "dtype", "expected"),
    [
        ("Qwen/Qwen3-0.6B", "bfloat16", 114688),
        ("Qwen/Qwen3-4B", "bfloat16", 147456),
        ("Qwen/Qwen3-32B", "bfloat16", 262144),
        ("Qwen/Qwen2.5-7B-Instruct", "bfloat16", 57344),
        ("Qwen/Qwen2.5-7B-Instruct", "fp8", 28672),
        ("meta-llama/Llama-3.1-8B-Instruct", "float16", 131072),
        ("NousResearch/Yarn-Llama-2-7b-128k", "bfloat16", 524288),
        ("NousResearch/Yarn-Llama-2-13b-128k", "bfloat16", 819200),
        ("HuggingFaceTB/SmolLM2-135M-Instruct", "float32", 46080),
    ],
)
def test_bytes_per_token(name, dtype, expected):
    assert kv_bytes_per_token(load_model(name).layers, dtype) == expected


def test_per_token_head_scales():
    layer = Attention(elements=2 * 8 * 128, heads=8)
    assert token_bytes(layer, "bfloat16") == 8 * 512
    assert token_bytes(layer, "int8_per_token_head") == 8 * 264


def test_an_unknown_dtype():
    with pytest.raises(OptionInvalid, match="fp5"):
        token_bytes(Attention(elements=2, heads=1), "fp5")


@pytest.mark.parametrize(
    ("name", "kv_gib", "length", "tokens", "block"),
    [
        # (KV GiB, tokens) as servers printed them; GiB are rounded to two places in the logs
        ("Qwen/Qwen2.5-1.5B-Instruct", 17.36, 4096, 650208, 16),
        ("Qwen/Qwen2.5-0.5B-Instruct", 11.71, 2048, 1022896, 16),
        ("meta-llama/Llama-3.2-1B-Instruct", 37.10, 131072, 1215552, 16),
        ("TinyLlama/TinyLlama-1.1B-Chat-v1.0", 101.47, 2048, 4836272, 16),
    ],
)
def test_tokens_as_logged(name, kv_gib, length, tokens, block):
    layout = kv_layout(load_model(name).layers, "bfloat16", block, 4096)
    assert layout.tokens(int(kv_gib * GIB), length) == pytest.approx(tokens, rel=5e-4)


def test_three_gib_on_a_cpu_are_what_the_engine_said():
    layout = kv_layout(load_model("HuggingFaceTB/SmolLM2-135M-Instruct").layers, "float32", 128, 256)
    assert layout.tokens(3 * GIB, 32768) == 69888


@given(
    layers=st.integers(1, 80),
    block=st.sampled_from([16, 128]),
    room=st.integers(0, 2**36),
    limit=st.integers(1, 300_000),
)
def test_the_longest_request_is_held_and_one_block_more_is_not(layers, block, room, limit):
    layout = kv_layout([Attention(elements=512, heads=2)] * layers, "bfloat16", block, 2048)
    longest = layout.longest(room, limit)
    if longest:
        assert layout.holds(room, longest)
    if longest < limit:
        assert not layout.holds(room, longest + 1)


@given(length=st.integers(1, 10**6), sequences=st.integers(1, 9))
def test_a_pool_for_so_many_requests_reports_at_least_as_many_tokens(length, sequences):
    layout = kv_layout([Attention(elements=512, heads=2)] * 3, "bfloat16", 16, 2048)
    assert layout.tokens(layout.bytes_for(length, sequences), length) >= length * sequences


def test_too_small_a_pool_holds_nothing():
    layout = kv_layout([Attention(elements=512, heads=2)], "bfloat16", 16, 2048)
    assert layout.tokens(100, 1000) == 0
    assert layout.longest(layout.block_bytes, 1000) == 0


def test_group_sizes():
    assert group_size([10, 20]) == 10
    assert group_size([12, 13]) == 13
    assert group_size([5, 29]) == 5
