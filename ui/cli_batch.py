"""The command that does one task on many documents: it makes a job of its options and hands it on."""

from pathlib import Path
from typing import Annotated, Literal

import typer

from assistant import Length, Order, QuestionMissing, Task, parse_entries, parse_glossary, read_lines
from ui.cli_shared import Options, with_options

BatchTask = Literal["summarise", "ask", "review", "extract", "translate"]


def batch(
    task: Annotated[BatchTask, typer.Argument(help="What is done with each document.")],
    sources: Annotated[
        list[str], typer.Argument(help="Files, folders (all files under them), globs, or @LIST: a source a line.")
    ],
    out: Annotated[Path, typer.Option("--out", metavar="DIR", help="Where the results are written.")],
    instruction: Annotated[
        list[str] | None,
        typer.Option("--instruction", "-q", help="What to ask (may be given several times), or what to mind."),
    ] = None,
    job: Annotated[
        str | None, typer.Option("--job", metavar="NAME", help="Its name; that of --out without it.")
    ] = None,
    retry_failed: Annotated[
        bool, typer.Option("--retry-failed", help="Try again also what failed after it was read.")
    ] = False,
    checklist: Annotated[str | None, typer.Option("--checklist", metavar="FILE", help="For review.")] = None,
    field: Annotated[list[str] | None, typer.Option("--field", metavar="FIELD", help="For extract.")] = None,
    to: Annotated[str, typer.Option("--to", metavar="LANGUAGE", help="For translate.")] = "",
    glossary: Annotated[str | None, typer.Option("--glossary", metavar="FILE", help="For translate.")] = None,
    length: Annotated[Length, typer.Option("--length", help="For summarise.")] = "medium",
    language: Annotated[str, typer.Option("--language", help="Of what is written.")] = "",
    may_switch: Annotated[
        bool,
        typer.Option("--switch", help="Restart the engine by its other profile for what is too long for this one."),
    ] = False,
    engine_url: Annotated[
        list[str] | None,
        typer.Option(
            "--engine-url", help="A vLLM server that already runs; several times: all of them share the work."
        ),
    ] = None,
    *,
    options: Options,
) -> None:
    """Do one task on many documents. The same command goes on where it was; exit code 3 if some failed."""
    from ui.batch_sources import sources as named
    from ui.batching import Wanted, run_batch

    about = " ".join(instruction or ())
    made: Task | None
    if task == "ask":
        if not about.strip():
            raise QuestionMissing("Nothing is asked.", "Give a question: --instruction.")
        made = None
    elif task == "review":
        made = Task("review", about, language=language, entries=parse_entries(read_lines(checklist or "contract")))
    elif task == "extract":
        made = Task("extract", about, entries=parse_entries(field or ()))
    elif task == "translate":
        if not to:
            raise QuestionMissing("No language is named.", "Say which: --to German.")
        terms = parse_glossary(read_lines(glossary)) if glossary else ()
        made = Task("translate", about, language=to, glossary=terms)
    else:
        made = Task("summarise", about, language=language, length=length)
    questions = tuple(dict.fromkeys(instruction or ())) if task == "ask" else ("",)
    order = Order(job or out.resolve().name, made, questions, options.settings().rounds)
    wanted = Wanted(order, named(sources), out, retry_failed, may_switch, tuple(engine_url or ()))
    if code := run_batch(wanted, options):
        raise typer.Exit(code)


batch_command = with_options(batch, without=("out", "pages", "engine_url"))
