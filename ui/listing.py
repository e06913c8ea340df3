"""A library in, what it holds out: as tables, as JSON, as the file of a conversation."""

import sys
from dataclasses import asdict
from pathlib import Path

from assistant import AssistantError, Format, Library, export, find, reread, verify
from ui.terminal import Terminal

COLUMNS = ("id", "name", "kind", "pages", "characters", "warnings", "added")


class ExportFailed(AssistantError):
    """The file of an export cannot be written."""


def show_library(library: Library, terminal: Terminal) -> None:
    """The documents that were read."""
    documents = library.documents()
    if terminal.as_json:
        terminal.result({"documents": [{name: getattr(item, name) for name in COLUMNS} for item in documents]})
    elif not documents:
        terminal.say("The library is empty.")
    else:
        rows = [(item.id[:12], item.name, item.kind, f"{item.pages}", item.added[:16]) for item in documents]
        terminal.table(("id", "name", "kind", "pages", "added"), rows)


def show_history(library: Library, terminal: Terminal) -> None:
    """The conversations."""
    conversations = library.conversations()
    if terminal.as_json:
        terminal.result({"conversations": [asdict(item) for item in conversations]})
    elif not conversations:
        terminal.say("No question has been answered yet.")
    else:
        rows = [(item.id[:12], item.started[:16], item.title) for item in conversations]
        terminal.table(("id", "started", "question"), rows)


def show_found(library: Library, words: str, terminal: Terminal) -> None:
    """Pages and answers that hold the words."""
    pages, answers = find(library, words)
    if terminal.as_json:
        terminal.result({"pages": [asdict(page) for page in pages], "answers": [asdict(answer) for answer in answers]})
        return
    if not pages and not answers:
        terminal.say(f"No page and no answer holds “{words}”.")
    if pages:
        terminal.table(("document", "page", "words"), [(page.document, page.label, page.excerpt) for page in pages])
    if answers:
        rows = [(answer.conversation_id[:12], answer.question, answer.excerpt) for answer in answers]
        terminal.table(("conversation", "question", "answer"), rows)


def write_export(library: Library, wanted: str, form: Format, output: Path | None) -> None:
    """A conversation as a file, or on stdout. Raises ConversationMissing, ExportFailed."""
    conversation = library.conversation(wanted)
    text = export(conversation, library.answers(conversation.id), form)
    if output is None:
        sys.stdout.write(text)
        return
    try:
        output.write_text(text, "utf-8")
    except OSError as error:
        raise ExportFailed(f"{output} cannot be written: {error.strerror}.", "Give another --output.") from error


def show_verified(library: Library, terminal: Terminal, *, quick: bool) -> bool:
    """Whether everything agrees; says what does not, and what could not be compared."""
    faults, notes = verify(library), []
    if not quick:
        again = reread(library, lambda name: terminal.say(f"Reading {name} again"))
        faults, notes = [*faults, *again.faults], list(again.notes)
    if terminal.as_json:
        terminal.result({"faults": faults, "notes": notes})
        return not faults
    for note in notes:
        terminal.say(note)
    for fault in faults:
        terminal.problem(fault, "")
    if faults:
        terminal.say("Read a document again to mend it, or remove it: unspool library remove.")
    else:
        terminal.say(
            f"Everything agrees: {len(library.documents())} documents, {len(library.conversations())} conversations."
        )
    return not faults
