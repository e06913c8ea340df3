"""Settings in, an engine out: the one at a given address, the one that runs, or a new one for as long as needed."""

import contextlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from ui.settings import Settings
from yarn_runtime import (
    Engine,
    EngineEnvironment,
    Memory,
    Place,
    Plan,
    Say,
    attach,
    default_model,
    embedded_model,
    find_environment,
    install_environment,
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
        yield attach(settings.engine_url)
        return
    record = read_record(settings.record)
    if record is not None and port is None:
        say(f"Using the engine that runs at {record.url}.")
        yield attach(record.url, Path(record.directory) if record.directory else None)
        return
    memory = Memory.detect()
    named = plan(settings.model, memory=memory, **wishes(settings)) if settings.model else None
    if named is not None:
        refuse_unfit(named)  # before minutes of installing
    environment = install_environment(settings.engines, memory.device, say)
    if named is None and memory.device == "cpu":
        named = default_plan(settings, memory, embedded_model(settings.models, environment, say))
    chosen = named or default_plan(settings, memory)
    with serve(chosen, environment, Place(settings.record, settings.logs), port=port, say=say) as running:
        yield running


def install(settings: Settings, say: Say, device: str | None = None) -> EngineEnvironment:
    """The engine's environment and, on a CPU, the embedded model: made or repaired where they are not whole."""
    chosen = device or Memory.detect().device
    environment = install_environment(settings.engines, chosen, say)
    if chosen == "cpu":
        embedded_model(settings.models, environment, say)
    return environment


def default_plan(settings: Settings, memory: Memory, embedded: str | Path = EMBEDDED) -> Plan:
    """The plan where no model was named: the embedded one on a CPU, else the catalogue's best for this GPU."""
    asked = wishes(settings)
    if memory.device == "cpu":
        return plan(embedded, memory=memory, **{**asked, "context": asked["context"] or CPU_CONTEXT})
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
