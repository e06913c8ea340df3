"""A model's widths, a batch and a device in, bytes that are neither weights nor KV cache out; every constant
with its source.
"""

from dataclasses import dataclass

from yarn_runtime.kv_cache import FLOAT_BYTES
from yarn_runtime.memory import GIB, MIB, Device

NON_TORCH = int(0.3 * GIB)
"""CUDA context, cuBLAS and NCCL buffers. Logs of V1 engines with one GPU: 0.06 to 0.35 GiB (llm-d-planner
0.3.3 takes 0.27).
"""
CUDA_GRAPHS = int(0.5 * GIB)
"""What vLLM subtracts for CUDA graphs since 0.21. Logs of small batches: 0.24 to 0.7 GiB."""
CPU_PROCESSES = int(1.75 * GIB)
"""Resident memory of the two Python processes of a CPU engine (API server, engine core) without weights and
KV cache.
"""


@dataclass(frozen=True, slots=True)
class Overhead:
    """Bytes of each part."""

    activations: int
    graphs: int
    processes: int

    @property
    def total(self) -> int:
        return self.activations + self.graphs + self.processes


def overhead(
    device: Device,
    *,
    hidden_size: int,
    intermediate_size: int,
    vocabulary: int,
    dtype: str,
    max_num_batched_tokens: int,
    max_num_seqs: int,
) -> Overhead:
    """The peak of a pass over a full batch, the captured graphs and the processes themselves.

    Activations: the residual stream twice, the MLP's gate and up halves and their product, all for a whole
    batch; and the logits of every sequence in the model's dtype, in float32, and once more while they are
    sampled.
    """
    each = FLOAT_BYTES[dtype]
    stream = max_num_batched_tokens * (4 * hidden_size + 3 * intermediate_size) * each
    logits = max_num_seqs * vocabulary * (each + 2 * 4)
    activations = stream + logits
    if device == "cpu":
        return Overhead(activations, 0, CPU_PROCESSES)
    return Overhead(activations + ALLOCATOR, CUDA_GRAPHS, NON_TORCH)


ALLOCATOR = 512 * MIB
"""Workspaces of attention and matrix kernels and the rounding of PyTorch's allocator."""
