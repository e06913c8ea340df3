"""Requests as JSON lines in, KV tokens as other planners see them out; runs in a Python that has those planners
installed.

Started by `plan.py --peers PYTHON`, where PYTHON has `pip install llm-d-planner vllm-wizard`. Each tool's own
functions do the arithmetic; llm-d-planner is given the counted weights, since it reads them from the hub.
"""

import json
import sys
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

GIB = 1024**3
ARCHITECTURES = {
    "llama": "LlamaForCausalLM",
    "granite": "GraniteForCausalLM",
    "mistral": "MistralForCausalLM",
    "phi3": "Phi3ForCausalLM",
    "qwen2": "Qwen2ForCausalLM",
    "qwen3": "Qwen3ForCausalLM",
    "qwen3_moe": "Qwen3MoeForCausalLM",
    "qwen3_next": "Qwen3NextForCausalLM",
    "gemma3_text": "Gemma3ForCausalLM",
    "gpt_oss": "GptOssForCausalLM",
    "deepseek_v2": "DeepseekV2ForCausalLM",
    "deepseek_v3": "DeepseekV3ForCausalLM",
}


def llm_d_planner(asked: dict[str, Any]) -> int:
    """KV tokens by llm-d-planner's budget, H100 constants and layer arithmetic."""
    from planner import capacity_planner as peer

    config = json.loads(asked["config"])
    config.setdefault("head_dim", None)
    config |= {"architectures": [ARCHITECTURES.get(config["model_type"], "")], "torch_dtype": "bfloat16"}
    facts = SimpleNamespace(**config)
    gpus = asked["gpus"]
    free = peer.available_gpu_memory(asked["total_gib"], asked["utilization"]) * gpus - asked["weights_gib"]
    free -= peer.estimate_vllm_activation_memory(facts, tp=gpus) + peer.estimate_vllm_non_torch_memory(gpus) * gpus
    detail = peer.KVCacheDetail("model", facts, context_len=1, batch_size=1)
    return max(0, int(free * GIB / detail.per_token_memory_bytes))


def vllm_wizard(asked: dict[str, Any]) -> int:
    """KV tokens by vllm-wizard's parameters, overhead and fragmentation."""
    from vllm_wizard.models.metadata import _parse_config, estimate_params_from_config
    from vllm_wizard.planning import memory as peer
    from vllm_wizard.schemas.inputs import KVCacheDType, Quantization

    metadata = _parse_config(json.loads(asked["config"]), "model")
    methods = {each.value: each for each in Quantization}
    weights = peer.compute_weights_memory(
        estimate_params_from_config(metadata) / 1e9,
        quantization=methods.get(asked["quantization"], Quantization.NONE),
    )
    total = int(asked["total_gib"] * GIB) * asked["gpus"]
    free = total * asked["utilization"] - weights - peer.compute_overhead(total, asked["gpus"])
    kv = {each.value: each for each in KVCacheDType}.get(asked["kv_dtype"][:3], KVCacheDType.AUTO)
    return max(0, int(free / (peer.compute_kv_cache_memory(metadata, 1_000_000, 1, kv_dtype=kv) / 1_000_000)))


TOOLS: dict[str, Callable[[dict[str, Any]], int]] = {"llm-d-planner": llm_d_planner, "vllm-wizard": vllm_wizard}


def main() -> None:
    """One line in, one line out; a tool that fails on a model says why."""
    for line in sys.stdin:
        asked = json.loads(line)
        told: dict[str, Any] = {"id": asked["id"]}
        for name, tool in TOOLS.items():
            try:
                told[name] = tool(asked)
            except Exception as error:  # foreign code: whatever it raises is its answer
                told[name] = f"{type(error).__name__}: {error}"[:80]
        print(json.dumps(told), flush=True)


if __name__ == "__main__":
    main()
