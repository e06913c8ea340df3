"""Settings in, an engine out: the one at a given address, the one that runs, or a new one for as long as needed."""

import contextlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from assistant import obtain_search_model
from ui.settings import Settings
from yarn_runtime import (
    Engine,
    EngineEnvironment,
    EngineMismatch,
    EngineRecord,
    Memory,
    Place,
    Plan,
    Say,
    attach,
    default_model,
    embedded_model,
    find_environment,
    install_environment,
    obtainable,
    parse_context,
    plan,
    read_record,
    refuse_unfit,
    serve,
)

CPU_CONTEXT = 16_384
"""The embedded model was trained on 8,192 tokens: this stretches it by 2, at 0.7 GiB of KV cache."""

EMBEDDED = "HuggingFaceTB/SmolLM2-135M-Instruct"
GPU_CONTEXT = 131_072


@contextlib.contextmanager
def engine(settings: Settings, say: Say, *, port: int | None = None) -> Iterator[Engine]:
    """An engine for as long as the block lasts; one that was running before goes on after it.

    Raises a RuntimeProblem.
    """
    if settings.engine_url:
        yield attach(settings.engine_url, paces=settings.paces)
        return
    record = read_record(settings.record)
    if record is not None and port is None:
        _check_suits(record, settings)
        say(f"Using the engine that runs at {record.url}.")
        yield attach(record.url, Path(record.directory) if record.directory else None, settings.paces)
        return
    memory = Memory.detect()
    named = plan(settings.model, memory=memory, **wishes(settings)) if settings.model else None
    if named is not None:
        refuse_unfit(named)  # before minutes of installing
    environment = install_environment(settings.engines, memory.device, say)
    chosen = named or _default(settings, memory, environment, say)
    with serve(
        chosen, environment, Place(settings.record, settings.logs, settings.paces), port=port, say=say
    ) as running:
        yield running


def install(settings: Settings, say: Say, device: str | None = None) -> EngineEnvironment:
    """The engine's environment, on a CPU the embedded model, and the search model: made where they are not whole."""
    chosen = device or Memory.detect().device
    environment = install_environment(settings.engines, chosen, say)
    if chosen == "cpu":
        embedded_model(settings.models, environment, say)
    obtain_search_model(settings.models, say)
    return environment


def _default(settings: Settings, memory: Memory, environment: EngineEnvironment, say: Say) -> Plan:
    """The plan where no model was named: a GPU takes the catalogue's best if it can be had, else the embedded one."""
    if memory.device == "cuda":
        best = default_plan(settings, memory)
        if obtainable(best.model.name):
            return best
        say(f"{best.model.name} suits this card, but the hub cannot be reached: serving the embedded model.")
    return embedded_plan(settings, memory, embedded_model(settings.models, environment, say))


def _check_suits(record: EngineRecord, settings: Settings) -> None:
    """An engine that runs is used unless another one was asked for. Raises EngineMismatch."""
    wanted = parse_context(settings.context) if settings.context else 0
    names = {record.model, record.directory, Path(record.model).name}
    others = settings.model is not None and names.isdisjoint({settings.model, Path(settings.model).name})
    if others or wanted > record.max_model_len:
        raise EngineMismatch(
            f"The engine that runs serves {record.model} with {record.max_model_len:,} tokens.",
            "End it first (unspool engine stop), or leave --model and --context out.",
        )


def embedded_plan(settings: Settings, memory: Memory, embedded: str | Path) -> Plan:
    """The plan of the embedded model."""
    asked = wishes(settings)
    return plan(embedded, memory=memory, **{**asked, "context": asked["context"] or CPU_CONTEXT})


def default_plan(settings: Settings, memory: Memory) -> Plan:
    """What suits this memory best, as far as the catalogue knows: the embedded model on a CPU."""
    if memory.device == "cpu":
        return embedded_plan(settings, memory, EMBEDDED)
    asked = wishes(settings)
    context = asked["context"] or GPU_CONTEXT
    model = default_model(memory, context, kv_cache_dtype=settings.kv_cache_dtype)
    found = plan(model, memory=memory, **{**asked, "context": context})
    return found if found.fits else plan(model, memory=memory, **asked)


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
