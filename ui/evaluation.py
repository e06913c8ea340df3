"""A model and a wanted context in, four ways to stretch RoPE compared on the real engine out: one engine a method."""

from collections.abc import Mapping
from contextlib import AbstractContextManager
from pathlib import Path

from ui import plots
from ui.comparison import ENOUGH, Comparison, Scope, compare, mean
from ui.engines import default_profiles, embedded_profiles, wishes
from ui.settings import Settings, SettingsInvalid
from ui.terminal import Terminal
from yarn_runtime import (
    METHODS,
    Engine,
    Memory,
    Method,
    Place,
    Plan,
    PortTaken,
    Results,
    described,
    embedded_model,
    in_k,
    install_environment,
    parse_context,
    plan,
    read_record,
    reference_text,
    refuse_unfit,
    serve,
)

DEPTHS, WINDOWS = (0.1, 0.5, 0.9), 2
SHORTEST = 512
"""Tokens: the 256 that perplexity scores, and as many before them."""
QUICK_DEPTHS, QUICK_WINDOWS = (0.1, 0.6), 1


def evaluate(
    settings: Settings,
    lengths: str | None,
    methods: str | None,
    *,
    quick: bool,
    text: Path | None,
    plot: Path | None,
    terminal: Terminal,
) -> None:
    """Plan, run, print; `lengths` and `methods` are lists with commas, None for the usual ones.

    Raises a RuntimeProblem, SettingsInvalid or PictureImpossible.
    """
    if plot:
        plots.require(plot)
    chosen = _methods(methods)
    scored = _text(text)
    running = read_record(settings.record)
    if running is not None:
        raise PortTaken(
            f"An engine runs at {running.url}, and the four that are compared need its memory.",
            "End it first: unspool engine stop",
        )
    memory = Memory.detect()
    planned = _planned(settings, memory) if settings.model or memory.device != "cpu" else None
    if planned:
        refuse_unfit(planned)  # before minutes of installing
    environment = install_environment(settings.engines, memory.device, terminal.say)
    if planned is None:
        planned = embedded_profiles(settings, memory, embedded_model(settings.models, environment, terminal.say)).plan(
            "long"
        )
        refuse_unfit(planned)

    def start(by_method: Plan) -> AbstractContextManager[Engine]:
        place = Place(settings.data / "evaluation.json", settings.logs / "evaluation")
        return serve(by_method, environment, place, port=None, say=terminal.say)

    scope = Scope(
        _lengths(lengths, planned, quick),
        QUICK_DEPTHS if quick else DEPTHS,
        QUICK_WINDOWS if quick else WINDOWS,
        chosen,
    )
    results = Results(settings.data / "evaluation.jsonl")
    show(compare(planned, scope, scored, results, start, terminal.say), plot, terminal)


def show(made: Comparison, plot: Path | None, terminal: Terminal) -> None:
    """The tables of the YaRN paper: perplexity by length (1 and 2), passkeys by length (5); and the plot."""
    native, name = made.planned.native_len, made.planned.model.name
    if plot:
        title = f"{name}: trained on {native:,}, served with {made.planned.max_model_len:,} tokens"
        plots.plot_methods(_named(made.perplexity), _named(made.accuracy), native, title, plot)
        terminal.say(f"Plot: {plot}")
    if terminal.as_json:
        terminal.result(made.to_json())
        return
    lengths = made.scope.lengths
    heads = tuple(in_k(length) for length in lengths)
    if any(made.perplexity.values()):
        terminal.out.print(
            f"\nPerplexity of the last 256 tokens of a context, {made.scope.windows} windows", markup=False
        )
        rows = [
            (method, *(f"{by_length[length]:.2f}" if length in by_length else "" for length in lengths))
            for method, by_length in made.perplexity.items()
        ]
        terminal.table(("method", *heads), rows)
    terminal.out.print(f"\nPasskeys found, {len(made.scope.depths)} depths a length", markup=False)
    found = [
        (
            method,
            *(f"{by_length[length]:.0%}" for length in lengths),
            in_k(made.reached(method)) if made.reached(method) else "none",
            f"{mean([finding.found for finding in made.findings[method]]):.0%}",
        )
        for method, by_length in made.accuracy.items()
    ]
    terminal.table(("method", *heads, f"longest with ≥ {ENOUGH:.0%}", "mean"), found)
    terminal.out.print(f"\n{name} was trained on {native:,} tokens. Served as:", markup=False)
    for method in made.findings:
        terminal.out.print(f"  {method}: {described(method, made.planned)}", markup=False)


def _planned(settings: Settings, memory: Memory) -> Plan:
    """The wanted context, or twice the native one."""
    if not settings.model:
        return default_profiles(settings, memory).plan("long")
    first = plan(settings.model, memory=memory, **wishes(settings))
    if settings.context:
        return first
    return plan(settings.model, memory=memory, **{**wishes(settings), "context": 2 * first.native_len})


def _methods(names: str | None) -> tuple[Method, ...]:
    """The methods of a list such as "none,yarn", in the order of METHODS."""
    wanted = {name.strip().lower() for name in names.split(",")} if names else set()
    known = {method.lower() for method in METHODS}
    if not wanted <= known:
        raise SettingsInvalid(
            f"{', '.join(sorted(wanted - known))!r} is no method of stretching.", f"Methods are {', '.join(METHODS)}."
        )
    return tuple(method for method in METHODS if not wanted or method.lower() in wanted)


def _lengths(written: str | None, planned: Plan, quick: bool) -> tuple[int, ...]:
    """The lengths of a list such as "4K,8K"; by default quarters of the context, quick: halves."""
    limit = planned.max_model_len
    if written is None:
        parts = 2 if quick else 4
        return tuple(limit * part // parts for part in range(1, parts + 1))
    lengths = sorted({parse_context(length) for length in written.split(",")})
    if lengths[-1] > limit or lengths[0] < SHORTEST:
        raise SettingsInvalid(
            f"Lengths from {lengths[0]:,} to {lengths[-1]:,} cannot all be measured.",
            f"Give lengths from {SHORTEST} to {limit:,}, or a longer --context.",
        )
    return tuple(lengths)


def _text(file: Path | None) -> str:
    """What perplexity is measured on."""
    if file is None:
        return reference_text()
    try:
        return file.read_text("utf-8", errors="replace")
    except OSError as error:
        raise SettingsInvalid(f"{file} cannot be read: {error.strerror}.", "Name a plain text.") from error


def _named(by_method: Mapping[Method, Mapping[int, float]]) -> dict[str, Mapping[int, float]]:
    return {str(method): values for method, values in by_method.items()}
