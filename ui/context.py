"""Sources and a question in, exactly what would be sent of them on stdout, and its ledger on stderr, out; no engine."""

from collections.abc import Sequence
from dataclasses import dataclass

from assistant import PagesInvalid, Way, preview
from ui.asking import select
from ui.coverage import coverage_lines
from ui.reading import counting
from ui.searching import open_library
from ui.settings import Settings
from ui.sources import HowToRead
from ui.terminal import Terminal
from yarn_runtime import parse_context


@dataclass(frozen=True, slots=True)
class Shown:
    """What is to be shown, as it was typed."""

    sources: Sequence[str]
    question: str
    pages: str | None
    budget: str | None
    way: str
    how: HowToRead


def show_context(settings: Settings, wanted: Shown, terminal: Terminal) -> None:
    """Print it. Raises an IngestError, an AssistantError, or ContextInvalid for a budget that is none."""
    if wanted.way == "selection" and wanted.pages is None:
        raise PagesInvalid("No pages are chosen.", "Say which: --pages 1-8, or leave --way selection out.")
    way: Way = "whole" if wanted.way == "selection" else wanted.way  # type: ignore[assignment]
    budget = parse_context(wanted.budget) if wanted.budget is not None else None
    library = open_library(settings, terminal.say)
    chosen = select(library, wanted.sources, wanted.pages, wanted.how, terminal)
    shown = preview(chosen, wanted.question, budget, counting(settings), way=way, search=library.search)
    if terminal.as_json:
        terminal.result(shown.to_json())
        return
    terminal.text(shown.context.text)
    about = "" if shown.exact else "about "
    terminal.say(f"{about}{shown.coverage.prompt_tokens:,} tokens of {shown.coverage.limit:,}.")
    if not shown.exact:
        terminal.say("The count is an estimate: no model is there yet (unspool engine install).")
    for line in coverage_lines(shown.coverage.documents):
        terminal.say(line)
