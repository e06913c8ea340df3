"""A problem in, HTML out that says what happened and what to do; knows no page."""

from html import escape

from assistant import AssistantError
from ingest import IngestError
from yarn_runtime import RuntimeProblem

Problem = AssistantError | IngestError | RuntimeProblem
PROBLEMS = (AssistantError, IngestError, RuntimeProblem)
"""Everything that a person can be told in two sentences; anything else is a fault of the program."""


def problem_html(problem: Problem) -> str:
    """What happened, and what to do."""
    hint = f"<span>{escape(_one_line(problem.hint))}</span>" if problem.hint else ""
    return f'<div class="problem"><strong>{escape(_one_line(problem.message))}</strong>{hint}</div>'


def _one_line(text: str) -> str:
    return " ".join(text.split())
