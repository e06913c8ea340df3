"""A vLLM release in, what its memory accounting does differently out; knows no model and no GPU.

Each turning point was read in the release's source or shows in the servers' logs of that time.
"""

import re
from dataclasses import dataclass

from yarn_runtime.errors import OptionInvalid


@dataclass(frozen=True, slots=True, order=True)
class Release:
    """A release by its first two numbers."""

    major: int
    minor: int

    @property
    def utilization(self) -> float:
        """The default of --gpu-memory-utilization."""
        return 0.92 if self >= Release(0, 27) else 0.9

    @property
    def logit_bytes(self) -> float:
        """Peak bytes for each logit while the profiling pass samples.

        Until 0.15 top-k and top-p sorted all logits (38.4 in the logs: bf16, float32, sorted values, 64-bit indices and
        the sort's own buffers); then a kernel without a sort (15.4: llm-d-planner's figures for 0.19, logs of 0.26);
        since 0.27 the new model runner, whose profiling samples without top-k and top-p (the logits, in float32 too).
        """
        return 38.4 if self < Release(0, 16) else 15.4 if self < Release(0, 27) else 6.0

    @property
    def batches_in_flight(self) -> int:
        """Batches scheduled before the first is done: two since asynchronous scheduling became the default."""
        return 1 if self < Release(0, 14) else 2

    @property
    def reserves_graphs(self) -> bool:
        """Whether the CUDA graphs are estimated and taken off the KV cache before they are captured."""
        return self >= Release(0, 21)

    @property
    def state_pages(self) -> int:
        """Pages of recurrent state for a request: two since prefix caching covers hybrids."""
        return 1 if self < Release(0, 14) else 2

    @property
    def splits_evenly(self) -> bool:
        """Whether "KV cache size: N tokens" is blocks / groups * block size, before it became concurrency * length."""
        return self < Release(0, 23)

    @property
    def latent_unit(self) -> int:
        """A latent KV vector is rounded up to a multiple of so many numbers (the V0 engine's 256 bytes)."""
        return 128 if self < Release(0, 8) else 1


CURRENT = Release(0, 32)
"""What this project installs."""


def parse_release(text: str) -> Release:
    """The release of "0.32.0", "v0.11" or "0.28.1rc1.dev50+g..."; a build from source (0.1.dev...) counts as current.

    Raises OptionInvalid.
    """
    if text.startswith("0.1.dev"):
        return CURRENT
    match = re.match(r"v?(\d{1,4})\.(\d{1,4})(?!\d)", text.strip())
    if match is None:
        raise OptionInvalid(f"{text!r} is no release of vLLM.", "Write it like 0.32 or 0.11.2.")
    return Release(int(match[1]), int(match[2]))
