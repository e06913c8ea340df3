"""Planned documents in, what agrees, what differs and what stands in only one of them out, each with its citations.

Whatever a model calls it, each document's own passages decide (see `relation`).
"""

from collections.abc import Sequence

from assistant.answer import Section, Statement
from assistant.replies import Claim
from assistant.tasks import forms
from assistant.tasks.forms import STATEMENT_TOKENS, Form, read_beside
from assistant.tasks.points import merged, noted, over_notes, passages, seen
from assistant.tasks.relation import AGREES, DIFFERS, ONLY, related
from assistant.tasks.task import Task
from assistant.tasks.wording import how, notes
from assistant.tasks.work import Work
from assistant.tasks.workbench import Read, Workbench

MOST_ROWS = 10


def request(task: Task) -> str:
    """The longest that is asked over a window."""
    return max(_comparing(task), notes(task), key=len)


def reply_tokens(task: Task, limit: int) -> int:
    """The longest reply to a window."""
    return STATEMENT_TOKENS * MOST_ROWS


async def compare(work: Work, bench: Workbench) -> list[Section]:
    """The three kinds of rows, those of one document under its name."""
    everything = tuple(item for part in work.parts for item in part.shown.values())
    said: dict[str, object] = {}
    asked = bench.over(everything, _comparing(work.task))
    if bench.fits(asked, _form(everything[-1].mark)):
        form, read = _form(everything[-1].mark), _reader(said)
        shown = {item.mark: item for item in everything}
        rows = await bench.statements("compare", asked, form, shown, read)
        for part in work.parts:
            bench.read(part.windows[0], [row for row in rows if _in(row, part.title)])
    else:
        points = await _points(work, bench)
        if not points:
            return [Section("", note="Nothing was noted that could be compared.")]
        asked, _ = over_notes(bench, points, _comparing(work.task), MOST_ROWS)
        shown = {citation.shown.mark: citation.shown for point in points for citation in point.citations}
        rows = await bench.statements("compare", asked, _form(len(points)), shown, _reader(said, points))
    return _sections(work, rows, said)


async def _points(work: Work, bench: Workbench) -> list[Statement]:
    """What was noted of each document; where it is too much for one prompt, the same share of each."""
    found = []
    for part in work.parts:
        if len(part.windows) > 1:
            found.append(await noted(bench, part, notes(work.task)))
        else:
            taken = await seen(bench, part.windows[0], notes(work.task), MOST_ROWS, part.title)
            found.append([note for note in taken if note.status != "unsupported"])
    most = max(map(len, found))
    while most > 1 and not _fit(bench, [note for of_one in found for note in of_one], work):
        most //= 2
        found = [
            list(await merged(bench, of_one, notes(work.task), most)) if len(of_one) > most else of_one
            for of_one in found
        ]
    return [note for of_one in found for note in of_one]


def _fit(bench: Workbench, points: Sequence[Statement], work: Work) -> bool:
    return not points or bench.fits(*over_notes(bench, points, _comparing(work.task), MOST_ROWS))


def _sections(work: Work, rows: Sequence[Statement], said: dict[str, object]) -> list[Section]:
    kinds: dict[tuple[str, str], list[Statement]] = {(AGREES, ""): [], (DIFFERS, ""): []}
    for part in work.parts:
        kinds[ONLY, part.title] = []
    for row in (related(work, row, said.get(row.text)) for row in rows):
        kinds.setdefault((row.kind, row.document), []).append(row.statement)
    return [
        Section(
            kind.capitalize() if kind != ONLY else f"Only in {name}", tuple(found), "", "", "" if found else "Nothing."
        )
        for (kind, name), found in kinds.items()
    ]


def _in(row: Statement, name: str) -> bool:
    return any(citation.shown.document.name == name for citation in row.citations)


def _form(last: int) -> Form:
    return forms.statements(1, last, MOST_ROWS, relation=forms.one_of(AGREES, DIFFERS, ONLY))


def _reader(said: dict[str, object], points: Sequence[Statement] = ()) -> Read:
    def read(reply: str) -> list[Claim]:
        pairs = read_beside(reply)
        said.update({claim.text: rest.get("relation") for claim, rest in pairs})
        return [Claim(claim.text, passages(claim.marks, points)) if points else claim for claim, _ in pairs]

    return read


def _comparing(task: Task) -> str:
    about = f" Look above all at: {task.instruction}." if task.instruction else ""
    return (
        f"Compare the documents.{about} Write at most {MOST_ROWS} statements: what agrees, what differs (with what each"
        " of them says), what stands only in one. A statement that agrees or differs names marks of each document it is"
        f" about, {how(task)}"
    )
