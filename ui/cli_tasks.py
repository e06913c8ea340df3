"""The commands that do long work on documents: each makes a task of its options and hands it on."""

from typing import Annotated

import typer

from assistant import Length, Task
from ui.cli_shared import Options, Sources, with_options

Language = Annotated[str, typer.Option("--language", help="Of what is written; otherwise that of the documents.")]
LengthOption = Annotated[Length, typer.Option("--length", help="short, medium or long.")]
Audience = Annotated[str, typer.Option("--audience", help="For whom: a manager, a lawyer, a new colleague ...")]


@with_options
def summarise(
    sources: Sources,
    about: Annotated[str, typer.Option("--about", help="What to look at above all.")] = "",
    length: LengthOption = "medium",
    audience: Audience = "",
    language: Language = "",
    by_sections: Annotated[
        bool, typer.Option("--by-sections", help="One summary a chapter of the outline, or a file of a codebase.")
    ] = False,
    *,
    options: Options,
) -> None:
    """Summarise documents of any length; all of them is read, and every statement names its place."""
    from ui.tasking import run_task

    task = Task("summarise", about, language=language, audience=audience, length=length, by_sections=by_sections)
    run_task(task, sources, options)
