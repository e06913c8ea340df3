"""The commands that ask about documents, or show what would be sent of them."""

from functools import partial
from typing import Annotated, Literal

import typer

from assistant import QuestionMissing, needed
from ui.cli_options import Rewrite, ThinkingTokens, Tools
from ui.cli_shared import Options, Sources, with_options
from ui.terminal import Terminal
from yarn_runtime import parse_context

AskWay = Literal["auto", "whole", "search", "read"]
ContextWay = Literal["auto", "whole", "search", "selection"]

Question = Annotated[str, typer.Option("--question", "-q", help="What you want to know.")]
SomeSources = Annotated[
    list[str] | None,
    typer.Argument(help="Files, folders, or documents of the library; in a conversation its own are the default."),
]
ConversationId = Annotated[
    str | None, typer.Option(metavar="ID", help="Go on in a conversation: see unspool library history.")
]
HowMuch = Annotated[
    AskWay,
    typer.Option(
        help="Send everything (whole), the nearest passages (search), read all of it window after window (read),"
        " or send what fits best (auto).",
    ),
]
MaySwitch = Annotated[
    bool, typer.Option("--switch", help="Restart the engine that runs by its other profile if that holds more.")
]
Budget = Annotated[str | None, typer.Option(help="Tokens of documents to send at most, such as 8K.")]
NearTo = Annotated[str, typer.Option("--question", "-q", help="What the passages should be near to.")]
Room = Annotated[str | None, typer.Option(help="Tokens it may take, such as 8K; without it all goes in.")]
ContextHow = Annotated[
    ContextWay, typer.Option(help="Everything (whole), the nearest passages (search), the chosen pages (selection).")
]


def ask(
    question: Question,
    sources: SomeSources = None,
    conversation: ConversationId = None,
    way: HowMuch = "auto",
    budget: Budget = None,
    rewrite: Rewrite = None,
    tools: Tools = None,
    thinking: ThinkingTokens = None,
    may_switch: MaySwitch = False,
    *,
    options: Options,
) -> None:
    """Ask about documents; every statement of the answer names the place that carries it.

    Each finished round is kept: the same question asked again after a crash or a power cut goes on where it was, by
    itself, and pays for no round twice. A question in a conversation (--conversation) knows what was said before.
    """
    from ui import asking
    from ui.engines import engine
    from ui.searching import open_library

    settings = options.settings(rewrite=rewrite, tools=tools, thinking=thinking)
    terminal = Terminal(as_json=options.as_json)
    if not question.strip():
        raise QuestionMissing("The question is empty.", "Type what you want to know after -q.")
    if budget and way == "read":
        raise typer.BadParameter("--budget does not go with --way read, which reads everything.")
    most = parse_context(budget) if budget else None
    library = open_library(settings, terminal.say)
    held = library.conversation(conversation).id if conversation else None
    named = sources or (asking.documents_of(library, held) if held else [])
    if not named:
        raise typer.BadParameter("Name the documents to ask about.", param_hint="SOURCES")
    selections = asking.select(library, named, options.pages, options.how(settings), terminal)
    need = None
    if way in ("auto", "whole"):
        need = partial(needed, selections, question, settings.rounds, most=most, thinking=settings.thinking)
    with engine(settings, terminal.say, need=need, may_switch=may_switch) as running:
        effort = settings.effort(agreed=options.yes)
        how = asking.How(settings.rounds, way, settings.tools, settings.thinking, settings.rewrite, most, held)
        answer = asking.ask(running, library, selections, question, how, terminal, effort=effort)
    terminal.result(answer.to_json()) if options.as_json else terminal.answer(answer)


ask_command = with_options(ask, without=("out",))


def context(
    sources: Sources,
    question: NearTo = "",
    budget: Room = None,
    way: ContextHow = "auto",
    *,
    options: Options,
) -> None:
    """Show exactly what would be sent of documents, without an engine; to be read, or pasted elsewhere."""
    from ui.context import Shown, show_context

    settings = options.settings()
    shown = Shown(sources, question, options.pages, budget, way, options.how(settings))
    show_context(settings, shown, Terminal(as_json=options.as_json))


context_command = with_options(context, without=("out", "rounds", "yes", "model", "context", "engine_url", "profile"))
