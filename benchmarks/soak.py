"""How much memory the service holds while many clients ask it: python -m benchmarks.soak [--clients N] [--questions N]

The program is started as a person starts it, over a scripted engine; after each so many questions its resident memory
is looked at. What grows with the questions would grow with the hours.
"""

import argparse
import concurrent.futures
import json
import os
import re
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import httpx
import psutil

from yarn_runtime.scripted import scripted_engine

MIB = 1024 * 1024


def weighing(messages: Any, *_: Any) -> str:
    """A model that finds the line about the stone that was asked for."""
    asked = re.findall(r"hat does stone (\d+) weigh", messages[-1]["content"])[-1]
    mark = re.search(rf"<(\d+)>(?:(?!<\d+>)[\s\S])*?Stone number {asked} weighs", messages[1]["content"])
    text = f"Stone number {asked} weighs {int(asked) * 7} kilograms."
    return json.dumps({"found": True, "statements": [{"text": text, "marks": [int(mark[1]) if mark else 1]}]})


def ask(address: str, number: int) -> bool:
    """Whether the right answer came, after as many tries as it took to be let in."""
    body = {"model": "unspool", "messages": [{"role": "user", "content": f"What does stone {number} weigh?"}]}
    while True:
        done = httpx.post(f"{address}/v1/chat/completions", json=body, timeout=300)
        if done.status_code != 429:
            break
        time.sleep(1)
    return done.status_code == 200 and f"weighs {number * 7} kilograms" in done.text


def main() -> None:
    """Ask, look, print a table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--clients", type=int, default=100)
    parser.add_argument("--questions", type=int, default=1_000)
    parser.add_argument("--every", type=int, default=100)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder, scripted_engine(weighing) as engine:
        command = [sys.executable, "-m", "ui", "ui", "--engine-url", engine.url, "--port", "7999", "--json"]
        environment = {**os.environ, "UNSPOOL_DATA": folder, "UNSPOOL_ROUNDS": "0"}
        served = subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True, start_new_session=True)
        try:
            assert served.stdout is not None
            address = json.loads(served.stdout.readline())["url"]
            stones = Path(folder) / "stones.txt"
            stones.write_text(
                "\n\n".join(f"Stone number {each} weighs {each * 7} kilograms." for each in range(1, 101))
            )
            with stones.open("rb") as file:
                httpx.post(f"{address}/v1/documents", files={"file": file}, timeout=60).raise_for_status()
            process, wrong, started = psutil.Process(served.pid), 0, time.monotonic()
            print(f"| questions | seconds | MiB |\n|---|---|---|\n| 0 | 0 | {process.memory_info().rss / MIB:.0f} |")
            with concurrent.futures.ThreadPoolExecutor(given.clients) as clients:
                for asked in range(0, given.questions, given.every):
                    numbers = [1 + each % 100 for each in range(given.every)]
                    wrong += list(clients.map(lambda number: ask(address, number), numbers)).count(False)
                    seconds, held = time.monotonic() - started, process.memory_info().rss / MIB
                    print(f"| {asked + given.every} | {seconds:.0f} | {held:.0f} |", flush=True)
            print(f"\n{wrong} answers were wrong or missing.")
        finally:
            os.killpg(served.pid, signal.SIGTERM)
            served.wait(60)


if __name__ == "__main__":
    main()
