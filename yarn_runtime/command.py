"""The settings of a plan in, the vLLM server's arguments out: the only file that knows vLLM's flags."""

import json
from collections.abc import Mapping, Sequence
from typing import Any, Protocol

from yarn_runtime.families import NO_PARSERS, Parsers

STRUCTURED_OUTPUTS = {"backend": "xgrammar", "disable_any_whitespace": True}
"""With the default backend a small model fills its JSON with white space (160 tokens took up to 40 s);
compact it takes 9.
"""


class Startable(Protocol):
    """What `command` needs of a plan."""

    @property
    def location(self) -> str: ...

    @property
    def arguments(self) -> tuple[str, ...]: ...


def command(plan: Startable, program: Sequence[str]) -> list[str]:
    """The whole command line: `vllm serve MODEL ...` names the model by place, the module by --model."""
    by_place = tuple(program[-1:]) == ("serve",)
    return [*program, *([] if by_place else ["--model"]), plan.location, *plan.arguments]


def arguments(
    *,
    served_name: str,
    max_model_len: int,
    max_num_seqs: int,
    max_num_batched_tokens: int,
    dtype: str,
    kv_cache_dtype: str,
    override: Mapping[str, Any] | None,
    utilization: float | None,
    kv_cache_bytes: int | None,
    eager: bool,
    gpus: int = 1,
    text_only: bool = False,
    parsers: Parsers = NO_PARSERS,
) -> tuple[str, ...]:
    """The server's arguments after the model. Give `utilization` for a GPU or `kv_cache_bytes` for an explicit pool."""
    flags = {
        "--served-model-name": served_name,
        "--dtype": dtype,
        "--max-model-len": str(max_model_len),
        "--max-num-seqs": str(max_num_seqs),
        "--max-num-batched-tokens": str(max_num_batched_tokens),
        "--kv-cache-dtype": kv_cache_dtype,
        "--structured-outputs-config": _json(STRUCTURED_OUTPUTS),
    }
    if override is not None:
        flags["--hf-overrides"] = _json(override)
    if kv_cache_bytes is not None:
        flags["--kv-cache-memory-bytes"] = str(kv_cache_bytes)
    elif utilization is not None:
        flags["--gpu-memory-utilization"] = f"{utilization:g}"
    if gpus > 1:
        flags["--tensor-parallel-size"] = str(gpus)
    if parsers.tools is not None:
        flags["--tool-call-parser"] = parsers.tools
    if parsers.thinking is not None:
        flags["--reasoning-parser"] = parsers.thinking
    switches = ["--enable-prompt-tokens-details"]
    switches += ["--enable-auto-tool-choice"] if parsers.tools is not None else []
    switches += ["--enforce-eager"] if eager else []
    switches += ["--language-model-only"] if text_only else []
    return (*(part for flag in flags.items() for part in flag), *switches)


def environment(device: str, cores: Sequence[int]) -> dict[str, str]:
    """Environment variables for the server. By default a CPU engine leaves one core idle; here it computes on
    all given.
    """
    settings = {"VLLM_NO_USAGE_STATS": "1"}
    if device == "cpu" and cores:
        settings["OMP_NUM_THREADS"] = str(len(cores))
        settings["VLLM_CPU_OMP_THREADS_BIND"] = core_ranges(cores)
    return settings


def core_ranges(cores: Sequence[int]) -> str:
    """Core numbers as the kernel writes them: 0-1, or 0,2-3."""
    runs: list[list[int]] = []
    for core in sorted(set(cores)):
        if runs and core == runs[-1][1] + 1:
            runs[-1][1] = core
        else:
            runs.append([core, core])
    return ",".join(str(first) if first == last else f"{first}-{last}" for first, last in runs)


def _json(value: Mapping[str, Any]) -> str:
    return json.dumps(value, separators=(",", ":"))
