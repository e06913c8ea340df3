"""PDF readers side by side, each in a fresh process: speed, memory, and what is kept of the words.

    python benchmarks/ingest.py [--write docs/benchmarks.md] [--cache FOLDER] [PDF ...]

Without PDFs it reads the sample that comes with the project and manuals of Debian's, fetched into the cache. Peers are
installed into an environment of their own in the cache; what cannot be had is left out and said. CPU seconds are those
of all processes together and include the start of each; the best of three runs counts (one for slow readers).
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from benchmarks.kept import kept, pairs_kept  # noqa: E402
from benchmarks.manuals import manual  # noqa: E402
from benchmarks.section import write_section  # noqa: E402

SAMPLE = ROOT / "samples" / "reportlab-userguide.pdf"
SHORT = ("developers-reference", "debian-policy", "gri-pdf-doc")
LONG = "r-doc-pdf"
PEERS = ["pypdf", "pypdfium2", "pdfminer.six", "langchain-community", "markitdown[pdf]<0.1.9"]
OURS = "Unspool (text, spans, boxes, repairs, hidden text)"
BARE, PDFTOTEXT = "pypdfium2, bare text", "pdftotext"
READERS = {
    OURS: "import ingest; d = ingest.read(path);"
    " apart = lambda p: [*p.margins, *(h.text for h in d.hidden if h.page == p.number)];"
    " pages = ['\\n'.join([p.text, *apart(p)]) for p in d.pages]",
    BARE: "import pypdfium2; pages = [p.get_textpage().get_text_range() for p in pypdfium2.PdfDocument(path)]",
    PDFTOTEXT: "import subprocess; pages = subprocess.run(['pdftotext', path, '-'], capture_output=True, text=True,"
    " check=True).stdout.split(chr(12))[:-1]",
    "pypdf": "import pypdf; pages = [page.extract_text() for page in pypdf.PdfReader(path).pages]",
    "LangChain PyPDFLoader": "from langchain_community.document_loaders import PyPDFLoader;"
    " pages = [d.page_content for d in PyPDFLoader(path).load()]",
    "pdfminer.six": "from pdfminer.high_level import extract_text; pages = extract_text(path).split(chr(12))[:-1]",
    "markitdown": "from markitdown import MarkItDown; pages = MarkItDown().convert(path).text_content.split(chr(12))",
}
FAST = (OURS, BARE, PDFTOTEXT)
HEAD = """## Reading PDFs

{machine}; every reader in a fresh process. CPU seconds are those of all its processes together, their start included;
MiB are those of the largest. The best of three runs counts, of slow readers one. Kept words: of those on each page as
the reference reads it, what stands on the same page here (text, running heads, hidden text); case and hyphens do
not count. Kept pairs of words tell the reading order. Seconds on the clock are those of a machine on which other work
may be going on.
"""
STREAM = """
import threading, time, psutil, ingest
begun, me, peak, over = time.monotonic(), psutil.Process(), 0, False
def watch():
    global peak
    while not over:
        alive = [p for p in [me, *me.children(recursive=True)] if p.is_running()]
        try:
            peak = max(peak, sum(p.memory_info().rss for p in alive))
        except psutil.Error:
            pass
        time.sleep(0.02)
