"""The commands that install, look at, switch and stop the engine; knows no document."""

from typing import Annotated

import typer

from ui.cli_options import AsJson
from ui.settings import SettingsInvalid, load
from ui.terminal import Terminal
from yarn_runtime import Profile, read_record, stop_engine, switch, switch_cost

PROFILES: tuple[Profile, ...] = ("native", "long")
engine_app = typer.Typer(no_args_is_help=True, help="Install, look at, switch or stop the engine.")


@engine_app.command("install")
def engine_install(
    cpu: Annotated[bool, typer.Option("--cpu", help="For this machine's processor.")] = False,
    gpu: Annotated[bool, typer.Option("--gpu", help="For an NVIDIA GPU.")] = False,
    as_json: AsJson = False,
) -> None:
    """Make or repair the engine's environment and the embedded model; nothing happens where both are whole."""
    from ui.engines import install

    if cpu and gpu:
        raise typer.BadParameter("Give --cpu or --gpu, not both.")
    terminal = Terminal(as_json=as_json)
    environment = install(load(), terminal.say, "cpu" if cpu else "cuda" if gpu else None)
    if as_json:
        terminal.result({"installed": environment.distribution, "python": str(environment.python)})


@engine_app.command("status")
def engine_status(as_json: AsJson = False) -> None:
    """What is installed and what runs."""
    from ui.serving import show_status

    show_status(load(), Terminal(as_json=as_json))


@engine_app.command("stop")
def engine_stop(as_json: AsJson = False) -> None:
    """End the engine that runs, whoever started it."""
    terminal, stopped = Terminal(as_json=as_json), stop_engine(load().record)
    if as_json:
        terminal.result({"stopped": stopped.url if stopped else None})
    else:
        terminal.say(f"The engine at {stopped.url} has ended." if stopped else "No engine runs.")


@engine_app.command("switch")
def engine_switch(
    profile: Annotated[str, typer.Argument(help="native: as trained; long: stretched to the context.")],
    force: Annotated[bool, typer.Option("--force", help="Even if it works on something.")] = False,
    as_json: AsJson = False,
) -> None:
    """Restart the engine that runs by its other profile, whoever started it."""
    wanted = profile_named(profile)
    settings, terminal = load(), Terminal(as_json=as_json)
    before = read_record(settings.record)
    if before is not None and before.profile != wanted and wanted in before.lengths:
        terminal.say(switch_cost(before, wanted))
    now = switch(settings.record, wanted, terminal.say, force=force)
    if as_json:
        terminal.result({"url": now.url, "profile": now.profile, "max_model_len": now.max_model_len})
    else:
        terminal.say(f"The engine serves {now.max_model_len:,} tokens ({now.profile}).")


def profile_named(name: str) -> Profile:
    """Raises SettingsInvalid for a name that is none."""
    for profile in PROFILES:
        if name == profile:
            return profile
    raise SettingsInvalid(f"{name!r} is no profile.", "Profiles are native and long.")
