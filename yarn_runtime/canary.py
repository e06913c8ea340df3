"""A server's client in, whether there is an engine behind it that computes out; restarts nothing.

/health can say 200 while nothing is computed.
"""

import time

from yarn_runtime.client import EngineClient
from yarn_runtime.errors import RuntimeProblem

STUCK_SECONDS = 600.0
"""A busy engine counts as hanging when its figures have not moved for so long."""


class Canary:
    """Asks an idle engine for one token. A busy one is left alone, for a long prefill takes minutes: its figures have
    to move.
    """

    def __init__(self, client: EngineClient, model: str) -> None:
        self._client = client
        self._model = model
        self._figures = (0.0, 0)
        self._moved = time.monotonic()

    def sings(self) -> bool:
        """Whether the engine computes, as far as can be told now."""
        try:
            if not self._busy():
                self._client.one_token(self._model)
                self._moved = time.monotonic()
        except RuntimeProblem:
            try:
                if not self._busy():
                    return False  # else a question came in between, and the canary had to wait behind it
            except RuntimeProblem:
                return False
        return time.monotonic() - self._moved < STUCK_SECONDS

    def _busy(self) -> bool:
        """Whether it works on something; notes when its figures have moved."""
        gauges = self._client.gauges()
        figures = gauges.kv_usage, gauges.tokens
        if figures != self._figures:
            self._figures, self._moved = figures, time.monotonic()
        return gauges.running + gauges.waiting > 0
