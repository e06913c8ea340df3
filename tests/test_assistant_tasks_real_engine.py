"""Tasks and a job through the real vLLM: replies by schema, exact ledgers, citations that resolve, no preemption."""

import json
import re

import httpx
import pytest

from assistant import Effort, Entry, Item, Jobs, Order, Run, Runner, Selection, Task, plan_task
from ingest import read
from tests.scripted_tasks import resolves
from yarn_runtime import Engine

pytestmark = pytest.mark.engine

TEXT = "The notice period is 30 days.\n\nThe fee is 1,250 euros a year.\n\nThe landlord is Alpha Ltd of Bonn.\n"


def lease(folder, number=0):
    source = folder / f"lease{number}.txt"
    source.write_text(f"Lease number {number + 7}.\n\n{TEXT}")
    return read(source)


def test_a_summary_and_a_table(engine: Engine, tmp_path):
    document = lease(tmp_path)
    answer = Run(plan_task(Task("summarise", length="short"), engine, [Selection(document)])).answer()
    (draft, *_) = answer.steps
    assert draft.prompt_tokens == answer.coverage.prompt_tokens, "the ledger is the engine's own count"
    assert answer.statements and len(answer.statements) <= 3
    resolves(answer)
    fields = (Entry("Notice period"), Entry("Fee", "a year"))
    table = Run(plan_task(Task("extract", entries=fields), engine, [Selection(document)])).answer()
    assert [section.title for section in table.sections] == ["Notice period", "Fee"]
    assert all(section.verdict in ("found", "unclear", "missing") for section in table.sections)
    resolves(table)
    assert json.loads(json.dumps(table.to_json()))["task"] == "extract"


def test_a_job_that_the_pool_holds_preempts_nothing(engine: Engine, library, tmp_path):
    named = [lease(tmp_path, number).path for number in range(3)]
    jobs, order = Jobs(library), Order("leases", Task("extract", entries=(Entry("Fee"),)), rounds=0)

    def kept(source):
        document = read(source)
        library.add(document)
        return document

    with jobs.held(order) as conversation:
        jobs.add(order.name, [Item(source) for source in named])
        Runner(order, jobs, conversation, kept, lambda told: None, Effort()).work([engine], jobs.items(order.name))
    assert [item.state for item in jobs.items(order.name)] == ["done"] * 3
    metrics = httpx.get(f"{engine.url}/metrics", timeout=10.0).text
    assert re.search(r"(?m)^vllm:num_preemptions_total\{[^\n]*\} 0\.0$", metrics)
