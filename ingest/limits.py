"""How much a source may cost to read, and the code by which a worker process binds itself to that."""

from __future__ import annotations

import resource
from dataclasses import dataclass

MIB = 1024 * 1024
OUT_OF_MEMORY = 77
"""Exit code of a worker to which Python's own allocator said no."""


@dataclass(frozen=True, slots=True)
class Limits:
    """Upper bounds for reading one source; sizes in bytes, times in seconds."""

    memory: int = 1536 * MIB
    cpu_seconds: int = 60
    wall_seconds: float = 120.0
    fetch_seconds: float = 600.0
    pages: int = 20_000
    source_bytes: int = 512 * MIB
    output_bytes: int = 256 * MIB
    code_file_bytes: int = 2 * MIB
    code_files: int = 100_000
    code_depth: int = 100
    ocr_seconds: float = 40.0
    """For the text recognition of one page."""
    credentials: bool = True
    """Whether git may use its configuration and the credentials that this account has stored; not for others."""

    local_network: bool = True
    """Whether an address may lead to this machine or into its network; not for others."""

    def bind(self) -> None:
        """Put this very process under the limits; the kernel holds them from here on. Linux only."""
        for which, soft, hard in (
            (resource.RLIMIT_AS, self.memory, self.memory),
            # The hard limit is one second later: SIGXCPU tells the parent what happened, SIGKILL would not.
            (resource.RLIMIT_CPU, self.cpu_seconds, self.cpu_seconds + 1),
            (resource.RLIMIT_NOFILE, 64, 64),
            (resource.RLIMIT_FSIZE, 0, 0),
            (resource.RLIMIT_CORE, 0, 0),
        ):
            ceiling = resource.getrlimit(which)[1]
            if ceiling != resource.RLIM_INFINITY:
                soft, hard = min(soft, ceiling), min(hard, ceiling)
            resource.setrlimit(which, (soft, hard))
