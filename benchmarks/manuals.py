"""Real long PDFs out, from Debian's documentation packages: fetched by name into a cache, never committed."""

from __future__ import annotations

import gzip
import subprocess
from pathlib import Path

MANUALS = {
    "developers-reference": "developers-reference.pdf",
    "debian-policy": "policy.pdf",
    "gri-pdf-doc": "gri.pdf",
    "r-doc-pdf": "refman.pdf",
}
"""Package and the file in it."""


def manual(package: str, cache: Path) -> Path | None:
    """The PDF of that package, fetched if need be; None where apt cannot fetch it."""
    wanted = cache / MANUALS[package]
    if wanted.exists():
        return wanted
    cache.mkdir(parents=True, exist_ok=True)
    subprocess.run(["apt-get", "download", package], cwd=cache, check=False, capture_output=True)
    for archive in cache.glob(f"{package}_*.deb"):
        subprocess.run(["dpkg", "-x", archive.name, package], cwd=cache, check=True)
        for found in sorted((cache / package).rglob(f"{wanted.name}*")):
            if found.is_file() and not found.is_symlink():
                data = found.read_bytes()
                wanted.write_bytes(gzip.decompress(data) if found.suffix == ".gz" else data)
                return wanted
    return None
