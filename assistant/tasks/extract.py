"""Planned documents and fields in, a cell a field and document out, each with the place where its value stands."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from assistant.answer import Section, Statement
from assistant.check import check
from assistant.context import ShownSpan
from assistant.evidence import Evidence
from assistant.fold import fold
from assistant.instructions import tells_model
from assistant.replies import Claim
from assistant.tasks import forms
from assistant.tasks.asked import held_to, speaks_of
from assistant.tasks.forms import STATEMENT_TOKENS, read_beside
from assistant.tasks.task import Entry, Task
from assistant.tasks.wording import numbered
from assistant.tasks.work import Part, Work
from assistant.tasks.workbench import Workbench

AT_ONCE = 6
"""Fields that are asked for in one reply."""
_A_WORD = "It is a word, not a sentence."
_RANK = {"verified": 0, "weak": 1, "unsupported": 2}


def request(task: Task) -> str:
    """The longest that is asked over a window."""
    return max((_asking(task, items) for items in _groups(task)), key=len)


def reply_tokens(task: Task, limit: int) -> int:
    """The longest reply to a window."""
    return STATEMENT_TOKENS * min(AT_ONCE, len(task.entries))


async def extract(work: Work, bench: Workbench) -> list[Section]:
    """A section a field of each document; one without a statement is an empty cell."""
    found = []
    for part in work.parts:
        values = await _values(work, bench, part)
        found += [_cell(item, part, values.get(item.name, []), work.task.entries) for item in work.task.entries]
    return found


async def _values(work: Work, bench: Workbench, part: Part) -> dict[str, list[Statement]]:
    found: dict[str, list[Statement]] = {}
    for number, window in enumerate(part.windows, 1):
        shown = {item.mark: item for item in window}
        for items in _groups(work.task):
            form = forms.statements(window[0].mark, window[-1].mark, len(items), field=forms.number(len(items)))
            fields: dict[str, list[int]] = {}

            def read(reply: str, fields: dict[str, list[int]] = fields, most: int = len(items)) -> list[Claim]:
                pairs = [(claim, rest.get("field")) for claim, rest in read_beside(reply)]
                fields.clear()
                for claim, field in pairs:
                    if forms.is_number(field) and isinstance(field, int) and 1 <= field <= most:
                        fields.setdefault(claim.text, []).append(field)
                return [claim for claim in dict.fromkeys(claim for claim, _ in pairs) if claim.text in fields]

            where = f"{part.title}, window {number} of {len(part.windows)}: "
            asked = bench.over(window, _asking(work.task, items))
            read_now = await bench.statements("extract", asked, form, shown, read, values, where)
            bench.read(window, read_now)
            for value in read_now:
                for field in fields.get(value.text, ()):
                    item = items[field - 1]
                    found.setdefault(item.name, []).append(held_to(item, value, work.task.entries))
    return found


def values(claims: Sequence[Claim], shown: Mapping[int, ShownSpan]) -> tuple[Statement, ...]:
    """The check of cells: a value that stands in its passages as it is, is verified; any other as a statement is."""
    return tuple(_checked(claim, shown) for claim in claims)


def _checked(claim: Claim, shown: Mapping[int, ShownSpan]) -> Statement:
    (statement,) = check([claim], shown)
    cited = tuple(shown[mark] for mark in claim.marks if mark in shown)
    if not cited or tells_model(claim.text):
        return statement
    if Evidence(cited).stands(fold(claim.text)):
        invented = tuple(f"There is no passage <{mark}>." for mark in claim.marks if mark not in shown)
        return replace(statement, status="weak" if invented else "verified", findings=invented)
    findings = tuple(finding for finding in statement.findings if finding != _A_WORD)
    if statement.status == "weak" and not findings and any(character.isdigit() for character in claim.text):
        return replace(statement, status="verified", findings=())  # the same number, written otherwise
    return replace(statement, findings=findings or ("Its passages do not say it in these words.",))


def _cell(item: Entry, part: Part, found: Sequence[Statement], entries: Sequence[Entry]) -> Section:
    """The best value; others that were found are told."""
    if not found:
        return Section(item.name, (), "missing", part.title, "No passage was named for it, though all was read.")
    distinct = list({fold(each.text): each for each in sorted(found, key=lambda each: -_RANK[each.status])}.values())
    best = min(distinct, key=lambda each: _RANK[each.status])
    others = [
        f"{each.text} ({each.citations[0].place})"
        for each in found
        if fold(each.text) != fold(best.text) and each.citations
    ]
    note = f"Elsewhere: {'; '.join(dict.fromkeys(others))}." if others else ""
    found_it = best.status != "unsupported" and speaks_of(item, best, entries)
    return Section(item.name, (best,), "found" if found_it else "unclear", part.title, note)


def _groups(task: Task) -> list[tuple[Entry, ...]]:
    return [task.entries[start : start + AT_ONCE] for start in range(0, len(task.entries), AT_ONCE)]


def _asking(task: Task, items: Sequence[Entry]) -> str:
    about = f" Mind: {task.instruction}." if task.instruction else ""
    return (
        f"Fill in these fields of a table from the passages:\n{numbered(items)}\n\nWrite each value as short as it can"
        " be, in the very words and figures of the passages, with the number of its field and the marks of the passages"
        f" that say it.{about} Leave out every field that no passage says anything about."
    )
