"""An engine that runs and the folder of its traces in, what there is to know of it now out; knows no page."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from ui.current_engine import CurrentEngine
from ui.log_tail import log_tail
from ui.needle_map import shares
from yarn_runtime import Engine, EngineRecord, Gauges, Plan, PlanProblem, Results, Subject, grid, judge, plan, recall


@dataclass(frozen=True, slots=True)
class EngineFacts:
    """One look at it."""

    engine: Engine
    gauges: Gauges
    record: EngineRecord | None
    """None for an engine that others keep."""
    plan: Plan | None
    """How it was started; None where that is not known."""
    needles: Mapping[tuple[int, float], float]
    """Share of the passkeys that `unspool doctor` found, by length and depth."""
    verdict: str
    """How far the context is reliable, in words; empty where it was never tested."""
    log: str
    """The end of its log."""


def look(current: CurrentEngine, data: Path | None) -> EngineFacts:
    """`data` is the folder where doctor keeps what it found. Raises a RuntimeProblem where no engine answers."""
    engine = current()
    record = current.record
    planned = _plan(record)
    findings = []
    if data is not None:
        results = Results(data / "needles.jsonl")
        subject = Subject(engine.model, engine.limit, planned.rope if planned else "unknown")
        cells = [*grid(engine.limit, quick=False), *grid(engine.limit, quick=True)]
        findings = [found for cell in cells if (found := recall(subject, cell, results)) is not None]
    verdict = str(judge(findings, engine.limit)) if findings else ""
    log = log_tail(Path(record.log)) if record is not None else ""
    return EngineFacts(engine, engine.gauges(), record, planned, shares(findings), verdict, log)


def _plan(record: EngineRecord | None) -> Plan | None:
    if record is None:
        return None
    try:
        return plan(record.directory or record.model, context=record.max_model_len)
    except PlanProblem:
        return None
