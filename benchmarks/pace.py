"""How true the told reading time and progress are, on the real engine: python -m benchmarks.pace [--write FILE]

Starts the embedded model stretched to 16,384 tokens with no speed known, and sends prompts of growing and mixed sizes.
From the fourth on the seconds that were told before are compared with those that it took; while each is read, every
figure of the progress is compared with where a reading by the fitted speed is at that moment.
"""

import argparse
import asyncio
import os
import platform
import statistics
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

from ui.settings import load
from yarn_runtime import Engine, Memory, Place, Prefill, Usage, embedded_model, find_environment, plan, serve
from yarn_runtime.haystack import haystack
from yarn_runtime.pace import TELLING
from yarn_runtime.speed import Prefilled, Speed, fit_speed

SIZES = (512, 1500, 3000, 5000, 2000, 8000, 1000, 6500, 12_000, 4000)
"""Tokens of the prompts, in this order."""


@dataclass(frozen=True, slots=True)
class Row:
    """One prompt: what was told before, what it took, and the largest error of its progress in tokens."""

    tokens: int
    told: float | None
    took: float
    furthest: int
    looks: int


def measured(engine: Engine) -> list[Row]:
    """Every prompt is another one, so that nothing of it is cached."""
    read = []
    for number, size in enumerate(SIZES):
        messages = haystack(engine.count, size, 0.5, 12_345, seed=time.time_ns() + number)
        told = engine.pace.seconds(size)
        read.append((told, *asyncio.run(_read(engine, messages))))
    speed = fit_speed([_sample(usage) for _, usage, _ in read])
    return [_row(told, usage, looks, speed) for told, usage, looks in read]


def _row(told: float | None, usage: Usage, looks: list[tuple[float, int]], speed: Speed) -> Row:
    """Where a reading is at a moment follows from the shape of all of them and the time that this one took."""
    slower = usage.first_seconds / speed.seconds(usage.prompt_tokens, usage.cached_tokens)
    errors = [
        abs(tokens - min(speed.tokens_after(seconds / slower, usage.cached_tokens), usage.prompt_tokens))
        for seconds, tokens in looks
    ]
    return Row(usage.prompt_tokens, told, usage.first_seconds, max(errors, default=0), len(looks))


def _sample(usage: Usage) -> Prefilled:
    return Prefilled(usage.prompt_tokens, usage.cached_tokens, usage.first_seconds)


async def _read(engine: Engine, messages: list[dict[str, str]]) -> tuple[Usage, list[tuple[float, int]]]:
    """The usage of a reply, and the looks at its prefill as (seconds, tokens)."""
    looks: list[tuple[float, int]] = []
    started, usage = time.monotonic(), Usage(0, 0, 0, "")
    async for event in engine.reply(messages, max_tokens=1):
        if isinstance(event, Prefill):
            looks.append((time.monotonic() - started, event.tokens))
        elif isinstance(event, Usage):
            usage = event
    return usage, looks


def report(rows: list[Row], chunk: int) -> str:
    """A Markdown table and the two figures that were aimed at."""
    lines = [
        f"{platform.machine()}, {os.cpu_count()} cores, SmolLM2-135M stretched to 16,384 tokens, chunks of {chunk}.",
        "",
        "| prompt tokens | told before, s | took, s | error | looks | furthest off, tokens |",
        "|---:|---:|---:|---:|---:|---:|",
    ]
    for row in rows:
        told = "" if row.told is None else f"{row.told:.1f}"
        error = "" if row.told is None else f"{row.told / row.took - 1:+.0%}"
        lines.append(f"| {row.tokens:,} | {told} | {row.took:.1f} | {error} | {row.looks} | {row.furthest:,} |")
    later = [abs(row.told / row.took - 1) for row in rows[3:] if row.told is not None]
    lines += ["", f"From the fourth prompt on: median error {statistics.median(later):.0%}, largest {max(later):.0%}."]
    return "\n".join(lines)


def main() -> None:
    """Measure, print, and write where asked."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--write", type=Path)
    asked = parser.parse_args()
    settings = load()
    environment = find_environment(settings.engines, "cpu")
    model = embedded_model(settings.models, environment, print)
    planned = plan(model, context=16_384, memory=Memory.of_machine())
    with tempfile.TemporaryDirectory() as folder:
        place = Place(Path(folder) / "engine.json", Path(folder) / "logs", Path(folder) / "paces.json")
        with serve(planned, environment, place, port=None, say=print) as engine:
            assert min(SIZES) > TELLING
            told = report(measured(engine), planned.max_num_batched_tokens)
    print(told)
    if asked.write:
        asked.write.write_text(f"# Told and true reading times\n\nWritten by `make bench-pace`. {told}\n", "utf-8")


if __name__ == "__main__":
    main()
