"""The KV pool: sizes and token counts that vLLM servers printed, blocks, and the longest request."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from yarn_runtime.attention import Attention
from yarn_runtime.attention import layers as read_layers
from yarn_runtime.config import Config
from yarn_runtime.errors import OptionInvalid
from yarn_runtime.kv_cache import group_size, kv_layout, token_bytes
from yarn_runtime.kv_cache import state_bytes as bytes_of_state
from yarn_runtime.model import load_model
from yarn_runtime.recurrent import State
from yarn_runtime.releases import Release

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
    assert kv_layout(load_model(name).layers, dtype, 16, 2048).token_bytes == expected


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


QWEN35_27B = load_model("Qwen/Qwen3.8-27B").layers
WHOLE = QWEN35_27B[3]


@pytest.mark.parametrize(
    ("layers", "kv_dtype", "kv_gib", "length", "tokens", "options"),
    [
        # hybrids as servers printed them: gated delta nets, sliding windows, short convolutions
        (load_model("Qwen/Qwen3.6-35B-A3B").layers, "fp8", 6.01, 131072, 569878, {}),
        (load_model("Qwen/Qwen3.6-35B-A3B").layers, "fp8", 5.98, 131072, 567978, {}),
        (QWEN35_27B, "bfloat16", 31.24, 8192, 314187, {}),
        (
            load_model("Qwen/Qwen3-Next-80B-A3B-Instruct").layers,
            "bfloat16", 44.59, 262144, 973760, {"gpus": 2, "release": Release(0, 11)},
        ),
        (load_model("Qwen/Qwen3.5-9B").layers, "fp8", 2.43, 16384, 39072, {"release": Release(0, 16)}),
        ((*QWEN35_27B, WHOLE), "fp8_e5m2", 11.05, 262144, 623873, {"gpus": 2, "speculative": 3}),
        (load_model("google/gemma-3-4b-it").layers, "bfloat16", 162.84, 8192, 1217591, {"in_flight": 32768}),
    ],
)  # fmt: skip
def test_hybrids_as_logged(layers, kv_dtype, kv_gib, length, tokens, options):
    layout = kv_layout(layers, kv_dtype, 16, **{"in_flight": 4096, **options})
    least, most = (layout.tokens(int((kv_gib + off) * GIB), length) for off in (-0.005, 0.005))  # rounded in the log
    assert least <= tokens <= most
    assert most - least < tokens / 100


def test_a_state_sets_the_block_size():
    layout = kv_layout(QWEN35_27B, "bfloat16", 16, 4096)
    assert layout.block_size == 784
    assert len(layout.groups) == 4
    assert layout.block_bytes == 16 * 784 * 4096


def test_latent_attention_is_one_vector_and_not_split():
    layers = load_model("deepseek-ai/DeepSeek-V2-Lite-Chat").layers
    assert kv_layout(layers, "bfloat16", 16, 4096, gpus=4).token_bytes == 27 * 576 * 2
    assert kv_layout(layers, "bfloat16", 16, 4096, release=Release(0, 7)).token_bytes == 27 * 640 * 2


def test_heads_are_split_over_gpus_until_one_is_left():
    layers = load_model("Qwen/Qwen3-30B-A3B").layers
    sizes = [kv_layout(layers, "bfloat16", 16, 4096, gpus=gpus).token_bytes for gpus in (1, 2, 4, 8)]
    assert sizes == [98304, 49152, 24576, 24576]


def test_a_sliding_window_costs_no_more_beyond_it():
    layout = kv_layout(load_model("google/gemma-3-27b-it").layers, "bfloat16", 16, 4096)
    assert layout.token_bytes == 10 * 2 * 16 * 128 * 2
    grown = layout.bytes_for(131072) - layout.bytes_for(65536)
    assert grown == 65536 * layout.token_bytes


CONFIGS = {
    "jamba": {"model_type": "jamba", "attn_layer_period": 8, "attn_layer_offset": 4, "num_hidden_layers": 32},
    "nemotron": {
        "model_type": "nemotron_h", "hybrid_override_pattern": "M-M-M-MM-M*-" * 4, "mamba_num_heads": 128,
        "mamba_head_dim": 64, "ssm_state_size": 128, "n_groups": 8, "conv_kernel": 4,
    },
    "granite": {
        "model_type": "granitemoehybrid", "layer_types": (["mamba"] * 9 + ["attention"]) * 4, "num_hidden_layers": 40,
        "mamba_n_heads": 128, "mamba_d_head": 64, "mamba_d_state": 128, "mamba_n_groups": 1,
    },
    "lfm2": {"model_type": "lfm2", "layer_types": ["conv"] * 10 + ["full_attention"] * 6, "conv_L_cache": 3},
}  # fmt: skip


@pytest.mark.parametrize(
    ("name", "attention", "state_bytes"),
    [
        ("jamba", 4, 2 * 4096 * (16 + 3) * 2),
        ("nemotron", 4, 128 * 64 * 128 * 4 + (8192 + 2 * 8 * 128) * 3 * 2),
        ("granite", 4, 128 * 64 * 128 * 2 + (8192 + 2 * 128) * 3 * 2),
        ("lfm2", 6, 4096 * 2 * 2),
    ],
)
def test_states_of_recurrent_layers(name, attention, state_bytes):
    shape = {"hidden_size": 4096, "num_attention_heads": 32, "num_key_value_heads": 8}
    found = read_layers(Config({**shape, **CONFIGS[name]}))
    states = [layer for layer in found if isinstance(layer, State)]
    assert len(found) - len(states) == attention
    assert bytes_of_state(states[0], "bfloat16") == state_bytes
    layout = kv_layout(found, "bfloat16", 16, 4096)
    assert layout.block_bytes >= state_bytes * min(attention, len(states))
    assert layout.holds(layout.bytes_for(100_000, 3), 100_000)


def test_where_every_layer_has_a_window_a_token_costs_all_of_them():
    layers = load_model("microsoft/Phi-3-mini-128k-instruct").layers
    assert all(layer.window for layer in layers)
    assert kv_layout(layers, "bfloat16", 16, 4096).token_bytes == 32 * 2 * 3072 * 2
