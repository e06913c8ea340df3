"""How much a run may cost, as a value; and whether what it has cost so far is enough; knows no engine."""

from collections.abc import Iterable
from dataclasses import dataclass

from assistant.answer import StepRecord


@dataclass(frozen=True, slots=True)
class Effort:
    """Bounds of one run; None is no bound. How often the answer may be revised is the briefing's."""

    seconds: float | None = None
    """Once the steps have taken so long, no further round begins."""
    tokens: int | None = None
    """Once the engine has computed so many tokens (read and not cached, or written), no further round begins."""
    consent_tokens: int | None = None
    """A prompt longer than this is only sent when the person agrees."""

    def spent(self, steps: Iterable[StepRecord]) -> str:
        """Why no further round may begin, as a sentence; empty while one may."""
        seconds = tokens = 0.0
        for step in steps:
            seconds += step.seconds
            tokens += step.prompt_tokens - step.cached_tokens + step.completion_tokens
        if self.seconds is not None and seconds >= self.seconds:
            return f"No further round: the {self.seconds:g} seconds for it were used up."
        if self.tokens is not None and tokens >= self.tokens:
            return f"No further round: the {self.tokens:,} tokens for it were used up."
        return ""
