"""A problem in, HTML out that says what happened and what to do; knows no page."""

from html import escape

from assistant import AssistantError
from ingest import IngestError
from ui.words import Words
from yarn_runtime import RuntimeProblem

Problem = AssistantError | IngestError | RuntimeProblem
PROBLEMS = (AssistantError, IngestError, RuntimeProblem)
"""Everything that a person can be told in two sentences; anything else is a fault of the program."""


def problem_html(problem: Problem, words: Words) -> str:
    """What happened, and what to do."""
    hint = f"<span>{escape(words.told(_one_line(problem.hint)))}</span>" if problem.hint else ""
    said = escape(words.told(_one_line(problem.message)))
    return f'<div class="problem" role="alert"><strong>{said}</strong>{hint}</div>'


def _one_line(text: str) -> str:
    return " ".join(text.split())
