"""The engine's own reported KV tokens equal the plan's, for a tiny checkpoint of each attention family that a CPU runs.

Weights are dummies: what is compared follows from the config. Linear attention and Mamba have no CPU kernels in vLLM;
their layouts are held against vLLM's own functions in test_yarn_runtime_kv_groups.py.
"""

import json
import os
import subprocess

import pytest

from yarn_runtime import Memory, plan
from yarn_runtime.memory import GIB

pytestmark = pytest.mark.engine

LENGTH = 4_096
ASK = """
import json, os, sys
os.environ["VLLM_ENABLE_V1_MULTIPROCESSING"] = "0"
from vllm import LLM
for line in sys.stdin:
    engine = LLM(skip_tokenizer_init=True, load_format="dummy", enforce_eager=True, **json.loads(line))
    print("TOLD", engine.llm_engine.vllm_config.cache_config.kv_cache_size_tokens, flush=True)
    del engine
"""
SHARED = {
    "vocab_size": 1024,
    "hidden_size": 128,
    "intermediate_size": 256,
    "num_hidden_layers": 4,
    "num_attention_heads": 4,
    "max_position_embeddings": 8192,
    "bos_token_id": 1,
    "eos_token_id": 2,
    "tie_word_embeddings": True,
    "torch_dtype": "float32",
    "hidden_act": "silu",
    "rms_norm_eps": 1e-5,
    "rope_theta": 10_000.0,
}
LATENT = {
    "num_key_value_heads": 4,
    "kv_lora_rank": 512,
    "q_lora_rank": None,
    "qk_nope_head_dim": 128,
    "qk_rope_head_dim": 64,
    "v_head_dim": 128,
    "n_routed_experts": 8,
    "n_shared_experts": 1,
    "num_experts_per_tok": 2,
    "n_group": 1,
    "topk_group": 1,
    "routed_scaling_factor": 1.0,
    "first_k_dense_replace": 4,
    "moe_intermediate_size": 64,
    "moe_layer_freq": 1,
    "topk_method": "greedy",
    "norm_topk_prob": False,
    "scoring_func": "softmax",
}
HYBRID = {
    "num_hidden_layers": 6,
    "num_key_value_heads": 2,
    "head_dim": 64,
    "sliding_window": 512,
    "layer_types": ["sliding_attention"] * 5 + ["full_attention"],
    "hidden_activation": "gelu_pytorch_tanh",
    "query_pre_attn_scalar": 64,
    "rope_local_base_freq": 10_000.0,
}
FAMILIES = {
    "grouped queries": ("llama", "LlamaForCausalLM", {"num_key_value_heads": 2, "head_dim": 32}),
    "a head for each query": ("phi3", "Phi3ForCausalLM", {"num_key_value_heads": 4, "pad_token_id": 0}),
    "a sliding window": ("mistral", "MistralForCausalLM", {"num_key_value_heads": 2, "sliding_window": 1024}),
    "sliding and full": ("gemma3_text", "Gemma3ForCausalLM", HYBRID),
    "latent": ("deepseek_v2", "DeepseekV2ForCausalLM", LATENT),
}


@pytest.mark.timeout(600)
def test_kv_tokens_are_what_the_engine_reports(engine_environment, tmp_path):
    memory = Memory(16 * GIB, "cpu", "16 GiB of RAM", free_bytes=15 * GIB)
    planned, cases = {}, []
    for name, (model_type, architecture, more) in FAMILIES.items():
        directory = tmp_path / model_type
        directory.mkdir()
        config = {**SHARED, "model_type": model_type, "architectures": [architecture], **more}
        (directory / "config.json").write_text(json.dumps(config))
        made = planned[name] = plan(directory, context=LENGTH, memory=memory)
        cases.append(
            {
                "model": str(directory),
                "dtype": made.dtype,
                "max_model_len": made.max_model_len,
                "kv_cache_memory_bytes": made.memory.kv_bytes,
                "max_num_seqs": made.max_num_seqs,
                "max_num_batched_tokens": made.max_num_batched_tokens,
            }
        )
    done = subprocess.run(
        [str(engine_environment.python), "-c", ASK],
        input="\n".join(json.dumps(case) for case in cases),
        capture_output=True,
        text=True,
        timeout=550,
        env={**os.environ, "VLLM_NO_USAGE_STATS": "1"},
    )
    told = [int(line.split()[1]) for line in done.stdout.splitlines() if line.startswith("TOLD ")]
    assert len(told) == len(cases), done.stderr[-2000:]
    assert dict(zip(planned, told, strict=True)) == {name: made.kv_tokens for name, made in planned.items()}
