"""How fast a job is beside the same prompts one after the other and beside the engine's own offline throughput, and how
it bears being killed: python -m benchmarks.batch [--items N] [--kills N] [--write FILE]

All three ways run on one engine's settings in one run: documents of one length, each with a beginning of its own, so
that no way finds another's in the cache. Tokens are those that were computed, read or written, by the engine's usage.
"""

import argparse
import asyncio
import json
import os
import platform
import re
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx

from assistant import Effort, Item, Jobs, Library, Order, Runner, Selection, Task, plan_task
from assistant.tasks import forms, wording
from assistant.tasks.workbench import Workbench
from ingest import Document, read
from ui.settings import load
from yarn_runtime import (
    Engine,
    EngineEnvironment,
    Memory,
    Place,
    Plan,
    Usage,
    embedded_model,
    find_environment,
    plan,
    serve,
)
from yarn_runtime.scripted import scripted_engine

TASK = Task("summarise", length="short")
ORDER = Order("bench", TASK, rounds=0)
CONTEXT = 8_192
CLAUSES = 16
"""Of a document."""
REPLY = json.dumps({"statements": [{"text": "The notice period is 30 days.", "marks": [1]}]})


@dataclass(frozen=True, slots=True)
class Way:
    """What one way took."""

    name: str
    items: int
    tokens: int
    seconds: float

    @property
    def line(self) -> str:
        """A row of the table."""
        speed = self.tokens / self.seconds
        return f"| {self.name} | {self.items} | {self.tokens:,} | {self.seconds:.1f} | {speed:,.0f} |"


def documents(folder: Path, name: str, number: int) -> list[str]:
    """Documents that begin differently."""
    place = folder / name
    place.mkdir()
    for index in range(number):
        head = f"{name} document number {index} is about the terms of its own. "
        clauses = (f"Clause {line} says that part {line * 7} is due in {line + index} days." for line in range(CLAUSES))
        (place / f"{name}{index:03}.txt").write_text(head + " ".join(clauses))
    return [str(path) for path in sorted(place.iterdir())]


def prompt_of(engine: Engine, source: str) -> dict[str, Any]:
    """What the job asks first of a document: messages, JSON schema, longest reply."""
    work = plan_task(TASK, engine, [Selection(read(source))], rounds=0)
    (window,) = work.parts[0].windows
    form = forms.statements(window[0].mark, window[-1].mark, wording.MOST[TASK.length])
    asked = Workbench(work, lambda step: None, Effort()).over(window, wording.summary(TASK, "the documents"))
    return {"messages": list(asked), "schema": form.schema, "max_tokens": form.tokens}


def one_after_the_other(engine: Engine, sources: list[str]) -> Way:
    """A plain loop over the prompts."""

    async def one(asked: dict[str, Any]) -> int:
        tokens = 0
        async for event in engine.reply(asked["messages"], max_tokens=asked["max_tokens"], schema=asked["schema"]):
            if isinstance(event, Usage):
                tokens = event.prompt_tokens - event.cached_tokens + event.completion_tokens
        return tokens

    started = time.monotonic()
    tokens = sum(asyncio.run(one(prompt_of(engine, source))) for source in sources)
    return Way("one after the other", len(sources), tokens, time.monotonic() - started)


def as_a_job(engine: Engine, sources: list[str], folder: Path) -> Way:
    """`unspool batch`, without its start."""
    library = Library(folder / "library")
    jobs, spent = Jobs(library), []

    def kept(source: str) -> Document:
        document = read(source)
        library.add(document)
        return document

    started = time.monotonic()
    with jobs.held(ORDER) as conversation:
        jobs.add(ORDER.name, [Item(source) for source in sources])
        runner = Runner(ORDER, jobs, conversation, kept, lambda told: spent.append(told.computed_tokens), Effort())
        runner.work([engine], jobs.items(ORDER.name))
    seconds = time.monotonic() - started
    done = [item for item in jobs.items(ORDER.name) if item.state == "done"]
    return Way("unspool batch", len(done), sum(spent), seconds)


