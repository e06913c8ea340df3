"""The words by which a model is told what a task wants of it; documents stand before them, as in every prompt."""

from collections.abc import Sequence

from assistant.tasks.task import Entry, Task

_HOW = (
    "each a whole sentence{language}, with the marks of the passages that say it. Use only what the passages say."
    " Only if no passage has anything to do with it, leave the list empty."
)
MOST = {"short": 3, "medium": 5, "long": 10}
"""Statements of a summary or a section, by its length."""


def how(task: Task) -> str:
    """The form of statements."""
    return _HOW.format(language=f" in {task.language}" if task.language else " in the language of the passages")


def numbered(items: Sequence[Entry]) -> str:
    """Items under the numbers by which a reply names them."""
    return "\n".join(f"{number}. {item.line}" for number, item in enumerate(items, 1))


def summary(task: Task, of: str) -> str:
    """A summary of what is shown; `of` names it."""
    about = f" Look above all at: {task.instruction}." if task.instruction else ""
    audience = f" for {task.audience}" if task.audience else ""
    return f"Summarise {of}{audience}.{about} Write at most {MOST[task.length]} statements, {how(task)}"


def notes(task: Task) -> str:
    """What is to be noted of one part of documents that are read part by part."""
    about = f" that matter for: {task.instruction}" if task.instruction else ""
    return (
        "This is one part of the documents; the others are read by themselves. Note its main points"
        f"{about}: facts, figures, duties, dates, each a whole sentence with the marks of the passages that say it."
        " Only if there is none, leave the list empty."
    )


def merging(request: str) -> str:
    """The same request over notes instead of passages."""
    return f"These notes were taken while the documents were read; each begins with its mark. {request}"
