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
from assistant.pack import Candidate
from assistant.rendering import render
from assistant.search import Search
from assistant.tasks.crafts import CRAFTS, Craft
from assistant.tasks.explain import NOT_ON_IT
from assistant.tasks.task import Task
from assistant.tasks.work import Part, Work
from assistant.tasks.workbench import Workbench, prompt, reply_room
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
    search = search or Search()
    _refuse_unfit(task, craft, selections)
    count, neutralise = engine.tokenizer.count, engine.tokenizer.neutralise
    kept = reply_room(craft.reply_tokens(task, engine.limit), rounds)
    chosen = _chosen(task, craft, selections, search)
    if not chosen:
        raise NothingToAsk("There is no text to work on.", "Choose a document, or pages of it, that hold text.")
    shown = [ShownSpan(mark, *each) for mark, each in enumerate(chosen, 1)]
    nothing = Ledger(engine.limit, 0, 0, {}, ())
    work = Work(task, engine, selections, (), nothing, rounds, search, seal, replies or NothingKept())

    def asked(window: Sequence[ShownSpan]) -> list[Message]:
        return prompt(work, render(window, neutralise), craft.request(task))

    budget = min(engine.limit - kept, engine.count(asked([])) + craft.window_tokens(engine.limit))
    parts, reads = [], []
    for title, items in craft.parts(task, selections, shown):
        parted = counted(items, engine, asked, budget)
        parts.append(Part(title, tuple(tuple(window) for window, _ in parted)))
        reads += [unread(*each) for each in parted]
    documents = tuple(covered(selection, shown, NOT_ON_IT, count, neutralise) for selection in selections)
    total = sum(read.tokens for read in reads)
    ledger = Ledger(engine.limit, total, kept, {"windows": total}, documents, tuple(reads))
    return replace(work, parts=tuple(parts), coverage=ledger)


async def perform(work: Work, tell: Tell, effort: Effort) -> Answer:
    """Do it. Raises what the engine raises; what was replied until then is kept for the next try."""
    bench = Workbench(work, tell, effort)
    sections = await CRAFTS[work.task.kind].do(work, bench)
    statements = tuple(statement for section in sections for statement in section.statements)
    return Answer(
        work.title,
        statements,
        replace(work.coverage, windows=tuple(bench.reads[read.first] for read in work.coverage.windows)),
        tuple(bench.records),
        unanswered="" if statements else "Nothing came of it: each section says why.",
        said=bool(statements),
        remarks=(*work.remarks, *_remarks(sections, bench)),
        task=work.task.kind,
        sections=tuple(sections),
        body=CRAFTS[work.task.kind].body(sections),
    )


def _refuse_unfit(task: Task, craft: Craft, selections: Sequence[Selection]) -> None:
    """Raises NothingToAsk where the documents are too few or none of the kind that the task is about."""
    if len(selections) < craft.documents:
        raise NothingToAsk(f"To {task.kind} takes {craft.documents} documents.", "Give another source.")
    others = [each.document.name for each in selections if craft.kinds and each.document.kind not in craft.kinds]
    if others:
        raise NothingToAsk(f"{', '.join(others)} is no codebase.", "Give the folder or repository of one.")


def _chosen(task: Task, craft: Craft, selections: Sequence[Selection], search: Search) -> list[Candidate]:
    """The passages that are read, in reading order: all, or those that a task chooses."""
    every = [
        (selection.document, page, span)
        for selection in selections
        for page in selection.document.pages
        if selection.includes(page)
        for span in page.spans
    ]
    if craft.choose is None or not every:
        return every
    wanted = {(each[0].id, each[1].number, each[2].start) for each in craft.choose(task, selections, search)}
    return [each for each in every if (each[0].id, each[1].number, each[2].start) in wanted]


def _remarks(sections: Sequence[Section], bench: Workbench) -> list[str]:
    statements = tuple(statement for section in sections for statement in section.statements)
    tally = counts(statements)
    doubtful = tally["weak"] + tally["unsupported"]
    said = [f"{doubtful} of {len(statements)} statements could not be verified; each says why."] if doubtful else []
    return [*said, bench.enough] if bench.enough else said
