"""The commands that ask about documents, or show what would be sent of them."""

from functools import partial
from typing import Annotated, Literal

import typer

from assistant import QuestionMissing, needed
from ui.cli_options import (
    AsJson,
    ContextLength,
    EngineUrl,
    Exclude,
    Include,
    ModelOption,
    OcrLanguages,
    Password,
    Revision,
    Rounds,
    ServedProfile,
    ThinkingTokens,
    Tools,
)
from ui.settings import load
from ui.sources import HowToRead
from ui.terminal import Terminal
from yarn_runtime import parse_context

AskWay = Literal["auto", "whole", "search", "read"]
ContextWay = Literal["auto", "whole", "search", "selection"]


def ask(
    question: Annotated[str, typer.Option("--question", "-q", help="What you want to know.")],
    sources: Annotated[
        list[str] | None,
        typer.Argument(help="Files, folders, or documents of the library; in a conversation its own are the default."),
    ] = None,
    conversation: Annotated[
        str | None,
        typer.Option(metavar="ID", help="Go on in a conversation: see unspool library history."),
    ] = None,
    pages: Annotated[str | None, typer.Option(help="Physical pages, such as 1-8 or 3,5-7.")] = None,
    rounds: Rounds = None,
    tools: Tools = None,
    thinking: ThinkingTokens = None,
    way: Annotated[
        AskWay,
        typer.Option(
            help="Send everything (whole), the nearest passages (search), read all of it window after window (read),"
            " or send what fits best (auto).",
        ),
    ] = "auto",
    budget: Annotated[str | None, typer.Option(help="Tokens of documents to send at most, such as 8K.")] = None,
    password: Password = None,
    include: Include = None,
    exclude: Exclude = None,
    rev: Revision = None,
    yes: Annotated[bool, typer.Option("--yes", help="Send it however long it is.")] = False,
    ocr_languages: OcrLanguages = None,
    model: ModelOption = None,
    context: ContextLength = None,
    engine_url: EngineUrl = None,
    profile: ServedProfile = None,
    may_switch: Annotated[
        bool, typer.Option("--switch", help="Restart the engine that runs by its other profile if that holds more.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Ask about documents; every statement of the answer names the place that carries it.

    Each finished round is kept: the same question asked again after a crash or a power cut goes on where it was, by
    itself, and pays for no round twice. A question in a conversation (--conversation) knows what was said before.
    """
    from ui import asking
    from ui.engines import engine
    from ui.searching import open_library

    settings = load(
        model=model,
        context=context,
        engine_url=engine_url,
        rounds=rounds,
        tools=tools,
        thinking=thinking,
        profile=profile,
        ocr_languages=ocr_languages,
    )
    terminal = Terminal(as_json=as_json)
    if not question.strip():
        raise QuestionMissing("The question is empty.", "Type what you want to know after -q.")
    library = open_library(settings, terminal.say)
    how = HowToRead(settings.ocr_languages, password, tuple(include or ()), tuple(exclude or ()), rev, settings.limits)
    held = library.conversation(conversation).id if conversation else None
    named = sources or (asking.documents_of(library, held) if held else [])
    if not named:
        raise typer.BadParameter("Name the documents to ask about.", param_hint="SOURCES")
    selections = asking.select(library, named, pages, how, terminal)
    if budget and way == "read":
        raise typer.BadParameter("--budget does not go with --way read, which reads everything.")
    most = parse_context(budget) if budget else None
    need = None
    if way in ("auto", "whole"):
        need = partial(needed, selections, question, settings.rounds, most=most, thinking=settings.thinking)
    with engine(settings, terminal.say, need=need, may_switch=may_switch) as running:
        answer = asking.ask(
            running,
            library,
            selections,
            question,
            rounds=settings.rounds,
            tools=settings.tools,
            thinking=settings.thinking,
            way=way,
            terminal=terminal,
            most=most,
            conversation=held,
            effort=settings.effort(agreed=yes),
        )
    terminal.result(answer.to_json()) if as_json else terminal.answer(answer)


def context(
    sources: Annotated[list[str], typer.Argument(help="Files, folders, or documents of the library.")],
    question: Annotated[str, typer.Option("--question", "-q", help="What the passages should be near to.")] = "",
    budget: Annotated[str | None, typer.Option(help="Tokens it may take, such as 8K; without it all goes in.")] = None,
    way: Annotated[
        ContextWay,
        typer.Option(help="Everything (whole), the nearest passages (search), the chosen pages (selection)."),
    ] = "auto",
    pages: Annotated[str | None, typer.Option(help="Physical pages, such as 1-8 or 3,5-7.")] = None,
    password: Password = None,
    include: Include = None,
    exclude: Exclude = None,
    rev: Revision = None,
    ocr_languages: OcrLanguages = None,
    as_json: AsJson = False,
) -> None:
    """Show exactly what would be sent of documents, without an engine; to be read, or pasted elsewhere."""
    from ui.context import Shown, show_context

    settings = load(ocr_languages=ocr_languages)
    how = HowToRead(settings.ocr_languages, password, tuple(include or ()), tuple(exclude or ()), rev, settings.limits)
    show_context(settings, Shown(sources, question, pages, budget, way, how), Terminal(as_json=as_json))
