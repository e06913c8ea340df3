"""A kind of task in, how it is done out: in which parts it reads, what it asks at most, and the work itself."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass

from assistant.answer import Section
from assistant.context import Selection
from assistant.pack import Candidate
from assistant.search import Search
from assistant.tasks import compare, explain, extract, parting, review, summarise, translate, write
from assistant.tasks.parting import Parting
from assistant.tasks.task import Kind, Task
from assistant.tasks.work import Work
from assistant.tasks.workbench import Workbench


@dataclass(frozen=True, slots=True)
class Craft:
    """How tasks of one kind are done."""

    parts: Parting
    request: Callable[[Task], str]
    """The longest that is asked over a window."""
    reply_tokens: Callable[[Task, int], int]
    """The longest reply to it, where the engine's limit is so many tokens."""
    do: Callable[[Work, Workbench], Awaitable[list[Section]]]
    window_tokens: Callable[[int], int] = lambda limit: limit
    """Tokens of passages in one window at most, by the engine's limit."""
    choose: Callable[[Task, Sequence[Selection], Search], list[Candidate]] | None = None
    """The passages that are read, the most needed first; all of them without it."""
    body: Callable[[Sequence[Section]], str] = lambda sections: ""
    """The text that was wanted, where that is not the statements."""
    kinds: frozenset[str] = frozenset()
    """Of documents that it can be done on; any without them."""
    documents: int = 1
    """So many it takes at least."""


CRAFTS: dict[Kind, Craft] = {
    "summarise": Craft(parting.together, summarise.request, summarise.reply_tokens, summarise.summarise),
    "review": Craft(parting.by_document, review.request, review.reply_tokens, review.review),
    "compare": Craft(parting.by_document, compare.request, compare.reply_tokens, compare.compare, documents=2),
    "explain": Craft(
        parting.together,
        explain.request,
        explain.reply_tokens,
        explain.explain,
        choose=explain.choose,
        kinds=frozenset({"code"}),
    ),
    "extract": Craft(parting.by_document, extract.request, extract.reply_tokens, extract.extract),
    "translate": Craft(
        parting.by_document,
        translate.request,
        translate.reply_tokens,
        translate.translate,
        window_tokens=translate.window_tokens,
        body=translate.body,
    ),
    "write": Craft(parting.together, write.request, write.reply_tokens, write.write),
}
