"""Settings in, an engine out: the one at a given address, the one that runs, or a new one for as long as needed."""

import contextlib
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

from assistant import obtain_search_model
from ui.settings import Settings
from yarn_runtime import (
    Engine,
    EngineEnvironment,
    EngineMismatch,
    EngineRecord,
    EngineUnreachable,
    EstimatedTokenizer,
    Memory,
    Place,
    Plan,
    Profile,
    Profiles,
    RuntimeProblem,
    Say,
    TokenCounter,
    Tokenizer,
    attach,
    default_model,
    embedded_model,
    find_environment,
    install_environment,
    obtainable,
    parse_context,
    profiles,
    read_record,
    refuse_unfit,
    serve,
    switch,
    switch_cost,
)

CPU_CONTEXT = 16_384
"""The embedded model was trained on 8,192 tokens: this stretches it by 2, at 0.7 GiB of KV cache."""

EMBEDDED = "HuggingFaceTB/SmolLM2-135M-Instruct"
GPU_CONTEXT = 131_072
RESTART_SECONDS = 300.0
"""How long a command waits for an engine that is being started again."""

Need = Callable[[TokenCounter], int]
"""Tokens of the work, prompt and replies, as a tokenizer counts them."""


@contextlib.contextmanager
def engine(
    settings: Settings, say: Say, *, port: int | None = None, need: Need | None = None, may_switch: bool = False
) -> Iterator[Engine]:
    """An engine for as long as the block lasts; one that was running before goes on after it.

    `need` tells, by a tokenizer, how many tokens the work takes: a new engine gets the profile that holds them, one
    that runs is switched to it if it `may_switch`. Raises a RuntimeProblem.
    """
    if settings.engine_url:
        yield attach(settings.engine_url, paces=settings.paces)
        return
    record = read_record(settings.record)
    if record is not None and port is None:
        yield _running(record, settings, say, need, may_switch)
        return
    memory = Memory.detect()
    named = profiles_of(settings, memory, settings.model) if settings.model else None
    if named is not None:
        refuse_unfit(named.plan(_profile(settings, named, need)))  # before minutes of installing
    environment = install_environment(settings.engines, memory.device, say)
    both = named or _default(settings, memory, environment, say)
    chosen = both.plan(_profile(settings, both, need))
    place = Place(settings.record, settings.logs, settings.paces)
    with serve(chosen, environment, place, port=port, say=say, other=both.other(chosen)) as running:
        yield running


def engines_at(urls: Sequence[str], settings: Settings, say: Say) -> list[Engine]:
    """Those of the servers at these addresses that answer. Raises EngineUnreachable where none does."""
    found: list[Engine] = []
    gone: list[EngineUnreachable] = []
    for url in dict.fromkeys(urls):
        try:
            found.append(attach(url, paces=settings.paces))
        except EngineUnreachable as problem:
            gone.append(problem)
    if not found:
        raise gone[0]
    for each in gone:
        say(f"{each.message} The others go on without it.")
    return found


def _running(record: EngineRecord, settings: Settings, say: Say, need: Need | None, may_switch: bool) -> Engine:
    """The engine that runs, by the profile that the work needs if that is wanted."""
    _check_suits(record, settings)
    say(f"Using the engine that runs at {record.url}.")
    running = _attached(record, settings, say)
    wished: Profile | None = None if settings.profile == "auto" else settings.profile
    if wished is None and need is not None and (tokens := need(running.tokenizer)) > running.limit:
        longer = [profile for profile, length in record.lengths.items() if length > running.limit]
        wished = longer[0] if longer else None
        if wished is not None:
            say(f"All of it takes {tokens:,} tokens, and the engine holds {running.limit:,}.")
    if wished is None or wished == record.profile:
        return running
    if wished in record.lengths:
        say(switch_cost(record, wished))
    if not may_switch:
        say(f"To switch: add --switch, or run: unspool engine switch {wished}")
        return running
    return _attached(switch(settings.record, wished, say), settings, say)


def _attached(record: EngineRecord, settings: Settings, say: Say) -> Engine:
    """Waits for an engine that is just being started again. Raises EngineUnreachable if it does not come back."""
    checkpoint = Path(record.directory) if record.directory else None
    deadline = time.monotonic() + RESTART_SECONDS
    while True:
        try:
            return attach(record.url, checkpoint, settings.paces)
        except EngineUnreachable:
            if read_record(settings.record) is None or time.monotonic() > deadline:
                raise
            say("The engine does not answer yet: it may be starting again.")
            time.sleep(5)


