"""A kind of task in, how it is done out: in which parts it reads, what it asks at most, and the work itself."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from assistant.answer import Section
from assistant.tasks import parting, summarise
from assistant.tasks.desk import Desk
from assistant.tasks.parting import Parting
from assistant.tasks.task import Kind, Task
from assistant.tasks.work import Work


@dataclass(frozen=True, slots=True)
class Craft:
    """How tasks of one kind are done."""

    parts: Parting
    request: Callable[[Task], str]
    """The longest that is asked over a window."""
    reply_tokens: Callable[[Task], int]
    """The longest reply to it."""
    do: Callable[[Work, Desk], Awaitable[list[Section]]]


CRAFTS: dict[Kind, Craft] = {
    "summarise": Craft(parting.together, summarise.request, summarise.reply_tokens, summarise.summarise),
}
