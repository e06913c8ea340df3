"""The command line: both forms, the core ranges, and every flag known to the installed vLLM's own parser."""

import json
import os
import subprocess

import pytest

from yarn_runtime.command import command, core_ranges, environment
from yarn_runtime.families import parsers
from yarn_runtime.memory import GIB, Memory
from yarn_runtime.plan import plan

PARSE = """
import json, sys
from vllm.utils.argparse_utils import FlexibleArgumentParser
try:
    from vllm.entrypoints.launchers.cli_args import make_arg_parser
except ImportError:
    from vllm.entrypoints.openai.cli_args import make_arg_parser
for line in sys.stdin:
    known = vars(make_arg_parser(FlexibleArgumentParser()).parse_args(json.loads(line)))
    names = ("model", "served_model_name", "max_model_len", "max_num_seqs", "max_num_batched_tokens", "dtype",
             "kv_cache_dtype", "kv_cache_memory_bytes", "gpu_memory_utilization", "hf_overrides", "enforce_eager",
             "enable_prompt_tokens_details", "tensor_parallel_size",
             "language_model_only", "enable_auto_tool_choice", "tool_call_parser", "reasoning_parser")
    print("PARSED " + json.dumps({name: known[name] for name in names}))
"""
CPU = Memory(16 * GIB, "cpu", "16 GiB of RAM", free_bytes=15 * GIB)
PLANS = [
    plan("Qwen/Qwen3.5-4B", context=131072, memory=Memory.of_gpu("RTX 3090")),
    plan("Qwen/Qwen3-32B", context=32768, memory=Memory.of_gpu("RTX 3090"), tensor_parallel_size=4),
    plan("HuggingFaceTB/SmolLM2-135M-Instruct", context=32768, memory=CPU),
    plan("Qwen/Qwen3-4B", context=65536, memory=Memory.of_gpu("RTX 3090")),
    plan("Qwen/Qwen3-4B", context=131072, memory=Memory.of_gpu("RTX 4090"), kv_cache_dtype="fp8"),
    plan(
        "Qwen/Qwen3-4B",
        context=131072,
        memory=Memory.of_gpu("RTX 3090"),
        kv_cache_dtype="int8_per_token_head",
    ),
]


def test_the_command_names_the_model_by_place():
    words = command(PLANS[3], ["vllm", "serve"])
    assert words[:3] == ["vllm", "serve", "Qwen/Qwen3-4B"]
    assert "--model" not in words


def test_the_module_takes_the_model_by_flag():
    words = command(PLANS[2], ["python", "-m", "vllm.entrypoints.openai.api_server"])
    assert words[3:5] == ["--model", "HuggingFaceTB/SmolLM2-135M-Instruct"]


def test_cores():
    assert core_ranges([0, 1]) == "0-1"
    assert core_ranges([7, 2, 3, 0, 3]) == "0,2-3,7"
    assert environment("cpu", [0, 1])["VLLM_CPU_OMP_THREADS_BIND"] == "0-1"
    assert "OMP_NUM_THREADS" not in environment("cuda", [0, 1])


@pytest.mark.engine
def test_every_flag_is_known_to_vllm():
    python = os.environ.get("UNSPOOL_TEST_ENGINE_PYTHON")
    if not python:
        pytest.skip("UNSPOOL_TEST_ENGINE_PYTHON does not name the Python of an engine's environment")
    lines = [json.dumps(command(made, [])) + "\n" for made in PLANS]
    run = subprocess.run(
        [python, "-c", PARSE], input="".join(lines), capture_output=True, text=True, timeout=300, check=False
    )
    assert run.returncode == 0, run.stderr[-2000:]
    parsed = [json.loads(line[7:]) for line in run.stdout.splitlines() if line.startswith("PARSED ")]
    assert len(parsed) == len(PLANS)
    for known, made in zip(parsed, PLANS, strict=True):
        assert known["max_model_len"] == made.max_model_len
        assert known["max_num_seqs"] == made.max_num_seqs
        assert known["hf_overrides"] == (made.rope or {})
        assert known["dtype"] == made.dtype
        assert known["kv_cache_dtype"] == made.kv_cache_dtype
        assert known["enable_prompt_tokens_details"] is True
        assert known["language_model_only"] is made.model.multimodal
        wanted = parsers(made.model.model_type, made.model.name)
        assert known["tool_call_parser"] == wanted.tools
        assert known["enable_auto_tool_choice"] is (wanted.tools is not None)
        assert known["reasoning_parser"] == (wanted.thinking or "")
        assert known["tensor_parallel_size"] == made.tensor_parallel_size
        if made.device == "cpu":
            assert known["kv_cache_memory_bytes"] == made.memory.kv_bytes
            assert known["enforce_eager"] is True
        else:
            assert known["gpu_memory_utilization"] == made.memory.utilization