def _profile(settings: Settings, both: Profiles, need: Need | None) -> Profile:
    """What a person wants, else what the work needs, else the context that was asked for, else as trained."""
    if settings.profile != "auto":
        return settings.profile
    if need is not None:
        return both.holding(need(_tokenizer(both.native)))
    return "long" if settings.context and both.long is not None else "native"


def _tokenizer(planned: Plan) -> TokenCounter:
    directory = planned.model.directory
    try:
        return Tokenizer.load(directory) if directory else EstimatedTokenizer()
    except RuntimeProblem:
        return EstimatedTokenizer()


def install(settings: Settings, say: Say, device: str | None = None) -> EngineEnvironment:
    """The engine's environment, on a CPU the embedded model, and the search model: made where they are not whole."""
    chosen = device or Memory.detect().device
    environment = install_environment(settings.engines, chosen, say)
    if chosen == "cpu":
        embedded_model(settings.models, environment, say)
    obtain_search_model(settings.models, say)
    return environment


def _default(settings: Settings, memory: Memory, environment: EngineEnvironment, say: Say) -> Profiles:
    """What to serve where no model was named: a GPU takes the catalogue's best if it can be had, else the embedded."""
    if memory.device == "cuda":
        best = default_profiles(settings, memory)
        if obtainable(best.native.model.name):
            return best
        say(f"{best.native.model.name} suits this card, but the hub cannot be reached: serving the embedded model.")
    return embedded_profiles(settings, memory, embedded_model(settings.models, environment, say))


def _check_suits(record: EngineRecord, settings: Settings) -> None:
    """An engine that runs is used unless another one was asked for. Raises EngineMismatch."""
    wanted = parse_context(settings.context) if settings.context else 0
    longest = max(record.lengths.values())
    names = {record.model, record.directory, Path(record.model).name}
    others = settings.model is not None and names.isdisjoint({settings.model, Path(settings.model).name})
    if others or wanted > longest:
        raise EngineMismatch(
            f"The engine that runs serves {record.model} with up to {longest:,} tokens.",
            "End it first (unspool engine stop), or leave --model and --context out.",
        )


def embedded_profiles(settings: Settings, memory: Memory, embedded: str | Path) -> Profiles:
    """The embedded model, stretched by 2 where no context was asked for."""
    asked = wishes(settings)
    return profiles(embedded, memory=memory, **{**asked, "context": asked["context"] or CPU_CONTEXT})


def default_profiles(settings: Settings, memory: Memory) -> Profiles:
    """What suits this memory best, as far as the catalogue knows: the embedded model on a CPU."""
    if memory.device == "cpu":
        return embedded_profiles(settings, memory, EMBEDDED)
    context = wishes(settings)["context"] or GPU_CONTEXT
    return profiles_of(settings, memory, default_model(memory, context, kv_cache_dtype=settings.kv_cache_dtype))


def profiles_of(settings: Settings, memory: Memory, model: str) -> Profiles:
    """A model as trained and, where no context was asked for, stretched as far as its makers say and the card holds."""
    asked = wishes(settings)
    if asked["context"] is None and memory.device == "cuda":
        for length in (GPU_CONTEXT, 3 * GPU_CONTEXT // 4, GPU_CONTEXT // 2, 3 * GPU_CONTEXT // 8):
            both = profiles(model, memory=memory, **{**asked, "context": length})
            if both.long is None or (both.long.fits and both.long.endorsed):
                return both
    return profiles(model, memory=memory, **asked)


def wishes(settings: Settings) -> dict[str, Any]:
    """What a person asked of the plan, as its arguments."""
    return {
        "context": parse_context(settings.context) if settings.context else None,
        "utilization": settings.utilization,
        "kv_cache_dtype": settings.kv_cache_dtype,
        "max_num_seqs": settings.max_num_seqs,
        "tensor_parallel_size": settings.tensor_parallel_size,
    }


def installed(settings: Settings) -> EngineEnvironment:
    """The environment that fits this machine. Raises EngineMissing."""
    return find_environment(settings.engines, Memory.detect().device)
