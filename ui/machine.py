"""Nothing in, what this machine and its software are out: processor, memory, driver, versions; judges nothing."""

import importlib.metadata
import platform
import re
from pathlib import Path
from typing import Any

import psutil

from ui.engines import installed
from ui.settings import Settings
from yarn_runtime import EngineMissing, Memory, processor


def hardware(settings: Settings) -> dict[str, Any]:
    """The device that an engine would run on, and the machine around it; sizes in bytes. Raises MemoryUnknown."""
    memory = Memory.detect()
    cpu = processor()
    folder = next(parent for parent in (settings.data, *settings.data.parents) if parent.is_dir())
    return {
        "device": memory.device,
        "name": memory.name,
        "memory_bytes": memory.total_bytes,
        "free_bytes": memory.free_bytes,
        "capability": memory.capability,
        "driver": driver(Path("/proc/driver/nvidia/version")),
        "processor": cpu.name,
        "cores": psutil.cpu_count(logical=False) or psutil.cpu_count(),
        "instructions": list(cpu.instructions),
        "ram_bytes": psutil.virtual_memory().total,
        "disk_free_bytes": psutil.disk_usage(str(folder)).free,
    }


def versions(settings: Settings) -> dict[str, str | None]:
    """What is installed, None for what is not."""
    try:
        engine: str | None = installed(settings).distribution
    except EngineMissing:
        engine = None
    try:
        unspool: str | None = importlib.metadata.version("unspool")
    except importlib.metadata.PackageNotFoundError:
        unspool = None
    return {"unspool": unspool, "python": platform.python_version(), "system": platform.platform(), "engine": engine}


def driver(file: Path) -> str | None:
    """The version of NVIDIA's kernel module, None where there is none."""
    try:
        text = file.read_text("utf-8", errors="replace")
    except OSError:
        return None
    found = re.search(r"Kernel Module\b.*?\s(\d+\.\d+(?:\.\d+)?)\s", text)
    return found[1] if found else None
