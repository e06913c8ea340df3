"""The benchmark of the plan: rows are read with their release's defaults, and the goals hold on the shared logs."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
SHARED = Path(os.environ.get("UNSPOOL_SHARED", ROOT.parent / "shared")) / "planner"
COLUMNS = (
    "id,model,quantization,gpu,gpu_total_gib,tp,vllm_version,engine,gpu_memory_utilization,max_model_len,"
    "max_num_batched_tokens,max_num_seqs,enforce_eager,kv_cache_dtype,rope,weights_gib,non_torch_gib,activation_gib,"
    "cuda_graph_gib,kv_gib,kv_tokens,concurrency,source_url,quote"
)
LLAMA = {
    "config_key": "llama31-8b",
    "num_hidden_layers": 32,
    "num_attention_heads": 32,
    "num_key_value_heads": 8,
    "head_dim": 128,
    "hidden_size": 4096,
    "intermediate_size": 14336,
    "vocab_size": 128256,
    "max_position_embeddings": 131072,
    "rope_theta": 500000.0,
    "tie_word_embeddings": False,
    "num_params": 8030261248,
}


def bench(folder: Path) -> str:
    """What the benchmark prints, as a person starts it."""
    run = subprocess.run(
        [sys.executable, "benchmarks/plan.py", str(folder)],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        timeout=120,
        check=True,
    )
    return run.stdout


def write(folder: Path, *lines: str) -> Path:
    (folder / "configs.json").write_text(json.dumps({"meta-llama/Llama-3.1-8B-Instruct": LLAMA}))
    (folder / "kv_logs.csv").write_text("\n".join([COLUMNS, *lines]) + "\n")
    return folder


def test_a_row_is_planned_as_its_release_would_have_served_it(tmp_path):
    """20,000 tokens in one piece on a V0 engine: 2.07 GiB of activations, 3.81 GiB of KV cache on a 24 GB card."""
    line = (
        "A1,meta-llama/Llama-3.1-8B-Instruct,bf16,RTX 3090,23.58,1,0.6.4,V0,0.9,20000,,,,,,,,,,3.81,31232,,,as logged"
    )
    out = bench(write(tmp_path, line))
    predicted = re.search(r"\| A1 .*\| plan \| ([\d,]+) \| 31,232 tokens", out)
    assert predicted
    assert int(predicted[1].replace(",", "")) == pytest.approx(31232, rel=0.06)
    assert "did not fit: none" in out


def test_a_promise_that_did_not_hold_is_named(tmp_path):
    line = "A2,meta-llama/Llama-3.1-8B-Instruct,bf16,H100,,1,0.11,V1,0.9,32000,,,,,,,,,,,1000,,,insufficient KV"
    assert "did not fit: A2" in bench(write(tmp_path, line))


def test_rows_that_cannot_be_compared_say_why(tmp_path):
    lines = (
        "A3,unknown/model,bf16,H100,,1,0.11,V1,0.9,32000,,,,,,,,,,3,1000,,,",
        "A4,meta-llama/Llama-3.1-8B-Instruct,bf16,,,1,0.11,V1,0.9,32000,,,,,,,,,,,1000,,,",
        'A5,meta-llama/Llama-3.1-8B-Instruct,bf16,L4,,"2 (PP=2)",0.11,V1,0.9,32000,,,,,,,,,,3,1000,,,',
    )
    out = bench(write(tmp_path, *lines))
    assert "A3" in out
    for reason in ("configs.json does not have the model", "neither the GPU nor the KV GiB", "pipeline parallel"):
        assert reason in out


def test_a_missing_folder_is_told(tmp_path):
    run = subprocess.run(
        [sys.executable, "benchmarks/plan.py", str(tmp_path)],
        cwd=ROOT, env={**os.environ, "PYTHONPATH": str(ROOT)}, capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip
    assert run.returncode == 2
    assert "kv_logs.csv" in run.stderr


@pytest.mark.skipif(not (SHARED / "kv_logs.csv").is_file(), reason=f"{SHARED} holds no logs; set UNSPOOL_SHARED")
def test_the_goals_hold_on_the_logs_of_real_servers():
    out = bench(SHARED)
    rows, median, ninetieth = re.search(r"\| all \| (\d+) \| ([\d.]+)% \| ([\d.]+)% \|", out).groups()
    assert int(rows) >= 40
    assert float(median) <= 3
    assert float(ninetieth) <= 10
    assert "did not fit: none" in out
