"""A clause or field and statements for it in, which of them their passages say of something else out; asks no model.

A true sentence under the wrong clause is as misleading as a false one. What is asked for must be spoken of by the cited
passage or by the headings over it: half of the words of its name, or two words of what is expected; and not more of
another entry's name than of its own.
"""

from collections.abc import Sequence
from dataclasses import replace

from assistant.answer import Citation, Statement, Status
from assistant.tasks.task import Entry
from assistant.wording import words

HALF = 0.5
"""Of the words of an entry's name."""
LEAST_MEANT = 2
"""Words of what is expected of an entry that stand for its name."""


def held_to(entry: Entry, statement: Statement, entries: Sequence[Entry]) -> Statement:
    """The statement, weak where its passages do not speak of the entry."""
    if not statement.citations or speaks_of(entry, statement, entries):
        return statement
    status: Status = "weak" if statement.status == "verified" else statement.status
    findings = (*statement.findings, f"Its passages do not speak of {entry.name}.")
    return replace(statement, status=status, findings=findings)


def speaks_of(entry: Entry, statement: Statement, entries: Sequence[Entry]) -> bool:
    """Whether what a statement cites speaks of the entry, and of no other one of the list more."""
    there = frozenset[str]().union(*map(_about, statement.citations))
    share, meant = _share(entry, there), words(entry.meaning) & there
    if share == 1:
        return True
    return (share >= HALF or len(meant) >= LEAST_MEANT) and all(_share(other, there) <= share for other in entries)


def _share(entry: Entry, there: frozenset[str]) -> float:
    """Of its name's words; a name without any (as "A") asks for nothing."""
    name = words(entry.name)
    return len(name & there) / len(name) if name else 1.0


def _about(citation: Citation) -> frozenset[str]:
    """The words of a cited passage and of the headings over it."""
    shown, start = citation.shown, citation.passage.start
    over: dict[int, str] = {}
    for item in shown.document.outline:
        before = item.page is not None and item.page < shown.page.number
        if before or (item.page == shown.page.number and item.title in shown.page.text[:start]):
            over = {level: title for level, title in over.items() if level < item.level} | {item.level: item.title}
    return words("\n".join([citation.passage.text, *over.values()]))
