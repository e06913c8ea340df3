"""A part of documents in, statements about it out: of one window at once, of several by notes that are then merged.

A note is a checked statement; one whose check fails is dropped. What is merged from notes cites the passages of those
notes, and is checked against them.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from assistant.answer import Statement
from assistant.rendering import as_data
from assistant.replies import Claim
from assistant.tasks import forms, wording
from assistant.tasks.forms import Form, read_claims
from assistant.tasks.work import Part, Window
from assistant.tasks.workbench import Workbench, prompt
from yarn_runtime import Message

MOST_NOTES = 6
"""Of one window."""
MOST_MARKS = 6
"""Of a statement that was merged from notes."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is wanted of a part: statements at most, and in which words."""

    request: str
    notes: str
    most: int


async def condensed(bench: Workbench, part: Part, wanted: Wanted) -> tuple[Statement, ...]:
    """The wanted statements of a part, however long it is; every passage of it was read."""
    if len(part.windows) == 1:
        return await seen(bench, part.windows[0], wanted.request, wanted.most, part.title)
    return await merged(bench, await noted(bench, part, wanted.notes), wanted.request, wanted.most)


async def seen(bench: Workbench, window: Window, request: str, most: int, title: str = "") -> tuple[Statement, ...]:
    """Statements of what one window shows."""
    form = forms.statements(window[0].mark, window[-1].mark, most)
    shown = {item.mark: item for item in window}
    where = f"{title}: " if title else ""
    found = await bench.statements("draft", bench.over(window, request), form, shown, where=where)
    bench.read(window, found)
    return found


async def noted(bench: Workbench, part: Part, request: str) -> list[Statement]:
    """The notes of all windows of a part, in reading order, those without fault or with a small one."""
    notes: list[Statement] = []
    for number, window in enumerate(part.windows, 1):
        form = forms.statements(window[0].mark, window[-1].mark, MOST_NOTES)
        shown = {item.mark: item for item in window}
        where = f"{part.title + ', ' if part.title else ''}window {number} of {len(part.windows)}: "
        found = await bench.statements("read", bench.over(window, request), form, shown, where=where)
        kept = [note for note in found if note.status != "unsupported"]
        bench.read(window, kept)
        notes += kept
    known: dict[str, Statement] = {}
    for note in notes:  # windows overlap, and what stands there is noted twice
        known.setdefault(note.text.casefold(), note)
    return list(known.values())


async def merged(bench: Workbench, notes: Sequence[Statement], request: str, most: int) -> tuple[Statement, ...]:
    """At most `most` statements made of notes; where not all notes fit into one prompt, of what each group gives."""
    if not notes:
        return ()
    rest = list(notes)
    while len(groups := grouped(bench, rest, request, most)) > 1:
        smaller: list[Statement] = []
        for group in groups:
            kept = await _merge(bench, group, request, max(1, min(most, len(group) // 2)))
            smaller += [note for note in kept if note.status != "unsupported"]
        rest = smaller if 0 < len(smaller) < len(rest) else rest[: max(1, len(rest) // 2)]
    return await _merge(bench, rest, request, most)


def grouped(bench: Workbench, notes: Sequence[Statement], request: str, most: int) -> list[list[Statement]]:
    """The notes in as few groups as prompts can hold."""
    groups, rest = [], list(notes)
    while rest:
        size = len(rest)
        while size > 1 and not bench.fits(*over_notes(bench, rest[:size], request, most)):
            size = (size + 1) // 2
        groups.append(rest[:size])
        rest = rest[size:]
    return groups


def over_notes(bench: Workbench, notes: Sequence[Statement], request: str, most: int) -> tuple[list[Message], Form]:
    """The prompt that shows notes under marks of their own, and the form of its reply."""
    neutralise = bench.work.engine.tokenizer.neutralise
    lines = "\n".join(f"<{number}> {as_data(note.text, neutralise)}" for number, note in enumerate(notes, 1))
    return prompt(bench.work, lines, wording.merging(request)), forms.statements(1, len(notes), most)


def through(notes: Sequence[Statement]) -> Callable[[str], list[Claim]]:
    """Reads a reply whose marks are those of notes: its claims carry the marks of the notes' passages."""

    def read(reply: str) -> list[Claim]:
        return [replace(claim, marks=passages(claim.marks, notes)) for claim in read_claims(reply)]

    return read


def passages(marks: Sequence[int], notes: Sequence[Statement]) -> tuple[int, ...]:
    """The marks of the passages of notes, by the notes' own marks."""
    meant = [notes[mark - 1] for mark in marks if 1 <= mark <= len(notes)]
    found = dict.fromkeys(citation.shown.mark for note in meant for citation in note.citations)
    return tuple(found)[:MOST_MARKS]


async def _merge(bench: Workbench, notes: Sequence[Statement], request: str, most: int) -> tuple[Statement, ...]:
    asked, form = over_notes(bench, notes, request, most)
    shown = {citation.shown.mark: citation.shown for note in notes for citation in note.citations}
    return await bench.statements("merge", asked, form, shown, through(notes), where=f"of {len(notes)} notes: ")
