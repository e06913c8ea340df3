"""A model's widths, a batch and a release in, bytes that are neither weights nor KV cache out; every constant with
its source.

The figures were set on the logs of vLLM servers that state activations, non-torch memory and CUDA graphs one by one
(`benchmarks/plan.py` compares them again), from V0 engines of 2024 to 0.29; a term was only taken in where it explains
several models at once.
"""

from dataclasses import dataclass

from yarn_runtime.kv_cache import FLOAT_BYTES
from yarn_runtime.memory import GIB, MIB, Device
from yarn_runtime.releases import CURRENT, Release

STREAM_WIDTHS = 3
"""Hidden vectors of a token alive at the peak (residual, its norm, the output), and as many of the MLP's width (gate,
up and their product). V0 logs at 20,000 and 29,000 tokens: 2.07 and 2.99 GiB, computed 2.06 and 2.99.
"""
ALLOCATOR = 64 * MIB
"""What kernels use as workspace and PyTorch's allocator rounds up: logs exceed the computed peak by 0 to 0.06 GiB."""
NON_TORCH, NON_TORCH_LATER = int(0.12 * GIB), int(0.3 * GIB)
"""CUDA context and cuBLAS beyond PyTorch's own: 0.01 to 0.16 GiB in the logs of one GPU until 0.26 (outliers 0.35,
1.79), 0.27 to 0.30 since, where it is reported together with the weights.
"""
COLLECTIVES = int(0.6 * GIB)
"""NCCL's and the custom all-reduce's buffers with several GPUs: 0.4 to 1.3 GiB in the logs."""
GRAPH_BASE, GRAPH_EACH = int(0.2 * GIB), 7 * MIB
"""CUDA graphs: the shared pool of the first, then each further batch size. Estimates of 0.49 to 0.69 GiB were logged
with the default 256 sequences (51 sizes).
"""
PATCHES = 65_536
"""Image patches that a Qwen-VL encoder profiles (its largest picture: 16,384 merged tokens of 4 patches)."""
CPU_PROCESSES = int(1.75 * GIB)
"""Resident memory of the two Python processes of a CPU engine (API server, engine core) without weights and KV
cache.
"""


@dataclass(frozen=True, slots=True)
class Widths:
    """What of a model sizes its activations, in numbers of the engine's dtype."""

    hidden: int
    feed_forward: int
    """The MLP's width; with experts, that of all the experts which one token visits."""
    vocabulary: int
    vision: int = 0
    """Numbers of a patch alive at the image encoder's peak; 0 without one, or where its pictures are small."""


@dataclass(frozen=True, slots=True)
class Batch:
    """What the engine is started with that sizes its activations."""

    dtype: str
    tokens: int
    """max_num_batched_tokens."""
    sequences: int
    """max_num_seqs."""
    eager: bool = False
    gpus: int = 1
    table: int = 0
    """Numbers of the table of rotary cosines and sines: positions times rotary dimensions."""


@dataclass(frozen=True, slots=True)
class Overhead:
    """Bytes of each part, on each GPU."""

    activations: int
    graphs: int
    processes: int

    @property
    def total(self) -> int:
        return self.activations + self.graphs + self.processes


def overhead(device: Device, widths: Widths, batch: Batch, release: Release = CURRENT) -> Overhead:
    """The peak of vLLM's profiling pass (`Worker.determine_available_memory`), the captured graphs, the processes."""
    peak = activations(widths, batch, release)
    if device == "cpu":
        return Overhead(peak, 0, CPU_PROCESSES)
    processes = NON_TORCH_LATER if release >= Release(0, 27) else NON_TORCH
    processes += batch.table * FLOAT_BYTES[batch.dtype] + (COLLECTIVES if batch.gpus > 1 else 0)
    graphs = 0 if batch.eager or not release.reserves_graphs else GRAPH_BASE + GRAPH_EACH * captures(batch)
    return Overhead(peak + ALLOCATOR, graphs, processes)


def activations(widths: Widths, batch: Batch, release: Release) -> int:
    """The larger of two peaks that follow each other: a full batch in the MLP, and its sequences in the sampler."""
    each = FLOAT_BYTES[batch.dtype]
    stream = STREAM_WIDTHS * batch.tokens * (widths.hidden + widths.feed_forward // batch.gpus) * each
    sampler = int(batch.sequences * widths.vocabulary * release.logit_bytes) + batch.tokens * widths.hidden * each
    pictures = PATCHES * widths.vision * each
    return max(stream, sampler, pictures)


def captures(batch: Batch) -> int:
    """Batch sizes that are captured: 1, 2, 4, steps of 8 to 256, steps of 16 to 512 or twice the sequences
    (`config/vllm.py`, `_set_cudagraph_sizes`).
    """
    largest = min(2 * batch.sequences, 512)
    return sum(largest >= size for size in (1, 2, 4, *range(8, 256, 8), *range(256, 513, 16)))
