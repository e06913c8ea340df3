"""What every route of the HTTP API needs, as one value; knows no web framework's routes."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace

from assistant import AssistantError, Library
from ingest import Document
from ui.api_keys import ApiKeys
from ui.job_desk import JobDesk
from ui.manner import Manner
from ui.metrics import Metrics
from ui.noting import Noting
from ui.trails import Trails
from ui.turnstile import Turnstile
from yarn_runtime import Engine

AT_ONCE = 4
"""Questions that are answered at once: the sequences that a plan lets an engine serve by default."""
WAITING = 200
"""Questions that may wait beside them."""


class KeyMissing(AssistantError):
    """A request has no key, or one that is nobody's."""


@dataclass(frozen=True, slots=True)
class Service:
    """The library, the engine as it is now, and who may ask it when."""

    library: Library
    engine: Callable[[], Engine]
    """Raises EngineUnreachable while it is started again."""
    read: Callable[[str], Document]
    """Reads an uploaded file; raises an IngestError."""
    keys: ApiKeys
    manner: Manner = field(default_factory=Manner)
    turnstile: Turnstile = field(default_factory=lambda: Turnstile(AT_ONCE, WAITING))
    metrics: Metrics = field(default_factory=Metrics)
    trails: Trails = field(default_factory=Trails)
    desk: JobDesk = field(init=False)

    def __post_init__(self) -> None:
        self.metrics.watch(lambda: self.turnstile.waiting)
        object.__setattr__(self, "desk", JobDesk(self.library, self.engine, self.manner.effort, self.trails))

    def of(self, library: Library, keys: ApiKeys) -> "Service":
        """The same for another person; who waits, waits in the same line."""
        return replace(self, library=library, keys=keys)

    def note(self, user: str) -> Noting:
        """A question of theirs begins."""
        return Noting(self.metrics, self.trails, user)

    def user(self, key: str | None) -> str:
        """Who asks; raises KeyMissing."""
        user = self.keys.user(key)
        if user is None:
            raise KeyMissing("The key is missing or is nobody's.", "Send “Authorization: Bearer KEY”; unspool key add.")
        return user
