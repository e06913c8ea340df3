"""Planned code in, its call chain and what it does, or where an error comes from, out.

The chain is read from the code itself; the explanation is the model's, over the passages of the chain, and is checked.
"""

from collections.abc import Collection, Sequence

from assistant.answer import Citation, Section, Statement
from assistant.context import Selection, ShownSpan
from assistant.pack import Candidate
from assistant.passage import cut
from assistant.search import Search
from assistant.tasks import forms
from assistant.tasks.chain import chain
from assistant.tasks.forms import STATEMENT_TOKENS
from assistant.tasks.task import Task
from assistant.tasks.wording import MOST, how
from assistant.tasks.work import Work
from assistant.tasks.workbench import Workbench

MOST_HOPS = 40
NOT_ON_IT = "not on the call chain"


def request(task: Task) -> str:
    """The longest that is asked over a window."""
    return _explaining(task, error=True) + _explaining(task, error=False)


def reply_tokens(task: Task, limit: int) -> int:
    """The longest reply to a window."""
    return STATEMENT_TOKENS * MOST[task.length]


async def explain(work: Work, bench: Workbench) -> list[Section]:
    """The places that an error names, the calls, and the explanation."""
    shown = {item.mark: item for part in work.parts for item in part.shown.values()}
    found = chain(list(work.selections), work.task.instruction, work.search)
    sections = []
    if found.frames:
        named = tuple(
            statement
            for document, page, line in found.frames
            if (statement := _stands(shown.values(), document.id, page, line, "The error names this line: "))
        )
        sections.append(Section("What the error names", named))
    hops = []
    for hop in found.hops[:MOST_HOPS]:
        names = list(dict.fromkeys(callee.qualified for callee in hop.callees))
        said = f"{hop.caller.qualified} uses {'one of ' if len(names) > 1 else ''}{', '.join(names)}: "
        if statement := _stands(shown.values(), hop.document.id, hop.caller.page, hop.line, said):
            hops.append(statement)
    left = len(found.hops) - len(hops)
    note = "" if not left else f"{left} more uses are not listed: their passages were not shown, or they are too many."
    sections.append(
        Section("Call chain", tuple(dict.fromkeys(hops)), note=note or ("" if hops else "No call was found."))
    )
    asked = _explaining(work.task, error=bool(found.frames))
    for number, window in enumerate(work.parts[0].windows, 1):
        form = forms.statements(window[0].mark, window[-1].mark, MOST[work.task.length])
        statements = await bench.statements("draft", bench.over(window, asked), form, {i.mark: i for i in window})
        bench.read(window, statements)
        title = "Explanation" if len(work.parts[0].windows) == 1 else f"Explanation, part {number}"
        sections.append(Section(title, statements, note="" if statements else "The model found nothing to say."))
    return sections


def choose(task: Task, selections: Sequence[Selection], search: Search) -> list[Candidate]:
    """The passages of the chain, the nearest first."""
    return list(chain(list(selections), task.instruction, search).passages)


def _stands(shown: Collection[ShownSpan], document: str, page: int, line: int, said: str) -> Statement | None:
    """A statement that the code itself makes: one of its lines, cited."""
    for item in shown:
        if item.document.id == document and item.page.number == page:
            first, last = item.page.lines(item.span)
            if first <= line <= last:
                begin = item.span.start if line == first else _start_of(item.page.text, line)
                end = item.page.text.find("\n", begin)
                end = min(item.span.end, len(item.page.text) if end < 0 else end)
                begin += len(item.page.text[begin:end]) - len(item.page.text[begin:end].lstrip())
                passage = cut(item.span, begin - item.span.start, end - item.span.start)
                return Statement(f"{said}{passage.text.strip()}", "verified", (Citation(item, passage),))
    return None


def _start_of(text: str, line: int) -> int:
    at = 0
    for _ in range(line - 1):
        at = text.index("\n", at) + 1
    return at


def _explaining(task: Task, *, error: bool) -> str:
    wanted = task.instruction or "this code"
    if error:
        return (
            f"A program ended with this error:\n{wanted}\n\nSay where the fault lies, why it happens and how to mend"
            f" it: at most {MOST[task.length]} statements, {how(task)}"
        )
    return (
        f"Explain from the code: {wanted}\n\nFollow the calls in their order: at most {MOST[task.length]} statements,"
        f" {how(task)}"
    )
