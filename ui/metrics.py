"""What happens to questions in, figures in Prometheus' form out; knows no question's words."""

from collections.abc import Callable

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest

from assistant import Finished as FinishedStep
from assistant import Step

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"
_SECONDS = (0.1, 0.5, 1, 2, 5, 10, 30, 60, 120, 300, 600, 1800)


class Metrics:
    """The counters of one service."""

    def __init__(self) -> None:
        self._registry = CollectorRegistry()
        self._questions = Counter(
            "unspool_questions", "Questions by how they ended.", ["outcome"], registry=self._registry
        )
        self._tokens = Counter("unspool_tokens", "Tokens by what became of them.", ["kind"], registry=self._registry)
        self._seconds = Histogram(
            "unspool_step_seconds", "Seconds a step took.", ["step"], buckets=_SECONDS, registry=self._registry
        )
        self._failures = Counter("unspool_failures", "Failures by their class.", ["error"], registry=self._registry)
        self._running = Gauge("unspool_running", "Questions being answered.", registry=self._registry)
        self._waiting = Gauge("unspool_waiting", "Questions waiting to be let in.", registry=self._registry)

    def watch(self, waiting: Callable[[], int]) -> None:
        """`waiting` tells how many questions wait to be let in."""
        self._waiting.set_function(waiting)

    def begun(self) -> None:
        """A question is being answered."""
        self._running.inc()

    def step(self, step: Step) -> None:
        """A step of it happened."""
        if isinstance(step, FinishedStep):
            record = step.step
            self._seconds.labels(record.kind).observe(record.seconds)
            self._tokens.labels("computed").inc(max(record.prompt_tokens - record.cached_tokens, 0))
            self._tokens.labels("cached").inc(record.cached_tokens)
            self._tokens.labels("written").inc(record.completion_tokens)

    def ended(self, outcome: str) -> None:
        """It is over: answered, failed, or gone where whoever asked went away."""
        self._running.dec()
        self._questions.labels(outcome).inc()

    def refused(self) -> None:
        """It was not let in."""
        self._questions.labels("refused").inc()

    def failed(self, error: BaseException) -> None:
        """Something went wrong, in a question or not."""
        self._failures.labels(type(error).__name__).inc()

    def text(self) -> bytes:
        """All of it, in the text format."""
        return generate_latest(self._registry)
