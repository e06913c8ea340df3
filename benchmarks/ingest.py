"""Pages a CPU second of PDF readers, side by side, each in a fresh process: python benchmarks/ingest.py [PDF ...]

Without arguments it reads the sample that comes with the project. What is not installed is left out. CPU seconds are
those of all processes together and include the start of each; the best of three runs counts (one for slow readers).
"""

from __future__ import annotations

import importlib.util
import os
import platform
import resource
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
SAMPLE = ROOT / "samples" / "reportlab-userguide.pdf"
LOADER = """
import pypdf
file = pypdf.PdfReader(path)
labels = file.page_labels
pages = [(page.extract_text(), {"source": path, "page": n, "page_label": labels[n], **(file.metadata or {})})
         for n, page in enumerate(file.pages)]
"""
READERS = {
    "ingest.read (text, spans, boxes, repairs)": ("pypdfium2", "import ingest; pages = ingest.read(path).pages"),
    "pypdfium2 (bare text)": (
        "pypdfium2",
        "import pypdfium2; f = pypdfium2.PdfDocument(path); pages = [p.get_textpage().get_text_range() for p in f]",
    ),
    "pypdf": ("pypdf", "import pypdf; pages = [page.extract_text() for page in pypdf.PdfReader(path).pages]"),
    "as LangChain's PyPDFLoader": ("pypdf", LOADER),
    "pdfminer.six": (
        "pdfminer",
        "from pdfminer.high_level import extract_text; pages = extract_text(path).split(chr(12))[:-1]",
    ),
}
SLOW = ("pypdf", "pdfminer")


def measured(command: list[str]) -> tuple[float, float, str]:
    """(CPU seconds, MiB of memory at the peak of the largest process, output) of a command and its children."""
    reader, writer = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(reader)
        run = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
        used = resource.getrusage(resource.RUSAGE_CHILDREN)
        last = (run.stdout.split() or ["failed"])[-1]
        os.write(writer, f"{used.ru_utime + used.ru_stime} {used.ru_maxrss / 1024} {last}".encode())
        os._exit(0)
    os.close(writer)
    with os.fdopen(reader) as pipe:
        seconds, mebibytes, said = pipe.read().split()
    os.waitpid(child, 0)
    return float(seconds), float(mebibytes), said


def rows(path: Path) -> list[tuple[str, int, float, float]]:
    """(reader, pages, CPU seconds, MiB) of every reader that is there."""
    found = []
    for name, (module, code) in READERS.items():
        if importlib.util.find_spec(module) is None:
            continue
        script = f"path = {str(path)!r}\n{code}\nprint(len(pages))"
        runs = [measured([sys.executable, "-c", script]) for _ in range(1 if module in SLOW else 3)]
        seconds, mebibytes, said = min(runs)
        if said.isdecimal():
            found.append((name, int(said), seconds, mebibytes))
    if shutil.which("pdftotext"):
        seconds, mebibytes, _ = min(measured(["pdftotext", str(path), os.devnull]) for _ in range(3))
        found.append(("pdftotext", found[0][1], seconds, mebibytes))
    return found


def main() -> None:
    """Print one Markdown table a file."""
    print(f"{platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}\n")
    for path in [Path(name).resolve() for name in sys.argv[1:]] or [SAMPLE]:
        found = rows(path)
        print(f"## {path.name}, {found[0][1]} pages, {path.stat().st_size / 2**20:.1f} MiB\n")
        print("| reader | CPU s | pages a CPU second | MiB |\n|---|---:|---:|---:|")
        for name, pages, seconds, mebibytes in found:
            print(f"| {name} | {seconds:.2f} | {pages / seconds:.0f} | {mebibytes:.0f} |")
        print(flush=True)


if __name__ == "__main__":
    main()
