"""A leaky bucket: how many calls may be made now, and how long to wait for the next."""

import time

DEFAULT_RATE = 5.0
MAX_BURST = 40


class BucketEmpty(Exception):
    """No call is left; `wait` tells in seconds when one is."""

    def __init__(self, wait: float) -> None:
        super().__init__(f"try again in {wait:.1f} s")
        self.wait = wait


class Bucket:
    """Holds at most `burst` calls and regains `rate` of them a second."""

    def __init__(self, rate: float = DEFAULT_RATE, burst: int = 20, strict: bool = False) -> None:
        if rate <= 0:
            raise ValueError("rate must be positive")
        self.rate = rate
        self.burst = min(burst, MAX_BURST)
        self.strict = strict
        self._left = float(self.burst)
        self._seen = time.monotonic()

    def take(self, calls: int = 1) -> None:
        """Take `calls`, or raise BucketEmpty where too few are left."""
        self._refill()
        if calls > self._left:
            raise BucketEmpty((calls - self._left) / self.rate)
        self._left -= calls

    def _refill(self) -> None:
        now = time.monotonic()
        self._left = min(self.burst, self._left + (now - self._seen) * self.rate)
        self._seen = now
