"""Timed prefills in, how long the next one will take out: t = a n + b n²; knows no engine.

A prompt's tokens each cost the same in the layers' matrices (a), and each looks back at all before it (b).
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Prefilled:
    """One prompt that was read: its tokens, how many of them came from the cache, the seconds it took."""

    tokens: int
    cached: int
    seconds: float


@dataclass(frozen=True, slots=True)
class Speed:
    """`a` seconds a token and `b` seconds a token and token before it."""

    a: float
    b: float

    def seconds(self, tokens: int, cached: int = 0) -> float:
        """What it takes to read a prompt of `tokens` whose first `cached` are in the prefix cache."""
        return self.a * (tokens - cached) + self.b * (tokens**2 - cached**2)

    def tokens_after(self, seconds: float, cached: int = 0) -> int:
        """How far into a prompt it gets in that time, in tokens from its beginning: the inverse of `seconds`."""
        spent = seconds + self.a * cached + self.b * cached**2
        root = self.a + math.sqrt(self.a**2 + 4 * self.b * spent)
        return int(2 * spent / root) if root else cached

    def tokens_per_second(self, tokens: int) -> float:
        """The mean over a prompt of that many."""
        return tokens / max(self.seconds(tokens), 1e-9)


def fit_speed(samples: Sequence[Prefilled], *, fading: float = 1.0) -> Speed:
    """The speed whose *relative* errors over the samples are least in squares, neither part below 0.

    Each sample weighs `fading` times the one after it: below 1 the newest count most. Samples without computed tokens
    or time say nothing and are left out. Raises ValueError if none is left.
    """
    points = []
    for age, one in enumerate(reversed(samples)):
        if one.tokens > one.cached and one.seconds > 0:
            root = fading ** (age / 2)  # of the weight: errors are squared
            linear, squared = one.tokens - one.cached, one.tokens**2 - one.cached**2
            points.append((root * linear / one.seconds, root * squared / one.seconds, root))
    if not points:
        raise ValueError("no sample to fit a speed to")
    x, y = sum(p * w for p, _, w in points), sum(q * w for _, q, w in points)
    xx, yy, xy = sum(p * p for p, _, _ in points), sum(q * q for _, q, _ in points), sum(p * q for p, q, _ in points)
    determinant = xx * yy - xy * xy
    if determinant > 1e-9 * xx * yy:  # otherwise all prompts were of one length
        a, b = (x * yy - y * xy) / determinant, (y * xx - x * xy) / determinant
        if a < 0:
            return Speed(0.0, y / yy)
        if b >= 0:
            return Speed(a, b)
    return Speed(x / xx, 0.0)
