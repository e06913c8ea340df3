"""Planned documents and a checklist in, each of its clauses as found, missing or deviating out, with its citations.

A document that fits into one prompt is shown whole for each clause, from the engine's cache. Of a longer one every
window is read first, with the whole list; then each clause is judged over what was noted for it and what is nearest.
"""

from collections.abc import Mapping, Sequence

from assistant.answer import Section, Statement
from assistant.check import check
from assistant.context import ShownSpan
from assistant.replies import Claim
from assistant.tasks import forms
from assistant.tasks.asked import held_to, speaks_of
from assistant.tasks.forms import STATEMENT_TOKENS, read_beside
from assistant.tasks.task import Entry, Task
from assistant.tasks.wording import how, numbered
from assistant.tasks.work import Part, Window, Work
from assistant.tasks.workbench import Workbench

MOST_NOTES = 12
"""Of one window."""
MOST_STATEMENTS = 3
"""Of one clause."""
NEAREST = 8
"""Passages that are shown for a clause beside those that were noted for it."""
OTHERWISE = "otherwise"


def request(task: Task) -> str:
    """The longest that is asked over a window."""
    return max(_noting(task), *(_judging(task, item) for item in task.entries), key=len)


def reply_tokens(task: Task, limit: int) -> int:
    """The longest reply to a window."""
    return STATEMENT_TOKENS * min(MOST_NOTES, len(task.entries) + 2)


async def review(work: Work, bench: Workbench) -> list[Section]:
    """A section a clause of each document."""
    found = []
    for part in work.parts:
        noted = await _noted(work, bench, part) if len(part.windows) > 1 else {}
        for number, item in enumerate(work.task.entries, 1):
            window = _near(work, part, item, noted.get(number, ())) if len(part.windows) > 1 else part.windows[0]
            found.append(await _judged(work, bench, part, item, window))
    return found


async def _noted(work: Work, bench: Workbench, part: Part) -> dict[int, tuple[int, ...]]:
    """The marks of the passages that were noted for each clause, by its number."""
    found: dict[int, tuple[int, ...]] = {}
    for number, window in enumerate(part.windows, 1):
        most = min(MOST_NOTES, len(work.task.entries) + 2)
        form = forms.statements(window[0].mark, window[-1].mark, most, clause=forms.number(len(work.task.entries)))
        clauses: dict[str, int] = {}

        def read(reply: str, clauses: dict[str, int] = clauses) -> list[Claim]:
            pairs = [(claim, rest.get("clause")) for claim, rest in read_beside(reply)]
            clauses.update({claim.text: clause for claim, clause in pairs if isinstance(clause, int)})
            return [claim for claim, clause in pairs if isinstance(clause, int)]

        shown = {item.mark: item for item in window}
        where = f"{part.title}, window {number} of {len(part.windows)}: "
        asked = bench.over(window, _noting(work.task))
        notes = await bench.statements("read", asked, form, shown, read, where=where)
        bench.read(window, notes)
        for note in notes:
            marks = tuple(citation.shown.mark for citation in note.citations)
            found[clauses[note.text]] = (*found.get(clauses[note.text], ()), *marks)
    return found


def _near(work: Work, part: Part, item: Entry, noted: tuple[int, ...]) -> Window:
    """The passages over which a clause is judged, in reading order."""
    shown = part.shown
    passages = list(shown.values())
    order = work.search.order(item.line, [(each.document, each.span) for each in passages])
    marks = dict.fromkeys([*noted[: 2 * NEAREST], *(passages[index].mark for index in order[:NEAREST])])
    return tuple(shown[mark] for mark in sorted(marks))


async def _judged(work: Work, bench: Workbench, part: Part, item: Entry, window: Window) -> Section:
    says: dict[str, object] = {}

    def read(reply: str) -> list[Claim]:
        pairs = read_beside(reply)
        says.update({claim.text: rest.get("says") for claim, rest in pairs})
        return [claim for claim, _ in pairs]

    beside = {"says": forms.one_of("as expected", OTHERWISE)} if item.meaning else {}
    form = forms.statements(1, max(each.mark for each in window), MOST_STATEMENTS, **beside)
    shown: dict[int, ShownSpan] = {each.mark: each for each in window}
    asked = bench.over(window, _judging(work.task, item))

    def judged(claims: Sequence[Claim], shown: Mapping[int, ShownSpan]) -> tuple[Statement, ...]:
        return tuple(held_to(item, statement, work.task.entries) for statement in check(claims, shown))

    statements = await bench.statements("judge", asked, form, shown, read, judged, f"{item.name}: ")
    if len(part.windows) == 1:
        bench.read(part.windows[0], statements)
    speaking = [each for each in statements if speaks_of(item, each, work.task.entries)]
    verdict = _verdict(speaking, says) if speaking or not statements else "unclear"
    return Section(item.name, statements, verdict, part.title, _note(item, statements))


def _verdict(statements: Sequence[Statement], says: dict[str, object]) -> str:
    carried = [each for each in statements if each.status != "unsupported"]
    if not carried:
        return "unclear" if statements else "missing"
    return "deviating" if any(says.get(each.text) == OTHERWISE for each in carried) else "found"


def _note(item: Entry, statements: tuple[Statement, ...]) -> str:
    wanted = f"Expected: {item.meaning}." if item.meaning else ""
    return (
        wanted if statements else f"{wanted} No passage was named for it, though all of the document was read.".strip()
    )


def _noting(task: Task) -> str:
    return (
        "This is a part of a document that is reviewed against a checklist:\n"
        f"{numbered(task.entries)}\n\nFor every clause of the list that this part says something about, write a"
        f" statement of what it says, with the number of the clause, {how(task)}"
    )


def _judging(task: Task, item: Entry) -> str:
    expected = (
        f' Expected is: {item.meaning}. Say "as expected" or "otherwise" for each statement.' if item.meaning else ""
    )
    about = f" Mind: {task.instruction}." if task.instruction else ""
    return (
        f"What does the document say about this: {item.name}?{expected}{about} Write at most {MOST_STATEMENTS}"
        f" statements, {how(task)}"
    )
