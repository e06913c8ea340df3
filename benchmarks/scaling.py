"""What a job gains from more engines, what one program can give out at most, and what a document takes on the disk:
python -m benchmarks.scaling [--documents N]

Engines are scripted: they compute nothing, and take per request the time that the given speeds mean. So this measures
the program that gives out the work and not any model.
"""

import argparse
import contextlib
import json
import tempfile
import time
from pathlib import Path

from assistant import Effort, Item, Jobs, Library, Order, Runner, Task
from ingest import Document, read
from yarn_runtime import attach
from yarn_runtime.scripted import scripted_engine

ORDER = Order("bench", Task("summarise", length="short"), rounds=0)
REPLY = json.dumps({"statements": [{"text": "The notice period is 30 days.", "marks": [1]}]})
CLAUSES = 60


def documents(folder: Path, number: int) -> list[Path]:
    """Files that begin differently."""
    folder.mkdir()
    for index in range(number):
        clauses = "\n\n".join(
            f"Clause {line} of contract {index} is due in {line + index} days." for line in range(CLAUSES)
        )
        (folder / f"{index:04}.txt").write_text(f"The notice period is 30 days.\n\n{clauses}")
    return sorted(folder.iterdir())


def measured(files: list[Path], engines: int, speed: float | None) -> tuple[float, float]:
    """Seconds that a job over the files takes, and the bytes that each of them then takes in the library."""
    with tempfile.TemporaryDirectory() as folder, contextlib.ExitStack() as stack:
        limit, script = 3_000, (lambda *_: REPLY)
        served = [
            attach(stack.enter_context(scripted_engine(script, limit=limit, prefill_tokens_per_second=speed)).url)
            for _ in range(engines)
        ]
        library = Library(Path(folder))
        jobs = Jobs(library)

        def kept(source: str) -> Document:
            document = read(source)
            library.add(document)
            return document

        read_first = [kept(str(file)).id for file in files]
        started = time.monotonic()
        with jobs.held(ORDER) as conversation:
            jobs.add(ORDER.name, [Item(each) for each in read_first])
            runner = Runner(ORDER, jobs, conversation, library.document, lambda told: None, Effort())
            runner.work(served, jobs.items(ORDER.name), last=True)
        seconds = time.monotonic() - started
        assert {item.state for item in jobs.items(ORDER.name)} == {"done"}
        library.close()
        held = sum(file.stat().st_size for file in Path(folder).rglob("*") if file.is_file())
    return seconds, held / len(files)


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--documents", type=int, default=48)
    parser.add_argument("--speed", type=float, default=100.0, help="Tokens a second that an engine reads of a request.")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        files = documents(Path(folder) / "in", given.documents)
        started = time.monotonic()
        for file in files[:12]:
            read(str(file))
        reading = (time.monotonic() - started) / 12
        print("| engines | seconds | documents a second |\n|---|---|---|")
        for engines in (1, 2, 4):
            seconds, _ = measured(files, engines, given.speed)
            print(f"| {engines} | {seconds:.1f} | {len(files) / seconds:.2f} |", flush=True)
        seconds, held = measured(files, 1, None)
        print(f"| 1, answering at once | {seconds:.1f} | {len(files) / seconds:.2f} |")
        print(
            f"\nA document of {files[0].stat().st_size:,} bytes takes {held:,.0f} bytes in the library with its answer;"
        )
        print(f"reading one took {reading:.2f} s.")


if __name__ == "__main__":
    main()
