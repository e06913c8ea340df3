"""Planned sources and a topic in, a long text out: notes of all that was read, an outline, then section by section.

Each section is written over the passages that its notes name, with the outline and what was written so far in view.
"""

from collections.abc import Sequence

from assistant.answer import Section, Statement
from assistant.replies import read_object
from assistant.tasks import forms
from assistant.tasks.forms import STATEMENT_TOKENS, Form
from assistant.tasks.points import MOST_NOTES, grouped, merged, noted, over_notes, seen
from assistant.tasks.task import Task
from assistant.tasks.wording import MOST, how, notes
from assistant.tasks.work import Window, Work
from assistant.tasks.workbench import Workbench

MOST_SECTIONS = {"short": 3, "medium": 6, "long": 12}
NOTES_AT_ONCE = 12
SO_FAR = 1_200
"""Characters of what was written last that stay in view; of everything before, the titles."""


def request(task: Task) -> str:
    """The longest that is asked over a window."""
    return max(notes(task), _section(task, ["x" * 80] * MOST_SECTIONS[task.length], "x" * 80, "x" * SO_FAR), key=len)


def reply_tokens(task: Task, limit: int) -> int:
    """The longest reply to a window."""
    return STATEMENT_TOKENS * max(MOST_NOTES, MOST[task.length])


async def write(work: Work, bench: Workbench) -> list[Section]:
    """The text, a section a heading of its outline."""
    found = await _notes(work, bench)
    if not found:
        return [Section("", note="Nothing was noted in the sources that the text could be made of.")]
    outline = await _outline(work, bench, found)
    titles = [title for title, _ in outline]
    sections: list[Section] = []
    known: set[str] = set()
    for title, about in outline:
        so_far = " ".join(statement.text for section in sections for statement in section.statements)[-SO_FAR:]
        asked = _section(work.task, titles, title, so_far)
        form = forms.statements(1, max(_marks(found)), MOST[work.task.length])
        window = _window(bench, about, asked, form)
        shown = {item.mark: item for item in window}
        written = await bench.statements("write", bench.over(window, asked), form, shown, where=f"{title}: ")
        new = tuple(each for each in written if each.text.casefold() not in known)
        known.update(each.text.casefold() for each in new)
        sections.append(Section(title, new, note="" if new else "The sources gave nothing new for this section."))
    used = {id(note) for _, about in outline for note in about}
    if left := [note for note in found if id(note) not in used]:
        listed = tuple(left)
        sections.append(Section("Noted, but in no section of the outline", listed))
    return sections


async def _notes(work: Work, bench: Workbench) -> list[Statement]:
    (part,) = work.parts
    if len(part.windows) > 1:
        return await noted(bench, part, notes(work.task))
    found = await seen(bench, part.windows[0], notes(work.task), NOTES_AT_ONCE)
    return [note for note in found if note.status != "unsupported"]


async def _outline(work: Work, bench: Workbench, found: list[Statement]) -> list[tuple[str, list[Statement]]]:
    """Headings and the notes of each; where the model gives none, one section of all notes."""
    asked = _outlining(work.task)
    while len(grouped(bench, found, asked, MOST[work.task.length])) > 1:
        found[:] = await merged(bench, found, notes(work.task), max(1, len(found) // 2))
    prompt, _ = over_notes(bench, found, asked, 1)
    section = forms.object_of(title=forms.text(80), notes=forms.list_of(forms.number(len(found)), NOTES_AT_ONCE))
    most = MOST_SECTIONS[work.task.length]
    form = Form(forms.object_of(sections=forms.list_of(section, most)), 60 * most + 32)
    reply = await bench.reply("outline", prompt, form, lambda text: f"{len(_headings(text, found))} sections")
    return _headings(reply, found) or [(work.task.instruction or "Text", list(found))]


def _headings(reply: str, found: Sequence[Statement]) -> list[tuple[str, list[Statement]]]:
    outline = []
    for item in forms.listed(read_object(reply).get("sections")):
        if isinstance(item, dict) and isinstance(item.get("title"), str) and item["title"].strip():
            numbers = dict.fromkeys(n for n in forms.listed(item.get("notes")) if forms.is_number(n))
            about = [found[number - 1] for number in numbers if 1 <= number <= len(found)]
            if about:
                outline.append((" ".join(item["title"].split()), about))
    return outline


def _window(bench: Workbench, about: Sequence[Statement], asked: str, form: Form) -> Window:
    """The passages of a section's notes, in reading order; those of its last notes go where not all fit."""
    rest = list(about)
    while True:
        items = {citation.shown.mark: citation.shown for note in rest for citation in note.citations}
        window = tuple(items[mark] for mark in sorted(items))
        if len(rest) == 1 or bench.fits(bench.over(window, asked), form):
            return window
        rest.pop()


def _marks(found: Sequence[Statement]) -> list[int]:
    return [citation.shown.mark for note in found for citation in note.citations]


def _outlining(task: Task) -> str:
    wanted = task.instruction or "what matters in the sources"
    language = f" in {task.language}" if task.language else ""
    return (
        f"Make the outline of a text about: {wanted}. Give at most {MOST_SECTIONS[task.length]} sections in a sensible"
        f" order, each with a short title{language} and the numbers of the notes that belong into it."
    )


def _section(task: Task, titles: Sequence[str], title: str, so_far: str) -> str:
    audience = f" for {task.audience}" if task.audience else ""
    before = f"\n\nThe text so far ends: {so_far}" if so_far else ""
    return (
        f"You write a text{audience} about: {task.instruction or 'the sources'}. Its sections:"
        f" {'; '.join(titles)}.{before}\n\nWrite the section “{title}” so that it goes on from there and repeats"
        f" nothing: at most {MOST[task.length]} statements, {how(task)}"
    )
