"""A batch that is killed at random moments until it is done, and whether each item was then done exactly once.

One process loads everything once and forks a child for each try, so that a kill costs no start of Python; it reports as
JSON. Run as: python -m tests.batch_killed URL FOLDER SECONDS KILLS [SEED]
"""

import json
import os
import random
import shutil
import signal
import sys
import time
from pathlib import Path

import langchain_openai  # loaded before the first fork: it takes longer than a whole job

from assistant import Effort, Item, Jobs, Library, Order, Runner, Task, results
from ingest import read
from ui.tasking import write_text
from yarn_runtime import attach

ORDER = Order("job", Task("summarise", length="short"), rounds=0)
LIKELY_SECONDS = 1.5
"""Of a whole job: kills are spread over as long."""


def work(url: str, folder: Path) -> None:
    """The job, as the command does it."""
    library = Library(folder / "library")
    jobs = Jobs(library)
    with jobs.held(ORDER) as conversation:
        jobs.add(ORDER.name, [Item(str(path)) for path in sorted((folder / "sources").iterdir())])

        def kept(source: str):
            document = read(source)
            library.add(document)
            return document

        engine = attach(url)
        runner = Runner(ORDER, jobs, conversation, kept, lambda told: None, Effort())
        runner.work([engine], [item for item in jobs.items(ORDER.name) if item.state == "queued"], last=True)
        for name, text in results(ORDER, jobs).items():
            write_text(folder / name, text)


def tried(url: str, folder: Path, seconds: float | None) -> bool:
    """Whether a child did the whole job; it is killed after so many seconds."""
    child = os.fork()
    if child == 0:
        try:
            work(url, folder)
            os._exit(0)
        except BaseException as error:
            print(repr(error), file=sys.stderr, flush=True)
            os._exit(1)
    if seconds is not None:
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            if (ended := os.waitpid(child, os.WNOHANG)) != (0, 0):
                return _fine(ended[1])
            time.sleep(0.005)
        os.kill(child, signal.SIGKILL)
    return _fine(os.waitpid(child, 0)[1])


def _fine(status: int) -> bool:
    if os.WIFEXITED(status) and os.WEXITSTATUS(status):
        raise SystemExit("A try failed without being killed.")
    return os.WIFEXITED(status)


def faults(folder: Path) -> list[str]:
    """What is not as it has to be once a job is done."""
    library = Library(folder / "library")
    db, found = library.store.db, []
    items = Jobs(library).items(ORDER.name)
    answers = db.execute("SELECT count(*) FROM answers").fetchone()[0]
    if {item.state for item in items} != {"done"}:
        found.append(f"states {[item.state for item in items]}")
    if answers != len(items) or len({item.answer_id for item in items}) != len(items):
        found.append(f"{answers} answers of {len(items)} items")
    if len((folder / "results.jsonl").read_text().splitlines()) != len(items):
        found.append("results.jsonl is not whole")
    if list(folder.glob(".*.part")):
        found.append("a part of a file was left")
    library.close()
    return found


def main(url: str, folder: Path, seconds: float, kills: int, seed: int) -> None:
    """Jobs, each killed until it is done, until there were so many kills or the time is over."""
    chance = random.Random(seed)
    killed = jobs = 0
    until = time.monotonic() + seconds
    found: list[str] = []
    while killed < kills and time.monotonic() < until:
        jobs += 1
        place = folder / f"job{jobs}"
        place.mkdir()
        shutil.copytree(folder / "sources", place / "sources")
        more = True
        while not tried(url, place, chance.uniform(0.02, LIKELY_SECONDS) if more else None):
            killed += 1
            more = killed < kills and time.monotonic() < until
        found += faults(place)
        shutil.rmtree(place)
    loaded = langchain_openai.__name__
    print(json.dumps({"kills": killed, "jobs": jobs, "faults": found, "loaded": loaded}))


if __name__ == "__main__":
    address, place, bound, most, *more = sys.argv[1:]
    main(address, Path(place), float(bound), int(most), int(more[0]) if more else 0)
