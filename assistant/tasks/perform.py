"""A task and documents in, the plan of its work out, and the answer once it is done; every passage is read."""

from collections.abc import Sequence
from dataclasses import replace

from assistant.answer import Answer, Section, counts
from assistant.call import Tell
from assistant.context import Ledger, Selection, ShownSpan
from assistant.coverage import covered
from assistant.effort import Effort
from assistant.errors import NothingToAsk
from assistant.journal import NothingKept, Replies
from assistant.rendering import render
from assistant.search import Search
from assistant.tasks.crafts import CRAFTS
from assistant.tasks.desk import Desk, prompt, reply_room
from assistant.tasks.task import Task
from assistant.tasks.work import Part, Work
from assistant.windows import counted, unread
from yarn_runtime import Engine, Message


def plan_task(
    task: Task,
    engine: Engine,
    selections: Sequence[Selection],
    *,
    rounds: int = 1,
    search: Search | None = None,
    seal: str = "",
    replies: Replies | None = None,
) -> Work:
    """Divide the documents into parts and windows, each counted by the engine itself.

    With `replies` (`Library.journal`), a task that was interrupted goes on where it was. Raises NothingToAsk,
    ContextTooLong, or what counting raises.
    """
    craft = CRAFTS[task.kind]
    chosen = [
        (selection.document, page, span)
        for selection in selections
        for page in selection.document.pages
        if selection.includes(page)
        for span in page.spans
    ]
    if not chosen:
        raise NothingToAsk("There is no text to work on.", "Choose a document, or pages of it, that hold text.")
    shown = [ShownSpan(mark, *each) for mark, each in enumerate(chosen, 1)]
    nothing = Ledger(engine.limit, 0, 0, {}, ())
    work = Work(task, engine, selections, (), nothing, rounds, search or Search(), seal, replies or NothingKept())
    kept = reply_room(craft.reply_tokens(task), rounds)

    def asked(window: Sequence[ShownSpan]) -> list[Message]:
        return prompt(work, render(window, engine.tokenizer.neutralise), craft.request(task))

    parts, reads = [], []
    for title, items in craft.parts(task, selections, shown):
        parted = counted(items, engine, asked, engine.limit - kept)
        parts.append(Part(title, tuple(tuple(window) for window, _ in parted)))
        reads += [unread(*each) for each in parted]
    count, neutralise = engine.tokenizer.count, engine.tokenizer.neutralise
    documents = tuple(covered(selection, shown, "", count, neutralise) for selection in selections)
    total = sum(read.tokens for read in reads)
    ledger = Ledger(engine.limit, total, kept, {"windows": total}, documents, tuple(reads))
    return replace(work, parts=tuple(parts), coverage=ledger)


async def perform(work: Work, tell: Tell, effort: Effort) -> Answer:
    """Do it. Raises what the engine raises; what was replied until then is kept for the next try."""
    desk = Desk(work, tell, effort)
    sections = await CRAFTS[work.task.kind].do(work, desk)
    statements = tuple(statement for section in sections for statement in section.statements)
    return Answer(
        work.title,
        statements,
        replace(work.coverage, windows=tuple(desk.reads[read.first] for read in work.coverage.windows)),
        tuple(desk.records),
        unanswered="" if statements else "Nothing came of it: each section says why.",
        said=bool(statements),
        remarks=(*work.remarks, *_remarks(sections, desk)),
        task=work.task.kind,
        sections=tuple(sections),
    )


def _remarks(sections: Sequence[Section], desk: Desk) -> list[str]:
    statements = tuple(statement for section in sections for statement in section.statements)
    tally = counts(statements)
    doubtful = tally["weak"] + tally["unsupported"]
    said = [f"{doubtful} of {len(statements)} statements could not be verified; each says why."] if doubtful else []
    return [*said, desk.enough] if desk.enough else said
