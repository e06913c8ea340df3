"""A model, a memory and a wanted context in, a Plan out: what to start, what it will hold, and why; starts nothing."""

import os
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Literal

from yarn_runtime.attention import Attention
from yarn_runtime.budget import Budget, account, usable_memory
from yarn_runtime.command import arguments, command, environment
from yarn_runtime.families import parsers
from yarn_runtime.kv_cache import kv_layout
from yarn_runtime.memory import Device, Memory
from yarn_runtime.model import ModelFacts, load_model
from yarn_runtime.overhead import Batch, overhead
from yarn_runtime.policy import Stretch, check_context, stretch
from yarn_runtime.releases import CURRENT, parse_release
from yarn_runtime.request import Request, check_request
from yarn_runtime.ways_out import WayOut, ways_out

GPU_BATCHED_TOKENS = 2048
"""vLLM's default for cards below 70 GiB; larger chunks cost activation memory."""
CPU_BATCHED_TOKENS = 256
"""A stop takes effect at the next chunk: 256 tokens are 0.5 s on two cores, 2,048 over 10 s, at the same speed."""
SLACK = 100
"""A hundredth of a GPU's memory is not promised to the context: drivers, desktops and kernels differ by that much
(RTX 3090: 0.23 GiB more than planned in two logs).
"""
GPU_SEQUENCES = 4
CPU_SEQUENCES = 2
GPU_BLOCK, CPU_BLOCK, CPU_LATENT_BLOCK = 16, 128, 16
"""Tokens in a KV block: vLLM's defaults (its CPU kernel for MLA knows only 16)."""


Profile = Literal["native", "long"]
"""Served as trained, or stretched by YaRN."""


@dataclass(frozen=True, slots=True)
class Plan:
    """How to serve a model. `fits` tells whether the engine would start so; if not, `ways_out` says what would."""

    request: Request
    """What was asked for; a plan that did not work out is made again from it."""
    model: ModelFacts
    device: Device
    memory: Budget
    kv_bytes_per_token: int
    """Bytes that a further token of a long context costs."""
    kv_tokens: int
    """The size of the KV cache in tokens as the engine will report it."""
    native_len: int
    max_model_len: int
    factor: float | None
    rope: Mapping[str, Any] | None
    """The --hf-overrides that stretch the context, None where none is needed."""
    block_size: int
    max_num_seqs: int
    max_num_batched_tokens: int
    dtype: str
    kv_cache_dtype: str
    environment: Mapping[str, str]
    arguments: tuple[str, ...]
    """The vLLM server's arguments after the model."""
    fits: bool
    reasons: tuple[str, ...]
    ways_out: tuple[WayOut, ...] = ()
    tensor_parallel_size: int = 1
    """GPUs that share the model; the budget is that of each of them."""

    @property
    def profile(self) -> Profile:
        """Whether it stretches the context."""
        return "native" if self.factor is None else "long"

    @property
    def endorsed(self) -> bool:
        """Whether the model's makers say that it goes as far."""
        return self.max_model_len <= max(self.model.trained.endorsed, self.native_len)

    @property
    def location(self) -> str:
        """What the engine is given as the model."""
        return self.model.location

    def to_json(self) -> dict[str, Any]:
        """The plan as plain JSON values."""
        budget = self.memory
        return {
            "model": self.model.name,
            "location": self.location,
            "device": self.device,
            "memory": {
                "total_bytes": budget.total_bytes,
                "utilization": budget.utilization,
                "weights_bytes": budget.weights_bytes,
                "overhead_bytes": budget.overhead_bytes,
                "kv_bytes": budget.kv_bytes,
            },
            "kv_bytes_per_token": self.kv_bytes_per_token,
            "kv_tokens": self.kv_tokens,
            "native_len": self.native_len,
            "max_model_len": self.max_model_len,
            "factor": self.factor,
            "profile": self.profile,
            "rope": self.rope,
            "block_size": self.block_size,
            "max_num_seqs": self.max_num_seqs,
            "max_num_batched_tokens": self.max_num_batched_tokens,
            "tensor_parallel_size": self.tensor_parallel_size,
            "dtype": self.dtype,
            "kv_cache_dtype": self.kv_cache_dtype,
            "environment": dict(self.environment),
            "command": command(self, ("vllm", "serve")),
            "fits": self.fits,
            "reasons": list(self.reasons),
            "ways_out": [{"text": way.text, "command": list(way.command)} for way in self.ways_out],
        }


def plan(
    model: str | Path,
    *,
    context: int | None = None,
    memory: Memory | None = None,
    utilization: float | None = None,
    kv_cache_dtype: str = "auto",
    max_num_seqs: int | None = None,
    max_num_batched_tokens: int | None = None,
    dtype: str | None = None,
    tensor_parallel_size: int = 1,
    enforce_eager: bool = False,
    text_only: bool = True,
    engine_version: str | None = None,
) -> Plan:
    """Plans to serve `model` (a hub id or a directory) for `context` tokens, or for its native length where
    that is None.

    `memory` is that of this machine where None, of each GPU where `tensor_parallel_size` is more than 1;
    `utilization` the share of it that the engine may take (0.92 of a GPU, 0.9 of RAM). `text_only` leaves the encoders
    of a multimodal model unloaded. `engine_version` is the vLLM to plan for, None the one that this project installs.

    Raises a PlanProblem: ModelUnknown, ModelUnsupported, ConfigInvalid, MemoryUnknown, ContextInvalid, OptionInvalid.
    A plan that does not fit is returned with `fits` False, its reasons and ways out.
    """
    request = Request(
        model=load_model(model),
        memory=memory or Memory.detect(),
        context=None if context is None else check_context(context),
        utilization=utilization,
        kv_cache_dtype=kv_cache_dtype,
        max_num_seqs=max_num_seqs,
        max_num_batched_tokens=max_num_batched_tokens,
        dtype=dtype,
        tensor_parallel_size=tensor_parallel_size,
        enforce_eager=enforce_eager,
        text_only=text_only,
        release=CURRENT if engine_version is None else parse_release(engine_version),
    )
    check_request(request)
    first = answer(request)
    return first if first.fits else replace(first, ways_out=ways_out(request, answer))


