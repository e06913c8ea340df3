"""An engine and its speed in, the needle test run and shown passkey by passkey; says first how long it will take."""

from dataclasses import dataclass
from typing import Any

from ui.settings import Settings
from ui.terminal import Terminal
from yarn_runtime import (
    Engine,
    Finding,
    Measured,
    Plan,
    Reliability,
    Results,
    Subject,
    expected_seconds,
    find_needles,
    grid,
    in_k,
    judge,
    recall,
    recall_unstretched,
)

FALLBACK_TOKENS_PER_SECOND = 10.0
"""Decoding speed for the estimate, where the model stopped too soon to measure it."""


@dataclass(frozen=True, slots=True)
class NeedleSearch:
    """What the needle test of one engine found, and what earlier ones found of the same model without a stretch."""

    findings: tuple[Finding, ...]
    reliability: Reliability
    unstretched: tuple[Finding, ...]
    """Within the native length; empty where the model was never tested without a stretch."""

    def to_json(self) -> list[dict[str, Any]]:
        """The findings as plain JSON values."""
        return [finding_json(finding) for finding in self.findings]

    def short_prompts(self, native: int) -> str:
        """Whether YaRN costs short prompts something here: passkeys within `native` tokens with it and without."""
        short = [finding.found for finding in self.findings if finding.cell.length <= native]
        told = f"within the native {in_k(native)}, {sum(short)} of {len(short)} passkeys found with YaRN"
        if not self.unstretched:
            return f"{told}, not yet tested without."
        without = [finding.found for finding in self.unstretched]
        return f"{told}, {sum(without)} of {len(without)} without."

    def how_to_compare(self, native: int) -> str:
        """What to run for the other side of `short_prompts`; empty where both are known."""
        return "" if self.unstretched else f"For that run: unspool doctor --context {native}"


def search(
    settings: Settings, running: Engine, planned: Plan | None, measured: Measured, *, quick: bool, terminal: Terminal
) -> NeedleSearch:
    """Run the grid up to the engine's limit, going on from earlier runs. Raises a RuntimeProblem."""
    results = Results(settings.data / "needles.jsonl")
    subject = Subject(running.model, running.limit, planned.rope if planned else "unknown")
    cells = grid(running.limit, quick=quick)
    left = [cell for cell in cells if recall(subject, cell, results) is None]
    speed, writing = measured.speed, measured.tokens_per_second or FALLBACK_TOKENS_PER_SECOND
    known = f", {len(cells) - len(left)} of them known from earlier runs" if len(left) < len(cells) else ""
    terminal.say(
        f"Needle test: {len(cells)} passkeys in up to {in_k(running.limit)} tokens{known}; about "
        f"{duration(expected_seconds(left, speed, writing))}. Ctrl-C stops it, and a later run goes on from there."
    )
    findings = []
    for finding in find_needles(running, subject, cells, results):
        findings.append(finding)
        if finding.recalled:
            continue
        left.remove(finding.cell)
        terminal.say(f"  {told(finding)}; about {duration(expected_seconds(left, speed, writing))} left")
    unstretched = recall_unstretched(running.model, planned.native_len, results) if planned and planned.factor else []
    return NeedleSearch(tuple(findings), judge(findings, running.limit), tuple(unstretched))


def told(finding: Finding) -> str:
    """One finding on one line."""
    cell = finding.cell
    what = "found" if finding.found else f"missed ({' '.join(finding.reply.split())[:40]!r})"
    return f"{in_k(cell.length)} at {cell.depth:.0%} depth: {what}, {finding.prefilled.seconds:.1f} s"


def finding_json(finding: Finding) -> dict[str, Any]:
    """A finding as plain JSON values."""
    return {
        "length": finding.cell.length,
        "depth": finding.cell.depth,
        "seed": finding.cell.seed,
        "found": finding.found,
        "reply": finding.reply,
        "prompt_tokens": finding.prefilled.tokens,
        "cached_tokens": finding.prefilled.cached,
        "seconds": finding.prefilled.seconds,
        "recalled": finding.recalled,
    }


def duration(seconds: float) -> str:
    """About how long, as a person says it: "40 s", "12 min", "2 h 5 min"."""
    if seconds < 90:
        return f"{seconds:.0f} s"
    minutes = round(seconds / 60)
    return f"{minutes} min" if minutes < 90 else f"{minutes // 60} h {minutes % 60} min"
