"""A job over the real engine whose program, engine or both are killed at random moments, and whether each item was then
done exactly once: python -m benchmarks.batch_killed [--kills N] [--seed N]

Each kill costs a start of the engine: about a minute on a CPU.
"""

import argparse
import json
import os
import random
import signal
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

import psutil

from assistant import Jobs, Library
from ui.settings import load
from yarn_runtime import read_record

VICTIMS = ("the program", "the engine", "both")
SPREAD_SECONDS = 20.0
"""A kill comes so long after the first item runs at most."""


class Typed:
    """`unspool batch` in a folder of its own, as a person types it."""

    def __init__(self, folder: Path, documents: int) -> None:
        self.folder = folder
        (folder / "data").mkdir()
        (folder / "data" / "engines").symlink_to(load().engines)
        (folder / "in").mkdir()
        self.documents = 0
        self.add(documents)

    def add(self, documents: int) -> None:
        """More for the job to do."""
        for number in range(self.documents, self.documents + documents):
            clauses = " ".join(f"Clause {line} of {number} is due in {line + number} days." for line in range(12))
            (self.folder / "in" / f"{number}.txt").write_text(f"The notice period is 30 days. {clauses}")
        self.documents += documents

    def start(self) -> subprocess.Popen[str]:
        """Begin it, or go on with it."""
        command = [sys.executable, "-m", "ui", "batch", "summarise", str(self.folder / "in"), "--json"]
        command += ["--out", str(self.folder / "out"), "--length", "short", "--rounds", "0", "--context", "8K"]
        return subprocess.Popen(
            command,
            env={**os.environ, "UNSPOOL_DATA": str(self.folder / "data")},
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            start_new_session=True,
        )

    def engine(self) -> list[psutil.Process]:
        """The processes of its engine."""
        record = read_record(self.folder / "data" / "engine.json")
        if record is None:
            return []
        server = psutil.Process(record.pid)
        return [server, *server.children(recursive=True)]

    def faults(self) -> list[str]:
        """What is not as it has to be once the job is done."""
        library = Library(self.folder / "data" / "library")
        items = Jobs(library).items("out")
        answers = library.store.db.execute("SELECT count(*) FROM answers").fetchone()[0]
        found = [f"{item.source}: {item.state} {item.reason}" for item in items if item.state != "done"]
        if answers != len(items) or len({item.answer_id for item in items}) != len(items):
            found.append(f"{answers} answers of {len(items)} items")
        found += library.store.faults()
        library.close()
        return found


def killed(typed: Typed, victim: str, chance: random.Random) -> bool:
    """Whether the job could be killed before it was done."""
    child = typed.start()
    assert child.stdout is not None and child.stderr is not None
    threading.Thread(target=child.stderr.read, daemon=True).start()
    if not any(json.loads(line).get("state") == "running" for line in child.stdout):
        child.wait(300)
        return False
    threading.Thread(target=child.stdout.read, daemon=True).start()
    time.sleep(chance.uniform(0, SPREAD_SECONDS))
    if child.poll() is not None:
        return False
    victims = [] if victim == "the program" else typed.engine()
    if victim != "the engine":
        child.kill()
    for each in victims:
        try:
            each.kill()
        except psutil.NoSuchProcess:
            continue
    print(f"{victim} killed; the program ended with {child.wait(300)}", file=sys.stderr, flush=True)
    return True


def main() -> None:
    """Kill, go on, look."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--kills", type=int, default=5)
    parser.add_argument("--documents", type=int, default=10)
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args()
    chance = random.Random(given.seed)
    kills: list[str] = []
    with tempfile.TemporaryDirectory() as folder:
        typed = Typed(Path(folder), given.documents)
        while len(kills) < given.kills:
            victim = VICTIMS[len(kills) % len(VICTIMS)]
            if killed(typed, victim, chance):
                kills.append(victim)
            else:  # it was done before: it gets more to do
                typed.add(given.documents)
        end = typed.start()
        try:
            _, said = end.communicate(timeout=900)
        finally:
            if end.poll() is None:
                os.killpg(end.pid, signal.SIGTERM)
        faults = typed.faults() + ([] if end.returncode == 0 else [said])
    print(
        f"Killed {len(kills)} times ({', '.join(kills)}) over {typed.documents} documents; faults: {faults or 'none'}."
    )


if __name__ == "__main__":
    main()
