"""Jobs in, their bars and the table of the open one as HTML out; knows no page. All text is data and is escaped."""

from collections.abc import Mapping, Sequence
from html import escape
from typing import Any
from urllib.parse import quote

from assistant import Item
from ui.job_desk import ENDED, JobState
from ui.words import Words

_ROWS = 200
"""Items that are shown; what failed comes first, and the files have all of them."""
_CHARACTERS = 400
"""Of an answer that are shown."""
_FIRST = ("failed", "running", "checked", "reading", "skipped")
_FILES = ("results.jsonl", "results.csv", "report.md", "report.html")

Row = tuple[Item, Mapping[str, Any] | None]


def jobs_html(jobs: Sequence[JobState], opened: str, words: Words) -> str:
    """A line a job: its name, task and bar, and what can be done with it."""
    if not jobs:
        return f'<p class="empty">{words.no_jobs}</p>'
    return f'<ul class="jobs">{"".join(_job(job, opened, words) for job in jobs)}</ul>'


def items_html(name: str, rows: Sequence[Row], names: Mapping[str, str], words: Words) -> str:
    """The files of a job, and its items with their states, reasons and answers; `names` are those of documents."""
    links = "".join(f'<a href="/jobs/{file}?job={quote(name, safe="")}" download>{file}</a>' for file in _FILES)
    ordered = sorted(rows, key=lambda row: _FIRST.index(row[0].state) if row[0].state in _FIRST else len(_FIRST))
    body = "".join(_row(item, answer, names, words) for item, answer in ordered[:_ROWS])
    more = f"<p>{words.and_more(len(rows) - _ROWS)}</p>" if len(rows) > _ROWS else ""
    heads = "".join(f'<th scope="col">{head}</th>' for head in (words.documents, words.state, words.answer))
    return (
        f'<section class="job"><h3>{words.results}: {escape(name)}</h3><p class="files">{links}</p>'
        f'<div class="rows" tabindex="0" role="region" aria-label="{words.results}">'
        f"<table><thead><tr>{heads}</tr></thead><tbody>{body}</tbody></table></div>{more}</section>"
    )


def _job(job: JobState, opened: str, words: Words) -> str:
    name, items = escape(job.name), sum(job.states.values())
    ended = sum(job.states.get(state, 0) for state in ENDED)
    said = words.ended_of(ended, items)
    tally = ", ".join(f"{number:,} {words.item_states[state]}" for state, number in job.states.items())
    acts = ""
    if job.running:
        acts = _act("stop", name, words.stop_job)
    elif ended < items:
        acts = _act("go-on", name, words.go_on_job)
    if job.states.get("failed") and not job.running:
        acts += _act("retry", name, words.retry_failed)
    problem = f'<p class="problem" role="alert"><strong>{escape(words.told(job.problem))}</strong></p>'
    current = ' aria-current="true"' if job.name == opened else ""
    return (
        f'<li><button type="button" class="title" data-job="{name}"{current}>{name}</button>'
        f"<span>{words.task_names.get(job.kind, job.kind)}</span>"
        f'<progress value="{ended}" max="{max(items, 1)}" aria-label="{name}: {said}"></progress>'
        f"<b>{said}</b><small>{tally}</small><div>{acts}</div>{problem if job.problem else ''}</li>"
    )


def _act(what: str, name: str, title: str) -> str:
    return f'<button type="button" data-act="{what}" data-of="{name}">{title}</button>'


def _row(item: Item, answer: Mapping[str, Any] | None, names: Mapping[str, str], words: Words) -> str:
    said = words.told(item.reason) if answer is None else str(answer["answer"])
    short = said if len(said) <= _CHARACTERS else f"{said[:_CHARACTERS]} …"
    asked = f"<br><small>{escape(item.question)}</small>" if item.question else ""
    return (
        f'<tr class="{item.state}"><th scope="row">{escape(names.get(item.source, item.source))}{asked}</th>'
        f"<td>{words.item_states[item.state]}</td><td>{escape(short)}</td></tr>"
    )
