"""Sources and a question in, a run that the terminal follows and an answer out: what ask and demo share."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Literal

import ingest
from assistant import (
    Answer,
    Answered,
    AssistantError,
    Briefing,
    Consent,
    Effort,
    Library,
    PagesInvalid,
    Planned,
    ReadAll,
    Run,
    Selection,
    Way,
    brief,
    other_words,
    plan_read_all,
    ways,
)
from ui.coverage import way_lines
from ui.sources import HowToRead, read_source
from ui.terminal import Terminal
from yarn_runtime import Engine

AskWay = Way | Literal["read"]
"""`read` reads everything, window after window."""

_RANGE = re.compile(r"(\d{1,9})(?:\s*-\s*(\d{1,9}))?")


def select(
    library: Library,
    sources: Sequence[str],
    pages: str | None,
    how: HowToRead,
    terminal: Terminal,
) -> list[Selection]:
    """Read every source (a path, or the name or id of a document in the library) and keep it.

    Nothing is kept unless all of them can be read. Raises an IngestError, or PagesInvalid.
    """
    if pages is not None and len(sources) > 1:
        raise PagesInvalid("--pages goes with one source.", "Ask about one document, or leave --pages out.")
    documents = [_read(library, source, how, terminal) for source in dict.fromkeys(sources)]
    unique = list({document.id: document for document in documents}.values())
    chosen = parse_pages(pages, unique[0]) if pages is not None else None
    for document in unique:
        library.add(document)
    return [Selection(document, chosen) for document in unique]


def parse_pages(text: str, document: ingest.Document) -> frozenset[int]:
    """Physical page numbers of "1-8" or "3,5-7". Raises PagesInvalid."""
    found: set[int] = set()
    for part in text.split(","):
        match = _RANGE.fullmatch(part.strip())
        first, last = (int(match[1]), int(match[2] or match[1])) if match else (0, 0)
        if not 1 <= first <= last <= len(document.pages):
            raise PagesInvalid(
                f"“{part.strip()}” names no pages of {document.name}, which has {len(document.pages)}.",
                "Give physical page numbers from 1, such as --pages 1-8 or --pages 3,5-7.",
            )
        found.update(range(first, last + 1))
    return frozenset(found)


def documents_of(library: Library, conversation: str) -> list[str]:
    """Ids of the documents that the last question of a conversation was asked about, as far as they are kept."""
    turns = library.turns(conversation)
    kept = {item.id for item in library.documents()}
    asked = [document for turn in turns[-1:] for document in turn.documents]
    return [document for document in asked if document in kept]


@dataclass(frozen=True, slots=True)
class How:
    """How a question is answered: with how many revisions, by which way of reading."""

    rounds: int
    way: AskWay = "auto"
    """Without one, the nearest passages are sent where the documents do not fit, and the ways to read them are told."""
    tools: bool = True
    thinking: int = 0
    rewrite: bool = False
    """Whether the model puts the question in other words first, where passages are searched for."""
    most: int | None = None
    """The most tokens of documents to send."""
    conversation: str | None = None
    """In which it is asked; otherwise one of its own is begun."""


def ask(
    engine: Engine,
    library: Library,
    selections: Sequence[Selection],
    question: str,
    how: How,
    terminal: Terminal,
    *,
    effort: Effort | None = None,
) -> Answer:
    """Answer one question, telling every step on the terminal, and keep the answer in the library. Asked again after a
    crash, it goes on where it was.
    """
    history = library.turns(how.conversation) if how.conversation else ()
    given: dict[str, Any] = {
        "history": history,
        "rounds": how.rounds,
        "search": library.search,
        "seal": library.seal,
    }
    asked: Briefing | ReadAll
    if how.way == "read":
        asked = plan_read_all(engine, selections, question, **given)
    else:
        packed: dict[str, Any] = {"way": how.way, "most": how.most, "tools": how.tools, "thinking": how.thinking}
        asked = brief(engine, selections, question, **given, **packed)
        if how.rewrite and not _holds_all(asked, selections):
            found = other_words(engine, selections, question)
            terminal.say(f"Also searched for: {found.record.note}")
            given["search"] = library.search.knowing(question, found.ways)
            asked = replace(brief(engine, selections, question, **given, **packed), before=(found.record,))
        if how.way == "auto" and not _holds_all(asked, selections):
            terminal.say("Not everything is sent in one prompt. The ways to read it (--way):")
            for line in way_lines(ways(engine, selections, question, **given), "search"):
                terminal.say(line)

    def keep(answer: Answer) -> None:
        kept = how.conversation or library.start_conversation(question)
        library.add_answer(kept, answer, engine.model)
        terminal.say(f"To ask on: unspool ask --conversation {kept[:8]} -q ...")

    run = Run(asked, keep, effort=effort, folder=library.folder)
    try:
        for step in run.steps():
            if isinstance(step, Planned):
                terminal.ledger(step.coverage, step.seconds)
            elif isinstance(step, Consent):
                run.agree(terminal.agrees(step.tokens, step.seconds))
            elif isinstance(step, Answered):
                return step.answer
            else:
                terminal.step(step)
    finally:
        terminal.step_over()
        run.stop()
    raise AssistantError("The run ended without an answer.", "Ask again.")


def _holds_all(briefing: Briefing, selections: Sequence[Selection]) -> bool:
    """Whether all that was chosen is in the prompt."""
    chosen = sum(len(page.spans) for each in selections for page in each.document.pages if each.includes(page))
    return len(briefing.context.shown) == chosen


def _read(library: Library, source: str, how: HowToRead, terminal: Terminal) -> ingest.Document:
    if not Path(source).exists():
        known = [item.id for item in library.documents() if source in (item.id, item.name)]
        if len(known) == 1:
            return library.document(known[0])
    elif how == HowToRead(ingest.LANGUAGES) and (same := library.known(Path(source))):
        return library.document(same)
    document, _ = read_source(source, how, terminal)
    return document
