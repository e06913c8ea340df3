"""The commands that do long work on documents: each makes a task of its options and hands it on."""

from typing import Annotated

import typer

from assistant import Length, QuestionMissing, Task, parse_entries, parse_glossary, read_lines
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


@with_options
def review(
    sources: Sources,
    checklist: Annotated[
        str | None,
        typer.Option("--checklist", metavar="FILE", help="A clause a line, Name: what is expected; or: contract."),
    ] = None,
    item: Annotated[
        list[str] | None, typer.Option("--item", metavar="CLAUSE", help="A clause, Name: what is expected.")
    ] = None,
    about: Annotated[str, typer.Option("--about", help="What to mind, such as: we are the tenant.")] = "",
    language: Language = "",
    *,
    options: Options,
) -> None:
    """Review documents against a checklist: each clause found, deviating or missing, with the place that says so."""
    from ui.tasking import run_task

    lines = [*(read_lines(checklist) if checklist else ()), *(item or ())] or read_lines("contract")
    run_task(Task("review", about, language=language, entries=parse_entries(lines)), sources, options)


@with_options
def compare(
    sources: Sources,
    about: Annotated[str, typer.Option("--about", help="What to look at above all.")] = "",
    language: Language = "",
    *,
    options: Options,
) -> None:
    """Compare documents: what agrees, what differs, what stands in only one of them."""
    from ui.tasking import run_task

    run_task(Task("compare", about, language=language), sources, options)


@with_options
def explain(
    sources: Sources,
    question: Annotated[str, typer.Option("--question", "-q", help="What to explain: how does X reach Y?")] = "",
    error: Annotated[
        str | None, typer.Option("--error", metavar="TEXT|FILE", help="An error's text or traceback; - reads stdin.")
    ] = None,
    length: LengthOption = "medium",
    language: Language = "",
    *,
    options: Options,
) -> None:
    """Explain code: follow a call chain across files, or find where an error comes from."""
    from ui.tasking import run_task, text_of

    asked = "\n".join(part for part in (question, text_of(error) if error else "") if part.strip())
    if not asked:
        raise QuestionMissing("Nothing is asked.", "Give a question (-q) or an error (--error).")
    run_task(Task("explain", asked, language=language, length=length), sources, options)


@with_options
def extract(
    sources: Sources,
    field: Annotated[
        list[str] | None, typer.Option("--field", metavar="FIELD", help="A column, Name: what belongs into it.")
    ] = None,
    fields: Annotated[str | None, typer.Option("--fields", metavar="FILE", help="A column a line.")] = None,
    about: Annotated[str, typer.Option("--about", help="What to mind, such as: amounts without tax.")] = "",
    *,
    options: Options,
) -> None:
    """Fill in a table, a row a document and a column a field; --out table.csv has the place beside each cell."""
    from ui.tasking import run_task

    items = parse_entries([*(read_lines(fields) if fields else ()), *(field or ())])
    run_task(Task("extract", about, entries=items), sources, options)


@with_options
def translate(
    sources: Sources,
    to: Annotated[str, typer.Option("--to", help="The language to translate into, such as German.")],
    glossary: Annotated[
        str | None, typer.Option("--glossary", metavar="FILE", help="A term a line: source = target.")
    ] = None,
    about: Annotated[str, typer.Option("--about", help="What to mind, such as: address the reader formally.")] = "",
    *,
    options: Options,
) -> None:
    """Translate documents of any length with one glossary; numbers, code and formatting are compared by code."""
    from ui.tasking import run_task

    terms = parse_glossary(read_lines(glossary)) if glossary else ()
    run_task(Task("translate", about, language=to, glossary=terms), sources, options)


@with_options
def write(
    sources: Sources,
    about: Annotated[str, typer.Option("--about", help="What to write: a report on ..., an introduction to ...")],
    length: LengthOption = "medium",
    audience: Audience = "",
    language: Language = "",
    *,
    options: Options,
) -> None:
    """Write a long text from sources: outline first, then section by section, every statement cited."""
    from ui.tasking import run_task

    run_task(Task("write", about, language=language, audience=audience, length=length), sources, options)
