"""How questions are answered, as a value: what the page and the HTTP API take from the settings."""

from dataclasses import dataclass, field

from assistant import Effort


@dataclass(frozen=True, slots=True)
class Manner:
    """The same for everyone who asks."""

    rounds: int = 1
    """How often an answer may be revised."""
    tools: bool = True
    """Whether a model that can may look up what was left out."""
    thinking: int = 0
    """Tokens that it may think before it answers."""
    effort: Effort = field(default_factory=Effort)
