"""A GPU's name, a size, or the machine itself in, the memory that a plan may count on out; knows no model.

The one door to NVML (nvidia-ml-py). Sizes are bytes; GiB is 1024^3.
"""

import json
import os
import re
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Literal

from yarn_runtime.errors import MemoryUnknown
from yarn_runtime.processor import processor

MIB = 1024**2
GIB = 1024**3
Device = Literal["cuda", "cpu"]
NAME_HINT = 'Name a card such as "RTX 3090" with --gpu, or its size with --gpu-memory 24GiB.'


@dataclass(frozen=True, slots=True)
class Memory:
    """Memory of one device. `total_bytes` is what its driver reports, which is less than what its box says."""

    total_bytes: int
    device: Device
    name: str
    free_bytes: int | None = None
    """What was free when asked; None for a device that is not at hand."""
    capability: float | None = None
    """CUDA compute capability, such as 8.6; None where unknown."""
    fast_bfloat16: bool = False
    """Whether a CPU multiplies bfloat16 as such; GPUs tell by their capability."""

    @property
    def option(self) -> list[str]:
        """The command-line words that name this device: a card of the table by its name, else a size."""
        card = _gpus().get(_letters(self.name))
        if card is not None and int(card[1] * GIB) == self.total_bytes:
            return ["--gpu", card[0]]
        return ["--gpu-memory", f"{self.total_bytes / GIB:.2f}GiB"]

    @classmethod
    def detect(cls) -> "Memory":
        """The first NVIDIA GPU that the driver shows, else the RAM of this machine. Raises MemoryUnknown if
        the driver fails.
        """
        return _nvidia() or cls.of_machine()

    @classmethod
    def of_machine(cls) -> "Memory":
        """This machine's RAM, within the limit of its container."""
        total, free = _ram()
        return cls(total, "cpu", "this machine's RAM", free_bytes=free, fast_bfloat16=processor().fast_bfloat16)

    @classmethod
    def of_gpu(cls, name: str) -> "Memory":
        """A card of the table by its name, in any spelling: "RTX 3090", "NVIDIA GeForce RTX 3090", "rtx3090".
        Raises MemoryUnknown.
        """
        table = _gpus()
        wanted = _letters(name)
        if wanted in table:
            card, gib, capability = table[wanted]
            return cls(int(gib * GIB), "cuda", card, capability=capability)
        near = [card for letters, (card, _, _) in table.items() if wanted and wanted in letters]
        if near:
            raise MemoryUnknown(f"{name!r} may be {' or '.join(near[:4])}.", "Give the whole name.")
        raise MemoryUnknown(f"The GPU {name!r} is not in the table.", "Give its size instead: --gpu-memory 24GiB.")

    @classmethod
    def of_bytes(cls, total_bytes: int, device: Device = "cuda", name: str = "") -> "Memory":
        """A device of that many bytes, as its driver would report them. Raises MemoryUnknown for a size that
        is none.
        """
        if total_bytes <= 0 or total_bytes > 2**60:
            raise MemoryUnknown(f"{total_bytes} bytes is no size of a memory.", NAME_HINT)
        return cls(total_bytes, device, name or f"{total_bytes / GIB:.4g} GiB")


def parse_memory(text: str) -> int:
    """Bytes of a size such as "24GiB", "24GB", "24" or "512MiB".

    GB, G and a bare number mean GiB: a "24 GB" card has 24 GiB of chips. Raises MemoryUnknown for anything
    else.
    """
    match = re.fullmatch(r"\s*(\d+(?:\.\d+)?)\s*(?:([kmgt])i?b?)?\s*", text.lower())
    if match is None or float(match[1]) == 0 or float(match[1]) > 10**6:
        raise MemoryUnknown(f"{text!r} is no size of a memory.", "Write it like 24GiB.")
    return int(float(match[1]) * 1024 ** " kmgt".index(match[2] or "g"))


