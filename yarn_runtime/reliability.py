"""Findings of the needle test in, how far the context can be relied on out, by one written rule; asks nothing."""

from collections.abc import Iterable
from dataclasses import dataclass

from yarn_runtime.needle import Finding

RELIABLE = 0.9
"""Share of the passkeys that must be found at a length and at every shorter one. The paper's Table 5 asks for 0.8."""


@dataclass(frozen=True, slots=True)
class Reliability:
    """How many passkeys were found at each length, and what follows.

    The rule: reliable to N if at N and at every shorter length tested at least nine of ten passkeys were found. What is
    longer than the first length that fails counts as unreliable, whatever was found there.
    """

    limit: int
    """Tokens that the engine serves."""
    found: dict[int, int]
    """Passkeys found, by length."""
    asked: dict[int, int]

    @property
    def share(self) -> dict[int, float]:
        """Found / asked, by length, short ones first."""
        return {length: self.found[length] / self.asked[length] for length in sorted(self.asked)}

    @property
    def first_failure(self) -> int | None:
        """The shortest length that is not reliable."""
        return next((length for length, share in self.share.items() if share < RELIABLE), None)

    @property
    def reliable_to(self) -> int:
        """The longest length tested that is reliable, 0 for none."""
        failure = self.first_failure
        return max((length for length in self.asked if failure is None or length < failure), default=0)

    @property
    def tested_to(self) -> int:
        """The longest length tested, 0 for none."""
        return max(self.asked, default=0)

    def __str__(self) -> str:
        """The verdict in words."""
        if not self.asked:
            return "Nothing was tested."
        limit, failure = in_k(self.limit), self.first_failure
        every = f"{sum(self.found.values())} of {sum(self.asked.values())} passkeys were found"
        if failure is not None:
            there = f"at {in_k(failure)} {self.found[failure]} of {self.asked[failure]} passkeys were found"
            if self.reliable_to == 0:
                return f"Not reliable at any length tested, of {limit}: {there}."
            return f"Reliable to {in_k(self.reliable_to)} of {limit} on this machine: {there}."
        if self.tested_to < self.limit:
            return f"Reliable to {in_k(self.tested_to)} of {limit} on this machine, and not tested beyond: {every}."
        return f"Reliable to {limit}, all that the engine serves on this machine: {every}."


def judge(findings: Iterable[Finding], limit: int) -> Reliability:
    """Count the findings by length; `limit` is what the engine serves, in tokens."""
    found: dict[int, int] = {}
    asked: dict[int, int] = {}
    for finding in findings:
        length = finding.cell.length
        asked[length] = asked.get(length, 0) + 1
        found[length] = found.get(length, 0) + finding.found
    return Reliability(limit, found, asked)


def in_k(tokens: int) -> str:
    """ "24K" where K is 1,024 and it is a whole number of them, else all digits."""
    return f"{tokens // 1024}K" if tokens and tokens % 1024 == 0 else f"{tokens:,}"
