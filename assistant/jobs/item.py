"""One document of a job, with one question where several are asked, and how far it has come; knows no database."""

from dataclasses import dataclass
from typing import Literal

State = Literal["queued", "reading", "running", "checked", "done", "failed", "skipped"]
UNFINISHED: tuple[State, ...] = ("reading", "running", "checked")
"""What an item is called that was being worked on when the program was ended: it begins again."""


@dataclass(frozen=True, slots=True)
class Item:
    """A source and what is asked of it."""

    source: str
    question: str = ""
    state: State = "queued"
    reason: str = ""
    """Why it failed or was skipped."""
    key: str = ""
    """Of its content, the task, the question, the model and the settings; empty before it was read."""
    document_id: str = ""
    """Empty before it was read, and where it failed at that."""
    tokens: int = 0
    """Of its text; 0 before it was read."""
    answer_id: int | None = None