def _letters(name: str) -> str:
    """A card's name without its maker, line, spaces and marks: "NVIDIA GeForce RTX 3090" and "rtx-3090" are one."""
    plain = re.sub(r"[^a-z0-9]", "", name.lower())
    return re.sub(
        r"nvidia|geforce|tesla|tensorcore|gpu|quadro|generation|blackwell|workstation|server|edition|sxm\d?",
        "",
        plain,
    )


@cache
def _gpus() -> dict[str, tuple[str, float, float]]:
    """Cards by their letters: (name, GiB that the driver reports, compute capability)."""
    table = json.loads(files("yarn_runtime").joinpath("gpus.json").read_text(encoding="utf-8"))
    return {_letters(card): (card, gib, capability) for card, (gib, capability) in table.items()}


def _nvidia() -> Memory | None:
    """The first GPU of the driver, None where there is no driver or no GPU."""
    try:
        import pynvml
    except ImportError:
        return None
    try:
        pynvml.nvmlInit()
    except (
        pynvml.NVMLError_LibraryNotFound,
        pynvml.NVMLError_DriverNotLoaded,
        pynvml.NVMLError_NoPermission,
    ):
        return None
    except pynvml.NVMLError as error:
        raise MemoryUnknown(f"The NVIDIA driver does not answer: {error}.", NAME_HINT) from error
    try:
        if pynvml.nvmlDeviceGetCount() == 0:
            return None
        handle = pynvml.nvmlDeviceGetHandleByIndex(_first_visible())
        memory = pynvml.nvmlDeviceGetMemoryInfo(handle)
        major, minor = pynvml.nvmlDeviceGetCudaComputeCapability(handle)
        name = pynvml.nvmlDeviceGetName(handle)
    except pynvml.NVMLError as error:
        raise MemoryUnknown(f"The NVIDIA driver does not answer: {error}.", NAME_HINT) from error
    finally:
        pynvml.nvmlShutdown()
    return Memory(int(memory.total), "cuda", str(name), free_bytes=int(memory.free), capability=major + minor / 10)


def _first_visible() -> int:
    """The GPU that CUDA would take first: CUDA_VISIBLE_DEVICES where it lists numbers, else 0."""
    first = os.environ.get("CUDA_VISIBLE_DEVICES", "").split(",")[0].strip()
    return int(first) if first.isdigit() else 0


def _ram(root: Path = Path("/")) -> tuple[int, int]:
    """(total, free) bytes of RAM, both within the limit of the control group that a container sets."""
    fields = {}
    try:
        for line in (root / "proc/meminfo").read_text(encoding="ascii").splitlines():
            key, _, value = line.partition(":")
            fields[key] = int(value.split()[0]) * 1024
        total, free = fields["MemTotal"], fields["MemAvailable"]
    except (OSError, ValueError, KeyError, IndexError):
        return _posix_ram()
    for limit_file, used_file in CONTROL_GROUPS:
        try:
            limit = int((root / limit_file).read_text(encoding="ascii"))
            used = int((root / used_file).read_text(encoding="ascii"))
        except (OSError, ValueError):  # no such version of control groups, or "max": no limit
            continue
        total, free = min(total, limit), min(free, max(limit - used, 0))
    return total, free


CONTROL_GROUPS = (
    ("sys/fs/cgroup/memory.max", "sys/fs/cgroup/memory.current"),
    ("sys/fs/cgroup/memory/memory.limit_in_bytes", "sys/fs/cgroup/memory/memory.usage_in_bytes"),
)


def _posix_ram() -> tuple[int, int]:
    """Where there is no /proc (macOS): the size of the RAM; three quarters of it count as free."""
    try:
        total = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    except (ValueError, OSError, AttributeError) as error:
        raise MemoryUnknown("The size of this machine's RAM cannot be read.", "Give it with --gpu-memory.") from error
    return total, total * 3 // 4
