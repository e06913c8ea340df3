"""A task, sources and options in, the work done out: told on the terminal, kept in the library, written to a file."""

import contextlib
import sys
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

from assistant import (
    Answer,
    Answered,
    AssistantError,
    Consent,
    Format,
    Planned,
    Run,
    Task,
    export_answer,
    plan_task,
    put,
    table,
)
from ui.asking import select
from ui.cli_shared import Options
from ui.engines import engine
from ui.listing import ExportFailed
from ui.searching import open_library
from ui.terminal import Terminal

EXPORTED: dict[str, Format] = {".md": "markdown", ".html": "html", ".json": "json"}
FORMS = (*EXPORTED, ".csv", ".txt")


def run_task(task: Task, sources: Sequence[str], options: Options) -> None:
    """Do it. Raises what reading, the engine and the library raise, and ExportFailed before anything is read."""
    settings = options.settings()
    terminal = Terminal(as_json=options.as_json)
    check_out(options.out)
    library = open_library(settings, terminal.say)
    selections = select(library, sources, options.pages, options.how(settings), terminal)
    with engine(settings, terminal.say) as running:
        work = plan_task(
            task,
            running,
            selections,
            rounds=settings.rounds,
            search=library.search,
            seal=library.seal,
            replies=library.journal,
        )
        answer = followed(
            Run(
                work,
                lambda answer: library.add_answer(library.start_conversation(answer.question), answer, running.model),
                effort=settings.effort(agreed=options.yes),
            ),
            terminal,
        )
    if options.out is not None:
        write_out(options.out, answer, running.model)
        terminal.say(f"Written to {options.out}.")
    terminal.result(answer.to_json()) if options.as_json else terminal.answer(answer)


def followed(run: Run, terminal: Terminal) -> Answer:
    """The answer of a run whose steps the terminal shows."""
    try:
        for step in run.steps():
            match step:
                case Planned(coverage, seconds):
                    terminal.ledger(coverage, seconds)
                case Consent(tokens, seconds):
                    run.agree(terminal.agrees(tokens, seconds))
                case Answered(answer):
                    return answer
                case _:
                    terminal.step(step)
    finally:
        terminal.step_over()
        run.stop()
    raise AssistantError("The run ended without an answer.", "Ask again.")


def check_out(out: Path | None) -> None:
    """Raises ExportFailed where the file could not be written."""
    if out is None:
        return
    if out.suffix.lower() not in FORMS:
        raise ExportFailed(f"{out} has an unknown ending.", f"Name it with one of {', '.join(FORMS)}.")
    if not out.parent.is_dir():
        raise ExportFailed(f"There is no folder {out.parent}.", "Make it first, or give another --out.")


def write_out(out: Path, answer: Answer, model: str) -> None:
    """The answer as its file's ending says, in one move. Raises ExportFailed."""
    value = {**answer.to_json(), "model": model, "asked": datetime.now(UTC).isoformat(timespec="seconds")}
    suffix = out.suffix.lower()
    if suffix == ".csv":
        text = table(value)
    elif suffix == ".txt" or (answer.body and suffix == ".md"):
        text = answer.text + "\n"
    else:
        text = export_answer(value, EXPORTED[suffix])
    write_text(out, text)


def write_text(out: Path, text: str) -> None:
    """A file that holds all of the text, or what it held before, whenever the power fails. Raises ExportFailed."""
    part = out.with_name(f".{out.name}.part")
    try:
        part.write_text(text, "utf-8")
        put(part, out)
    except OSError as error:
        with contextlib.suppress(OSError):
            part.unlink(missing_ok=True)
        raise ExportFailed(f"{out} cannot be written: {error.strerror}.", "Give another --out.") from error


def text_of(given: str) -> str:
    """A text as it was typed, or that of the file of this name; of stdin for "-". Raises ExportFailed."""
    if given == "-":
        return sys.stdin.read()
    try:
        return Path(given).read_text("utf-8", "replace") if len(given) < 1_000 and Path(given).is_file() else given
    except OSError as error:
        raise ExportFailed(f"{given} cannot be read: {error.strerror}.", "Give the text itself.") from error
