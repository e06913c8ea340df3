"""A question that is asked, of the page or the API, in; its figures, a line of the log and a trace out."""

from assistant import RunStopped, Step
from ui.metrics import Metrics
from ui.trails import Trails


class Noting:
    """One question from when it is let in until it is over."""

    def __init__(self, metrics: Metrics, trails: Trails, user: str) -> None:
        self._metrics = metrics
        self._trail = trails.begin("question", user=user)
        metrics.begun()

    def step(self, step: Step) -> None:
        """A step of it happened."""
        self._metrics.step(step)
        self._trail.step(step)

    def ended(self, outcome: str, problem: BaseException | None = None) -> None:
        """It is over: answered, failed by a problem, stopped, or gone where whoever asked went away."""
        if isinstance(problem, RunStopped):
            outcome, problem = "stopped", None
        self._metrics.ended(outcome)
        self._trail.ended(outcome, type(problem).__name__ if problem else "")