def answer(request: Request) -> Plan:
    """The plan for one request as it stands, without ways out."""
    model, device = request.model, request.memory.device
    dtype = request.dtype or _dtype(model, request.memory)
    sequences = request.max_num_seqs or (CPU_SEQUENCES if device == "cpu" else GPU_SEQUENCES)
    batched = request.max_num_batched_tokens or (CPU_BATCHED_TOKENS if device == "cpu" else GPU_BATCHED_TOKENS)
    gpus, release = request.tensor_parallel_size, request.release
    layout = kv_layout(
        model.layers,
        dtype if request.kv_cache_dtype == "auto" else request.kv_cache_dtype,
        _block_size(model, device),
        batched if device == "cpu" else release.batches_in_flight * batched,
        dtype=dtype,
        gpus=gpus,
        release=release,
    )
    utilization, usable, reasons = usable_memory(request)
    weights = model.weights_bytes(dtype, request.text_only) // gpus
    widths = replace(model.widths, vision=0) if request.text_only else model.widths
    eager = request.enforce_eager or device == "cpu"
    wanted = stretch(model, request.context)
    table = max(model.positions.declared, wanted.length) * model.positions.rotary_dim
    extra = overhead(device, widths, Batch(dtype, batched, sequences, eager, gpus, table), release).total
    room = max(usable - weights - extra, 0)
    slack = request.memory.total_bytes // SLACK if device == "cuda" else 0
    if request.context is None and not layout.holds(room - slack, wanted.length):
        wanted = _shortened(wanted, layout.longest(room - slack, wanted.length))
    kv_bytes = room if device == "cuda" else min(room, layout.bytes_for(wanted.length, CPU_SEQUENCES))
    fits = wanted.reachable and wanted.length > 1 and layout.holds(kv_bytes - slack, wanted.length)
    budget = Budget(request.memory.total_bytes, utilization, weights, extra, kv_bytes)
    tokens = layout.tokens(kv_bytes, wanted.length)
    return Plan(
        request=request,
        model=model,
        device=device,
        memory=budget,
        kv_bytes_per_token=layout.token_bytes,
        kv_tokens=tokens,
        native_len=model.trained.native,
        max_model_len=wanted.length,
        factor=wanted.factor,
        rope=wanted.override,
        block_size=layout.block_size,
        max_num_seqs=sequences,
        max_num_batched_tokens=batched,
        dtype=dtype,
        kv_cache_dtype=request.kv_cache_dtype,
        environment=environment(device, _cores()),
        arguments=arguments(
            served_name=model.name,
            max_model_len=wanted.length,
            max_num_seqs=sequences,
            max_num_batched_tokens=batched,
            dtype=dtype,
            kv_cache_dtype=request.kv_cache_dtype,
            override=wanted.override,
            utilization=utilization if device == "cuda" else None,
            kv_cache_bytes=kv_bytes if device == "cpu" else None,
            eager=eager,
            gpus=gpus,
            text_only=request.text_only and model.multimodal,
            parsers=parsers(model.model_type, model.name, model.directory),
        ),
        fits=fits,
        reasons=(*wanted.reasons, *reasons, *account(budget, usable, layout, wanted, tokens, slack)),
        tensor_parallel_size=gpus,
    )


def _dtype(model: ModelFacts, memory: Memory) -> str:
    """On a CPU whichever it computes faster (`Processor.fast_bfloat16`); on a GPU bfloat16 needs capability 8.0."""
    if memory.device == "cpu":
        return "bfloat16" if memory.fast_bfloat16 else "float32"
    if memory.capability is not None and memory.capability < 8.0:
        return "float16"
    return "bfloat16" if model.dtype == "float32" else model.dtype


def _block_size(model: ModelFacts, device: Device) -> int:
    if device == "cuda":
        return GPU_BLOCK
    return (
        CPU_LATENT_BLOCK if any(isinstance(layer, Attention) and layer.latent for layer in model.layers) else CPU_BLOCK
    )


def _shortened(wanted: Stretch, length: int) -> Stretch:
    """The native length cut to what the memory holds; nothing is stretched there, so nothing else changes."""
    if length == 0:
        return wanted
    reason = f"The memory holds {length:,} of the native {wanted.length:,} tokens: the context is cut to that."
    return replace(wanted, length=length, reasons=(*wanted.reasons, reason))


def _cores() -> list[int]:
    """The cores that this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return sorted(os.sched_getaffinity(0))
    return list(range(os.cpu_count() or 1))
