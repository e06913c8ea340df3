"""A model, a memory and a wanted context in, the ways to serve it out: as trained, and stretched; starts nothing.

Static YaRN acts on short prompts too and costs them quality, so short work is done by the native profile. The long one
needs a restart, which takes its time and loses what the engine has cached: someone has to want it.
"""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from yarn_runtime.plan import Plan, Profile, plan


@dataclass(frozen=True, slots=True)
class Profiles:
    """The plans of one model on one machine."""

    native: Plan
    """Without a stretch of ours: the native length, or what of it the memory holds or a person wants."""
    long: Plan | None
    """Stretched to the wanted context; None where that lies within the native length."""

    def holding(self, tokens: int) -> Profile:
        """The profile for that many tokens, prompt and reply: the native one if it holds them, else the longest."""
        return "native" if self.long is None or tokens <= self.native.max_model_len else "long"

    def plan(self, profile: Profile) -> Plan:
        """The plan of a profile; there is only one where nothing is stretched."""
        return self.long if profile == "long" and self.long is not None else self.native

    def other(self, served: Plan) -> Plan | None:
        """The plan that could be served instead, if it fits."""
        found = self.native if served.profile == "long" else self.long
        return found if found is not None and found is not served and found.fits else None


def profiles(model: str | Path, *, context: int | None = None, **wishes: Any) -> Profiles:
    """Plans to serve `model` as trained and, where `context` asks for more, stretched; `wishes` as `plan` takes them.

    Raises a PlanProblem.
    """
    wanted = plan(model, context=context, **wishes)
    if wanted.profile == "native":
        return Profiles(wanted, None)
    return Profiles(plan(model, **wishes), wanted)
