"""Planned documents and a language in, their text in that language out, passage by passage, with one glossary.

Window after window: each shows its passages, the terms that stand in them as they were translated before, and how the
translation went on. Code compares each passage with its translation; what fails is translated anew, and what is not
translated after that stands there in its own words and is named.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from assistant.answer import Citation, Section, Statement
from assistant.context import ShownSpan
from assistant.replies import read_object
from assistant.tasks import forms
from assistant.tasks.forms import Form
from assistant.tasks.kept_signs import bent, lost, stands
from assistant.tasks.task import Task, Term
from assistant.tasks.work import Part, Window, Work
from assistant.tasks.workbench import Workbench
from yarn_runtime import Message

WINDOW = 800
"""Tokens of passages that are translated in one reply, where the limit leaves as many: more, and small models leave
passages out."""
FIXED = 1_600
"""Tokens of a prompt and its replies that do not grow with the passages."""
MOST_TERMS = 6
TERM = 60
"""Characters of a term."""
SHOWN_BEFORE = 400
"""Characters of the translation so far that stay in view."""
_UNSEEN = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]")
_NOT_DONE = "It was not translated: its own words stand here."


def request(task: Task) -> str:
    """The longest that is asked over a window, as far as it does not depend on what was translated before."""
    return _asking(task, 9_999, 99_999, (), "x" * SHOWN_BEFORE) + "x" * 12 * TERM


def window_tokens(limit: int) -> int:
    """Tokens of passages in one window."""
    return max(1, min(WINDOW, (limit - FIXED) // 6))


def reply_tokens(task: Task, limit: int) -> int:
    """The longest reply to a window: another language may take twice the tokens, and the JSON its share."""
    return int(2.5 * window_tokens(limit)) + MOST_TERMS * 40


@dataclass(slots=True)
class _Progress:
    """What has been translated so far, by mark, and by which terms."""

    done: dict[int, str] = field(default_factory=dict)
    glossary: dict[str, Term] = field(default_factory=dict)

    def terms_in(self, text: str) -> tuple[Term, ...]:
        """The terms of the glossary that stand in a text."""
        return tuple(term for term in self.glossary.values() if stands(term.source, text))


async def translate(work: Work, bench: Workbench) -> list[Section]:
    """A section a page, and the glossary."""
    so_far = _Progress(glossary={term.source.casefold(): term for term in work.task.glossary})
    sections = []
    for part in work.parts:
        for number, window in enumerate(part.windows, 1):
            await _window(work, bench, window, so_far, f"{part.title}, window {number} of {len(part.windows)}: ")
        sections += _pages(part, so_far)
    if so_far.glossary:
        terms = "; ".join(f"{term.source} = {term.target}" for term in so_far.glossary.values())
        sections.append(Section("Glossary", note=terms))
    return sections


async def _window(work: Work, bench: Workbench, window: Window, so_far: _Progress, where: str) -> None:
    """Translate the passages of a window that are not done yet; its first ones may be the last of the one before."""
    fresh = [item for item in window if item.mark not in so_far.done]
    text = "\n".join(item.span.text for item in fresh)
    before = " ".join(so_far.done[item.mark] for item in window if item.mark in so_far.done)[-SHOWN_BEFORE:]
    first, last = fresh[0].mark, fresh[-1].mark
    asked = bench.over(window, _asking(work.task, first, last, so_far.terms_in(text), before))
    form = _form(first, last, len(fresh), reply_tokens(work.task, work.engine.limit))
    follow_up: list[Message] = []
    kind = "translate"
    for attempt in range(work.rounds + 1):
        reply = await bench.reply(
            kind, asked, form, lambda reply: f"{where}{len(_passages(reply))} passages", follow_up
        )
        given = _passages(reply)
        if attempt == 0:
            _learn(reply, text, so_far)
        for item in fresh:
            new = given.get(item.mark)
            if new and _better(item, new, so_far):
                so_far.done[item.mark] = new
        faults = [fault for item in fresh for fault in _faults(item, so_far)]
        if not faults or bench.spent():
            break
        kind = "revise"
        follow_up = [{"role": "assistant", "content": reply}, {"role": "user", "content": _anew(faults)}]
    bench.read(window, [_statement(item, so_far) for item in fresh])


def _faults(item: ShownSpan, so_far: _Progress) -> list[str]:
    statement = _statement(item, so_far)
    return [f"<{item.mark}> {finding}" for finding in statement.findings]


def _better(item: ShownSpan, new: str, so_far: _Progress) -> bool:
    old = so_far.done.get(item.mark)
    return old is None or len(_findings(item, new, so_far)[1]) <= len(_findings(item, old, so_far)[1])


def _findings(item: ShownSpan, target: str, so_far: _Progress) -> tuple[bool, list[str]]:
    """Whether something must not be missing that is; and everything that is to be said."""
    source = item.span.text
    missing = list(lost(source, target))
    return bool(missing), [*missing, *bent(source, target, so_far.terms_in(source))]


def _statement(item: ShownSpan, so_far: _Progress) -> Statement:
    """A translated passage; it cites its source."""
    cited = (Citation(item, item.span),)
    target = so_far.done.get(item.mark)
    if target is None:
        if not any(character.isalpha() for character in item.span.text):
            return Statement(item.span.text, "verified", cited)
        return Statement(item.span.text, "unsupported", cited, (_NOT_DONE,))
    refuted, findings = _findings(item, target, so_far)
    return Statement(target, "unsupported" if refuted else "weak" if findings else "verified", cited, tuple(findings))


def _pages(part: Part, so_far: _Progress) -> list[Section]:
    pages: dict[int, list[ShownSpan]] = {}
    for item in part.shown.values():
        pages.setdefault(item.page.number, []).append(item)
    return [
        Section(items[0].page.label, tuple(_statement(item, so_far) for item in items), of=part.title)
        for items in pages.values()
    ]


def body(sections: Sequence[Section]) -> str:
    """The translated text: every passage in its place, with what stood between the passages."""
    pages = []
    for section in sections:
        text, end, page = "", 0, None
        for statement in section.statements:
            (citation,) = statement.citations
            page = citation.shown.page
            text += (page.text[end : citation.passage.start] if end or not text else "") + statement.text
            end = citation.passage.end
        if page is not None:
            pages.append(text + page.text[end:] if end else text)
    return "\n\n".join(page.strip("\n") for page in pages)


def _learn(reply: str, source: str, so_far: _Progress) -> None:
    """Take the terms that stand in the passages and in their translations; the first translation of one stays."""
    there = " ".join(_passages(reply).values()).casefold()
    for item in forms.listed(read_object(reply).get("terms"))[:MOST_TERMS]:
        if isinstance(item, dict):
            term = Term(*(" ".join(str(item.get(name, "")).split()) for name in ("source", "target")))
            known = term.source.casefold() in so_far.glossary
            sensible = 2 < len(term.source) <= TERM and 0 < len(term.target) <= TERM
            if sensible and not known and stands(term.source, source) and term.target.casefold() in there:
                so_far.glossary[term.source.casefold()] = term


def _passages(reply: str) -> Mapping[int, str]:
    found: dict[int, str] = {}
    for item in forms.listed(read_object(reply).get("passages")):
        if isinstance(item, dict) and forms.is_number(item.get("mark")) and isinstance(item.get("text"), str):
            text = _UNSEEN.sub("", item["text"]).strip()
            if text:
                found.setdefault(item["mark"], text)
    return found


def _form(first: int, last: int, most: int, tokens: int) -> Form:
    mark = {"type": "integer", "minimum": first, "maximum": last}
    passage = forms.object_of(mark=mark, text=forms.text(6_000))
    term = forms.object_of(source=forms.text(TERM), target=forms.text(TERM))
    return Form(forms.object_of(passages=forms.list_of(passage, most), terms=forms.list_of(term, MOST_TERMS)), tokens)


def _asking(task: Task, first: int, last: int, terms: Sequence[Term], before: str) -> str:
    fixed = "; ".join(f"{term.source} = {term.target}" for term in terms)
    glossary = f" Always translate these terms so: {fixed}." if fixed else ""
    so_far = f" The translation so far ends: {before}" if before else ""
    about = f" Mind: {task.instruction}." if task.instruction else ""
    return (
        f"Translate every passage from <{first}> to <{last}> into {task.language}, each whole and under its own mark."
        " Keep Markdown, numbers, code, placeholders such as {name} and addresses as they are."
        f"{glossary}{about} Then name up to {MOST_TERMS} terms or names of these passages and how you translated"
        f" them.{so_far}"
    )


def _anew(faults: Sequence[str]) -> str:
    listed = "\n".join(f"- {fault}" for fault in faults[:12])
    return f"A program compared your translation with the passages:\n{listed}\n\nTranslate these passages anew."
