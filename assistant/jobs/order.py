"""What a job does with each of its documents, as a value; and a document in, the planned run out."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from assistant.brief import brief
from assistant.briefing import Briefing
from assistant.context import Selection
from assistant.journal import Replies
from assistant.need import needed
from assistant.reserve import reserve
from assistant.search import Search
from assistant.tasks.crafts import CRAFTS
from assistant.tasks.perform import plan_task
from assistant.tasks.task import Task
from assistant.tasks.work import Work
from assistant.tasks.workbench import reply_room
from ingest import Document
from yarn_runtime import Engine

_INSTRUCTIONS = 1_000
"""Tokens of a prompt beside its documents: what the model is told, the request, a question."""
_MARKS = 1.1
"""A document's tokens in a prompt over those of its text: marks and headings take at most 6 %."""


@dataclass(frozen=True, slots=True)
class Order:
    """A task for each document, or questions."""

    name: str
    task: Task | None
    """None where questions are asked."""
    questions: tuple[str, ...] = ("",)
    rounds: int = 1

    @property
    def kind(self) -> str:
        """Ask, summarise ..."""
        return self.task.kind if self.task else "ask"

    def to_json(self) -> dict[str, Any]:
        """What makes one job's results differ from another's."""
        return {"kind": self.kind, "task": self.task.to_json() if self.task else None, "rounds": self.rounds}

    @classmethod
    def from_json(cls, name: str, value: Mapping[str, Any]) -> "Order":
        """What `to_json` gave, without the questions."""
        return cls(name, Task.from_json(value["task"]) if value["task"] else None, rounds=value["rounds"])

    def key(self, document_id: str, question: str, model: str) -> str:
        """The same for the same content, task, question, model and settings: its result is the same."""
        asked = [document_id, question, model, self.to_json()]
        return hashlib.sha256(json.dumps(asked, sort_keys=True).encode()).hexdigest()

    def held(self, item_tokens: int, limit: int) -> int:
        """Tokens of the KV pool that a document of so many takes at most: it is asked one thing at a time, or of one
        window at a time."""
        if self.task is None:
            replies = reserve(self.rounds)
        else:
            replies = reply_room(CRAFTS[self.task.kind].reply_tokens(self.task, limit), self.rounds)
        return min(limit, int(item_tokens * _MARKS) + _INSTRUCTIONS + replies)

    def fits(self, engine: Engine, document: Document, question: str) -> bool:
        """Whether the engine's limit holds a question with its whole document; a task is done window by window."""
        if self.task is not None:
            return True
        return needed([Selection(document)], question, self.rounds, engine.tokenizer) <= engine.limit

    def planned(
        self, engine: Engine, document: Document, question: str, search: Search, seal: str, replies: Replies
    ) -> Briefing | Work:
        """The run for one document. Raises what packing and counting raise."""
        chosen = [Selection(document)]
        if self.task is None:
            return brief(engine, chosen, question, rounds=self.rounds, search=search, seal=seal, tools=False)
        return plan_task(self.task, engine, chosen, rounds=self.rounds, search=search, seal=seal, replies=replies)
