"""The command that does one task on many documents: it makes a job of its options and hands it on."""

from pathlib import Path
from typing import Annotated

import typer

from assistant import Length, read_lines
from ui.cli_shared import Options, with_options
from ui.ordering import JobKind, Wishes, order_of


def batch(
    task: Annotated[JobKind, typer.Argument(help="What is done with each document.")],
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
    ray: Annotated[
        str | None,
        typer.Option("--ray", metavar="ADDRESS", help="Read and ask on the nodes of this Ray cluster (extra: ray)."),
    ] = None,
    *,
    options: Options,
) -> None:
    """Do one task on many documents. The same command goes on where it was; exit code 3 if some failed."""
    from ui.batch_sources import sources as named
    from ui.batching import Wanted, run_batch

    lines = read_lines(checklist or "contract") if task == "review" else field or ()
    terms = read_lines(glossary) if glossary else ()
    wishes = Wishes(task, instruction or (), length, to if task == "translate" else language, lines, terms)
    order = order_of(job or out.resolve().name, wishes, options.settings().rounds)
    wanted = Wanted(order, named(sources), out, retry_failed, may_switch, tuple(engine_url or ()), ray)
    if code := run_batch(wanted, options):
        raise typer.Exit(code)


batch_command = with_options(batch, without=("out", "pages", "engine_url"))
