"""Loans of a small library: who may borrow, for how long, and what a late return costs."""

from dataclasses import dataclass
from datetime import date, timedelta

LOAN_DAYS = 21
FEE_PER_DAY = 0.15
MAX_FEE = 6.0


@dataclass
class Member:
    """A reader; guests may hold fewer books than members."""

    name: str
    guest: bool = False
    loans: int = 0

    @property
    def limit(self) -> int:
        """How many books may be held at once."""
        return 2 if self.guest else 8


def due(start: date, renewals: int = 0) -> date:
    """The last day of a loan; each renewal adds 14 days, and at most three count."""
    return start + timedelta(days=LOAN_DAYS + 14 * min(renewals, 3))


def fee(due_on: date, returned: date) -> float:
    """What a late return costs in euros, never more than MAX_FEE."""
    late = max((returned - due_on).days, 0)
    return min(late * FEE_PER_DAY, MAX_FEE)


def lend(member: Member) -> None:
    """Count one more loan; PermissionError is raised where the limit is reached."""
    if member.loans >= member.limit:
        raise PermissionError(f"{member.name} holds {member.loans} books")
    member.loans += 1
