"""What a run of the agent is given, as a value: the first prompt, what its marks mean, its ledger; asks nothing."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from assistant.answer import StepRecord
from assistant.context import Context, Ledger
from assistant.looking import Looking
from assistant.turn import Layout
from yarn_runtime import Engine, Message, Tool


@dataclass(frozen=True, slots=True)
class Briefing:
    """What every node needs and none changes."""

    engine: Engine
    messages: Sequence[Message]
    """The first prompt of the run: system, documents, history, question."""
    context: Context
    coverage: Ledger
    question: str
    rounds: int
    """How often the answer may be revised."""
    before: tuple[StepRecord, ...] = ()
    """Steps that led to this prompt: reading everything."""
    layout: Layout = field(default_factory=Layout)
    """What stands where in the prompt, for the next question of the conversation."""
    looking: Looking | None = None
    """Where the model may look up what is not shown, before it answers."""
    thinking: int = 0
    """Tokens that the model may think before a draft or a revision; 0 asks it not to."""

    @property
    def tools(self) -> tuple[Tool, ...]:
        """What stands in every prompt of the run, so that they begin alike."""
        return self.looking.tools if self.looking else ()
