"""Planned documents in, their summary out: of all of them, or a section a chapter; longer ones by merged notes."""

from assistant.answer import Section
from assistant.tasks import wording
from assistant.tasks.forms import STATEMENT_TOKENS
from assistant.tasks.points import MOST_NOTES, Wanted, condensed
from assistant.tasks.task import Task
from assistant.tasks.work import Work
from assistant.tasks.workbench import Workbench

NOTHING = "The model found nothing to say."


def request(task: Task) -> str:
    """The longest that is asked over a window."""
    return max(wording.summary(task, "the documents"), wording.notes(task), key=len)


def reply_tokens(task: Task, limit: int) -> int:
    """The longest reply to a window."""
    return STATEMENT_TOKENS * max(MOST_NOTES, wording.MOST[task.length])


async def summarise(work: Work, bench: Workbench) -> list[Section]:
    """The summary of each part."""
    task, found = work.task, []
    for part in work.parts:
        of = f"the section “{part.title}”" if part.title else "the documents"
        wanted = Wanted(wording.summary(task, of), wording.notes(task), wording.MOST[task.length])
        statements = await condensed(bench, part, wanted)
        found.append(Section(part.title, statements, note="" if statements else NOTHING))
    return found
