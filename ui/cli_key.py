"""The commands over the keys of the HTTP API; each opens their file and shows or changes it."""

from typing import Annotated

import typer

from ui.api_keys import ApiKeys
from ui.cli_options import AsJson
from ui.settings import load
from ui.terminal import Terminal

key_app = typer.Typer(no_args_is_help=True, help="Who may use the HTTP API; without any key, everyone on this machine.")

Name = Annotated[str, typer.Argument(help="Whose key it is: a person, or a program.")]


@key_app.command("add")
def key_add(name: Name, as_json: AsJson = False) -> None:
    """Make a key and print it, this once."""
    terminal = Terminal(as_json=as_json)
    key = _keys().add(name)
    if as_json:
        terminal.result({"name": name, "key": key})
    else:
        terminal.text(key)
        terminal.say("It is not kept here: write it down. From now on the HTTP API wants a key.")


@key_app.command("list")
def key_list(as_json: AsJson = False) -> None:
    """Whose keys there are."""
    terminal = Terminal(as_json=as_json)
    names = _keys().names()
    terminal.result({"names": names}) if as_json else terminal.table(("name",), [(name,) for name in names])


@key_app.command("remove")
def key_remove(name: Name, as_json: AsJson = False) -> None:
    """End a key at once."""
    terminal = Terminal(as_json=as_json)
    _keys().remove(name)
    terminal.result({"removed": name}) if as_json else terminal.say(f"The key of {name} is ended.")


def _keys() -> ApiKeys:
    return ApiKeys(load().keys)
