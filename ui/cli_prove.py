"""The commands that prove the stretch: rope, doctor and eval rope; registered by `cli`."""

from pathlib import Path
from typing import Annotated

import typer

from ui.cli_options import AsJson, ContextLength, EngineUrl, Model, ModelOption, Picture
from ui.settings import load
from ui.terminal import Terminal


def rope(
    model: Annotated[str, typer.Argument(help="A Hugging Face id or a directory with config.json.")],
    factor: Annotated[float, typer.Option(help="How many times its trained length is stretched, such as 4.")],
    plot: Picture = None,
    as_json: AsJson = False,
) -> None:
    """What PI, NTK-aware, NTK-by-parts and YaRN do to each rotary pair of a model."""
    from ui.rope_report import show_scalings

    show_scalings(model, factor, plot, Terminal(as_json=as_json))


def doctor(
    quick: Annotated[bool, typer.Option("--quick", help="6 passkeys in place of 25, shorter timed prompts.")] = False,
    png: Picture = None,
    model: ModelOption = None,
    context: ContextLength = None,
    engine_url: EngineUrl = None,
    as_json: AsJson = False,
) -> int:
    """Examine machine, engine, tokenizer, cache and speed, and how far the context can be relied on."""
    from ui.doctor import examine

    settings = load(model=model, context=context, engine_url=engine_url)
    return examine(settings, quick=quick, png=png, terminal=Terminal(as_json=as_json))


def eval_rope(
    model: Model = None,
    context: ContextLength = None,
    quick: Annotated[bool, typer.Option("--quick", help="Two lengths, two depths, one window of perplexity.")] = False,
    lengths: Annotated[str | None, typer.Option(help="Such as 4K,8K,16K; quarters of the context.")] = None,
    methods: Annotated[str | None, typer.Option(help="Of none, PI, NTK-aware, YaRN; all of them.")] = None,
    text: Annotated[Path | None, typer.Option(help="A plain text for perplexity; the Python reference.")] = None,
    plot: Picture = None,
    as_json: AsJson = False,
) -> None:
    """Passkeys found and perplexity without a stretch and with PI, NTK-aware and YaRN: an engine for each."""
    from ui.evaluation import evaluate

    settings, terminal = load(model=model, context=context), Terminal(as_json=as_json)
    evaluate(settings, lengths, methods, quick=quick, text=text, plot=plot, terminal=terminal)
