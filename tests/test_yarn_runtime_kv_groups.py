"""The KV pool against vLLM's own functions, run in the engine's environment: groups, bytes of a block, tokens."""

import json
import os
import subprocess

import pytest

from yarn_runtime.attention import Attention
from yarn_runtime.kv_cache import kv_layout, state_bytes
from yarn_runtime.model import load_model

ASK = """
import json, sys
from types import SimpleNamespace as Names
import torch
from vllm.v1.core import kv_cache_utils as utils
from vllm.v1.kv_cache_interface import FullAttentionSpec, MLAAttentionSpec, MambaSpec, SlidingWindowSpec
from vllm.v1.kv_cache_layout import KVCacheLayout

layout = next(each for each in KVCacheLayout if not each.is_block_outermost)
for line in sys.stdin:
    case = json.loads(line)
    dtype = getattr(torch, case["dtype"])
    specs = {}
    for number, layer in enumerate(case["layers"]):
        shape = dict(block_size=case["block"], num_kv_heads=layer["heads"], head_size=layer["size"], dtype=dtype)
        if layer["kind"] == "state":
            spec = MambaSpec(block_size=case["block"], shapes=((layer["bytes"],),), dtypes=(torch.int8,),
                             page_size_padded=case["page"], mamba_cache_mode="align")
        elif layer["kind"] == "latent":
            spec = MLAAttentionSpec(**shape)
        elif layer["window"] is None:
            spec = FullAttentionSpec(**shape)
        else:
            spec = SlidingWindowSpec(sliding_window=layer["window"], **shape)
        specs[f"layer.{number}"] = spec
    config = Names(
        scheduler_config=Names(disable_hybrid_kv_cache_manager=False),
        attention_config=Names(hisparse_config=None),
        cache_config=Names(get_resolved_kv_cache_layout=lambda: layout, num_gpu_blocks_override=None,
                           prefix_cache_retention_interval=None, mamba_cache_mode="align"),
        parallel_config=Names(decode_context_parallel_size=1),
        model_config=Names(max_model_len=case["length"]),
        speculative_config=None,
        max_in_flight_tokens=case["in_flight"],
    )
    groups = utils.get_kv_cache_groups(config, specs)
    made = utils.get_kv_cache_config_from_groups(config, groups, case["room"])
    tokens, _ = utils.get_kv_cache_capacity(config, made)
    needed = utils._max_memory_usage_bytes_from_groups(config, groups)
    print("TOLD " + json.dumps([len(groups), made.num_blocks, tokens, needed]))
"""
CASES = [
    ("meta-llama/Llama-3.1-8B-Instruct", 131072, 2**35),
    ("Qwen/Qwen3-30B-A3B", 40000, 2**34),
    ("google/gemma-3-4b-it", 8192, 2**33),
    ("google/gemma-3-27b-it", 131072, 2**36),
    ("openai/gpt-oss-20b", 131072, 2**33),
    ("openai/gpt-oss-120b", 50001, 2**34),
    ("mistralai/Mistral-7B-Instruct-v0.1", 32768, 2**33),
    ("deepseek-ai/DeepSeek-V2-Lite-Chat", 163840, 2**34),
    ("Qwen/Qwen3.5-4B", 262144, 2**33),
    ("Qwen/Qwen3-Next-80B-A3B-Instruct", 100_000, 2**35),
    ("microsoft/Phi-4-mini-instruct", 131072, 2**34),
]
IN_FLIGHT = 4096


def described(name, length, room):
    """A model's layers as JSON for the engine's side, and the same in this planner."""
    found = load_model(name).layers
    planned = kv_layout(found, "bfloat16", 16, IN_FLIGHT)
    whole = [layer for layer in found if isinstance(layer, Attention)]
    block = planned.block_size if len(whole) < len(found) else 16
    page = block * max(layer.elements for layer in whole) * 2
    layers = [
        {
            "kind": "latent" if layer.latent else "attention",
            "heads": layer.heads,
            "size": layer.elements // layer.heads // (1 if layer.latent else 2),
            "window": layer.window,
        }
        if isinstance(layer, Attention)
        else {"kind": "state", "bytes": state_bytes(layer, "bfloat16"), "heads": 1, "size": 1}
        for layer in found
    ]
    asked = {"layers": layers, "block": block, "page": page, "dtype": "bfloat16"}
    return planned, {**asked, "length": length, "room": room, "in_flight": IN_FLIGHT}


@pytest.mark.engine
def test_groups_blocks_and_tokens_are_vllms_own():
    python = os.environ.get("UNSPOOL_TEST_ENGINE_PYTHON")
    if not python:
        pytest.skip("UNSPOOL_TEST_ENGINE_PYTHON does not name the Python of an engine's environment")
    cases = [described(*case) for case in CASES]
    run = subprocess.run(
        [python, "-c", ASK],
        input="".join(json.dumps(asked) + "\n" for _, asked in cases),
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert run.returncode == 0, run.stderr[-2000:]
    told = [json.loads(line[5:]) for line in run.stdout.splitlines() if line.startswith("TOLD ")]
    assert len(told) == len(CASES)
    for (name, length, room), (planned, _), (groups, blocks, tokens, needed) in zip(CASES, cases, told, strict=True):
        assert len(planned.groups) == groups, name
        assert room // planned.block_bytes == blocks, name
        assert planned.tokens(room, length) == tokens, name
        assert planned.bytes_for(length) == needed + planned.block_bytes, name