def offline(asked: list[dict[str, Any]], planned: Plan, environment: EngineEnvironment, folder: Path) -> Way:
    """vLLM's own `LLM.chat` over all prompts at once, in a process of its own."""
    given = {
        "model": planned.location,
        "asked": asked,
        "settings": {
            "max_model_len": planned.max_model_len,
            "max_num_seqs": planned.max_num_seqs,
            "max_num_batched_tokens": planned.max_num_batched_tokens,
            "kv_cache_memory_bytes": planned.memory.kv_bytes,
            "dtype": planned.dtype,
            "enforce_eager": "--enforce-eager" in planned.arguments,
        },
    }
    script, out = Path(__file__).with_name("batch_offline.py"), folder / "offline.json"
    done = subprocess.run(
        [str(environment.python), str(script), str(out)],
        input=json.dumps(given),
        env={**os.environ, **planned.environment},
        capture_output=True,
        text=True,
        timeout=900,
    )
    if done.returncode:
        raise SystemExit(done.stderr[-2_000:])
    value = json.loads(out.read_text())
    return Way("vLLM's own offline run", value["items"], value["tokens"], value["seconds"])


def killed(kills: int, folder: Path) -> dict[str, Any]:
    """So many kills at random moments over the scripted engine; see tests/batch_killed.py."""
    (folder / "sources").mkdir()
    for index in range(4):
        words = f"The number {index} is said here. " * 8 * (index + 1)
        (folder / "sources" / f"{index}.txt").write_text(f"The notice period is 30 days.\n\n{words}")
    with scripted_engine(lambda *_: REPLY, limit=8_000, prefill_tokens_per_second=8_000) as scripted:
        command = [sys.executable, "-m", "tests.batch_killed", scripted.url, str(folder), "1500", str(kills)]
        done = subprocess.run(command, capture_output=True, text=True, check=True)
    return dict(json.loads(done.stdout))


def preemptions(engine: Engine) -> int:
    """Of the engine since its start."""
    text = httpx.get(f"{engine.url}/metrics", timeout=10.0).text
    return round(sum(map(float, re.findall(r"(?m)^vllm:num_preemptions_total\{[^\n]*\} (\S+)$", text))))


def throughput(items: int, sequences: int, folder: Path) -> str:
    """The three ways, side by side."""
    settings = load()
    environment = find_environment(settings.engines, "cpu")
    checkpoint = embedded_model(settings.models, environment, print)
    planned = plan(checkpoint, context=CONTEXT, memory=Memory.of_machine(), max_num_seqs=sequences)
    place = Place(folder / "engine.json", folder / "logs")
    with serve(planned, environment, place, port=None, say=print) as engine:
        one_after_the_other(engine, documents(folder, "warm", 2))
        ways = [
            one_after_the_other(engine, documents(folder, "loop", items)),
            as_a_job(engine, documents(folder, "job", items), folder),
        ]
        asked = [prompt_of(engine, source) for source in documents(folder, "offline", items)]
        preempted = preemptions(engine)
    ways.append(offline(asked, planned, environment, folder))
    lines = [
        f"{platform.machine()}, {os.cpu_count()} cores, SmolLM2-135M, {CONTEXT:,} tokens, {sequences} sequences at"
        f" once, {planned.kv_tokens:,} tokens in the KV pool; preemptions: {preempted}.",
        "",
        "| way | documents | tokens computed | seconds | tokens a second |",
        "|---|---|---|---|---|",
        *(way.line for way in ways),
    ]
    return "\n".join(lines)


def main() -> None:
    """Measure and write."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--items", type=int, default=8)
    parser.add_argument("--sequences", type=int, default=4)
    parser.add_argument("--kills", type=int, default=200)
    parser.add_argument("--write", type=Path)
    given = parser.parse_args()
    parts = [__doc__.split(":")[0].replace("\n", " ") + "."] if __doc__ else []
    with tempfile.TemporaryDirectory() as folder:
        if given.items:
            parts.append(throughput(given.items, given.sequences, Path(folder)))
    with tempfile.TemporaryDirectory() as folder:
        if given.kills:
            found = killed(given.kills, Path(folder))
            parts.append(
                f"Killed {found['kills']} times at random moments over {found['jobs']} jobs of 4 documents:"
                f" {len(found['faults'])} items were not done exactly once."
            )
    text = "\n\n".join(parts) + "\n"
    print(text)
    if given.write:
        given.write.write_text(f"# Jobs\n\n{text}")


if __name__ == "__main__":
    main()
