"""A task over documents, planned, as a value: which passages are read in which windows, and what that costs."""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass

from assistant.context import Ledger, Selection, ShownSpan
from assistant.journal import Replies
from assistant.search import Search
from assistant.tasks.task import Task
from yarn_runtime import Engine

Window = tuple[ShownSpan, ...]


@dataclass(frozen=True, slots=True)
class Part:
    """Passages that belong together: everything, a document, a chapter; read in one window or in several."""

    title: str
    windows: tuple[Window, ...]

    @property
    def shown(self) -> dict[int, ShownSpan]:
        """All its passages by mark."""
        return {item.mark: item for window in self.windows for item in window}


@dataclass(frozen=True, slots=True)
class Work:
    """What is to be done, on what, by which engine. Nothing has been sent yet."""

    task: Task
    engine: Engine
    selections: Sequence[Selection]
    parts: tuple[Part, ...]
    coverage: Ledger
    """Of the windows together: `prompt_tokens` is the sum of their prompts."""
    rounds: int
    """How often what the check finds fault with is written anew."""
    search: Search
    seal: str
    replies: Replies
    remarks: tuple[str, ...] = ()
    """What is to be said of the plan itself."""

    @property
    def title(self) -> str:
        """What a list of the library shows."""
        names = ", ".join(selection.document.name for selection in self.selections)
        wishes = "".join(
            f", {wish}" for wish in (self.task.instruction, self.task.language, self.task.audience) if wish
        )
        return f"{self.task.kind.capitalize()} {names}{wishes}"

    @property
    def key(self) -> str:
        """The same for the same task over the same passages by the same model."""
        asked = [
            self.task.to_json(),
            [[each.document.id, sorted(each.pages) if each.pages else None] for each in self.selections],
            [self.engine.model, self.engine.limit, self.rounds, self.seal],
        ]
        return hashlib.sha256(json.dumps(asked, sort_keys=True).encode()).hexdigest()