thread = threading.Thread(target=watch); thread.start()
stream = ingest.pages(path)
next(stream)
first = time.monotonic() - begun
count = 1 + sum(1 for _ in stream)
whole = time.monotonic() - begun
over = True; thread.join()
import json; print(json.dumps([count, first, whole, peak / 2**20]))
"""


def measured(python: str, script: str) -> tuple[float, float, str]:
    """(CPU seconds, MiB of memory at the peak of the largest process, output) of a script and its children."""
    reader, writer = os.pipe()
    child = os.fork()
    if child == 0:
        import resource

        os.close(reader)
        run = subprocess.run([python, "-c", script], cwd=ROOT, capture_output=True, text=True, check=False)
        used = resource.getrusage(resource.RUSAGE_CHILDREN)
        said = run.stdout.strip() or json.dumps(run.stderr.strip()[-300:])
        with os.fdopen(writer, "w") as pipe:
            pipe.write(f"{used.ru_utime + used.ru_stime} {used.ru_maxrss / 1024} {said}")
        os._exit(0)
    os.close(writer)
    with os.fdopen(reader) as pipe:
        seconds, mebibytes, said = pipe.read().split(" ", 2)
    os.waitpid(child, 0)
    return float(seconds), float(mebibytes), said


def peers(cache: Path) -> str:
    """The Python of an environment with the other readers; ours where it cannot be made."""
    python = cache / "peers" / "bin" / "python"
    if not python.exists():
        subprocess.run([sys.executable, "-m", "venv", cache / "peers"], check=True)
        subprocess.run([python, "-m", "pip", "install", "--quiet", *PEERS], check=True)
    return str(python)


def read(name: str, python: str, path: Path) -> tuple[float, float, list[str]] | None:
    """(CPU seconds, MiB, the text of each page) of the best of some runs; None where the reader fails."""
    script = f"path = {str(path)!r}\n{READERS[name]}\nimport json; print(json.dumps(pages))"
    best: tuple[float, float, list[str]] | None = None
    for _ in range(3 if name in FAST else 1):
        seconds, mebibytes, said = measured(sys.executable if name == OURS else python, script)
        pages = json.loads(said)
        if not isinstance(pages, list):
            print(f"{name} fails on {path.name}: {pages[-200:]}", file=sys.stderr)
            return None
        if best is None or seconds < best[0]:
            best = seconds, mebibytes, pages
    return best


def table(path: Path, names: list[str], python: str) -> str:
    """What the readers make of a file, as Markdown."""
    runs = {name: run for name in names if (run := read(name, python, path))}
    if OURS not in runs:
        return f"### {path.name}\n\nnot read\n"
    count = len(runs[OURS][2])
    lines = [
        f"### {path.name}: {count:,} pages, {path.stat().st_size / 2**20:.1f} MiB\n",
        "| reader | CPU s | pages a CPU second | of bare pypdfium2 | MiB |",
        "|---|---:|---:|---:|---:|",
    ]
    bare = runs[BARE][0]
    for name, (seconds, mebibytes, _) in runs.items():
        lines.append(f"| {name} | {seconds:.2f} | {count / seconds:.0f} | {bare / seconds:.2f} | {mebibytes:.0f} |")
    lines += ["", "| kept by Unspool | words | pairs of words |", "|---|---:|---:|"]
    for name in (PDFTOTEXT, BARE):
        if name in runs and len(runs[name][2]) == count:
            one, ours = runs[name][2], runs[OURS][2]
            lines.append(f"| of {name} | {kept(one, ours):.2%} | {pairs_kept(one, ours):.2%} |")
    return "\n".join(lines) + "\n"


def streamed(path: Path) -> str:
    """How soon the first page of a long file is there, and what all processes take together."""
    _, _, said = measured(sys.executable, f"path = {str(path)!r}\n{STREAM}")
    count, first, whole, mebibytes = json.loads(said)
    return (
        f"`ingest.pages` over {path.name}: first page after {first:.2f} s, all {count:,} after {whole:.1f} s,"
        f" {mebibytes:.0f} MiB at the peak in all processes together.\n"
    )


def main() -> None:
    """Print the tables, and write them where asked."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("pdf", nargs="*", type=Path)
    parser.add_argument("--write", type=Path, help="the Markdown file whose part on PDFs is rewritten")
    parser.add_argument("--cache", type=Path, default=Path.home() / ".cache" / "unspool" / "bench")
    asked = parser.parse_args()
    python = peers(asked.cache)
    names = list(READERS)
    machine = f"{platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}"
    parts = [HEAD.format(machine=machine)]
    manuals = [] if asked.pdf else filter(None, (manual(package, asked.cache) for package in SHORT))
    for path in [path.resolve() for path in asked.pdf] or [SAMPLE, *manuals]:
        parts.append(table(path, names, python))
        print(parts[-1], flush=True)
    if not asked.pdf and (long := manual(LONG, asked.cache)):
        parts += [table(long, [OURS, BARE, PDFTOTEXT], python), streamed(long)]
        print(*parts[-2:], sep="\n", flush=True)
    if asked.write:
        write_section(asked.write, "bench-ingest", "\n".join(parts))


if __name__ == "__main__":
    main()
