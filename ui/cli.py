"""A command line in, the command run, an exit code out: 0 done, 1 what a person can mend, 2 wrong usage."""

from typing import Annotated, Any

import typer

from assistant import AssistantError
from ingest import IngestError
from ui.cli_ask import ask_command, context_command
from ui.cli_batch import batch_command
from ui.cli_engine import engine_app
from ui.cli_key import key_app
from ui.cli_library import library_app
from ui.cli_options import (
    AsJson,
    ContextLength,
    EngineUrl,
    Gpu,
    GpuMemory,
    KvDtype,
    Model,
    ModelOption,
    Rounds,
    Sequences,
    ServedProfile,
    TensorParallel,
    Utilization,
)
from ui.cli_prove import doctor, eval_rope, rope
from ui.cli_read import map_command, read
from ui.cli_tasks import compare, explain, extract, review, summarise, translate, write
from ui.cli_user import user_app
from ui.settings import load
from ui.terminal import Terminal
from yarn_runtime import RuntimeProblem

Problem = (AssistantError, IngestError, RuntimeProblem)

_USAGE_ERROR: Any = typer.BadParameter.__base__
"""Typer carries its own copy of click and shows only this class's child."""

app = typer.Typer(
    add_completion=False,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    help="Long documents, read whole on your own machine, with proof.",
)
eval_app = typer.Typer(no_args_is_help=True, help="Compare on the real engine.")
app.command()(read)
app.command("ask")(ask_command)
app.command("context")(context_command)
app.command("map")(map_command)
for task in (summarise, review, compare, explain, extract, translate, write):
    app.command()(task)
app.command("batch")(batch_command)
app.command()(rope)
app.command()(doctor)
eval_app.command("rope")(eval_rope)
app.add_typer(eval_app, name="eval")
app.add_typer(engine_app, name="engine")
app.add_typer(library_app, name="library")
app.add_typer(key_app, name="key")
app.add_typer(user_app, name="user")


@app.command("plan")
def plan_command(
    model: Model = None,
    context: ContextLength = None,
    gpu: Gpu = None,
    gpu_memory: GpuMemory = None,
    utilization: Utilization = None,
    kv_cache_dtype: KvDtype = None,
    max_num_seqs: Sequences = None,
    tensor_parallel_size: TensorParallel = None,
    as_json: AsJson = False,
) -> None:
    """What would be started, what it would hold, and why."""
    from ui.planning import show_plan

    settings = load(
        model=model,
        context=context,
        utilization=utilization,
        kv_cache_dtype=kv_cache_dtype,
        max_num_seqs=max_num_seqs,
        tensor_parallel_size=tensor_parallel_size,
    )
    show_plan(settings, gpu, gpu_memory, Terminal(as_json=as_json))


@app.command("models")
def models_command(
    context: ContextLength = None,
    gpu: Gpu = None,
    gpu_memory: GpuMemory = None,
    utilization: Utilization = None,
    kv_cache_dtype: KvDtype = None,
    max_num_seqs: Sequences = None,
    as_json: AsJson = False,
) -> None:
    """Which models of the catalogue run here, at what length, stretched or as trained, the best first."""
    from ui.planning import show_models

    settings = load(context=context, utilization=utilization, kv_cache_dtype=kv_cache_dtype, max_num_seqs=max_num_seqs)
    show_models(settings, gpu, gpu_memory, Terminal(as_json=as_json))


@app.command()
def serve(
    model: Model = None,
    context: ContextLength = None,
    utilization: Utilization = None,
    kv_cache_dtype: KvDtype = None,
    max_num_seqs: Sequences = None,
    tensor_parallel_size: TensorParallel = None,
    profile: ServedProfile = None,
    port: Annotated[int | None, typer.Option(min=1, max=65535, help="Where the engine listens; any free port.")] = None,
    as_json: AsJson = False,
) -> None:
    """Start an engine in the foreground; the other commands use it while it runs."""
    from ui.serving import keep_serving

    settings = load(
        model=model,
        context=context,
        utilization=utilization,
        kv_cache_dtype=kv_cache_dtype,
        max_num_seqs=max_num_seqs,
        tensor_parallel_size=tensor_parallel_size,
        profile=profile,
    )
    keep_serving(settings, port, Terminal(as_json=as_json))


@app.command()
def demo(as_json: AsJson = False) -> None:
    """Ask one question about the sample PDF and one about the sample codebase."""
    from ui.demo import run_demo

    run_demo(load(), Terminal(as_json=as_json))


@app.command()
def mcp(
    rounds: Rounds = None,
    model: ModelOption = None,
    context: ContextLength = None,
    engine_url: EngineUrl = None,
    profile: ServedProfile = None,
) -> None:
    """Serve the library to agents by the Model Context Protocol, on stdin and stdout."""
    from ui.serving import keep_agents

    settings = load(rounds=rounds, model=model, context=context, engine_url=engine_url, profile=profile)
    keep_agents(settings, Terminal(as_json=True))


@app.command()
def ui(
    host: Annotated[
        str | None, typer.Option("--host", help="Where the page listens: 127.0.0.1; elsewhere it wants users.")
    ] = None,
    port: Annotated[int | None, typer.Option(min=1, max=65535, help="And its port.")] = None,
    host_names: Annotated[
        list[str] | None,
        typer.Option("--host-name", metavar="NAME", help="What the page is called elsewhere, beside its addresses."),
    ] = None,
    rounds: Rounds = None,
    model: ModelOption = None,
    context: ContextLength = None,
    engine_url: EngineUrl = None,
    profile: ServedProfile = None,
    as_json: AsJson = False,
) -> None:
    """Start the engine if none runs, and the chat page."""
    from ui.serving import keep_page

    settings = load(
        host=host,
        port=port,
        host_names=tuple(host_names) if host_names else None,
        rounds=rounds,
        model=model,
        context=context,
        engine_url=engine_url,
        profile=profile,
    )
    keep_page(settings, Terminal(as_json=as_json))


def run_command(arguments: list[str] | None = None) -> int:
    """Run one command and return its exit code. What a person can mend is two lines, never a traceback."""
    try:
        result: Any = app(args=arguments, standalone_mode=False)
        return result if isinstance(result, int) else 0
    except _USAGE_ERROR as error:
        error.show()
        return 2
    except typer.Abort as error:
        raise KeyboardInterrupt from error
    except Problem as error:
        Terminal().problem(error.message, error.hint)
        return 1
    except BrokenPipeError:
        return 1
