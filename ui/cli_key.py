"""The commands over the keys of the HTTP API; each opens their file and shows or changes it."""

from typing import Annotated

import typer

from ui.api_keys import ApiKeys
from ui.cli_options import AsJson
from ui.settings import load
from ui.terminal import Terminal
from ui.users import UserInvalid, Users

key_app = typer.Typer(no_args_is_help=True, help="Who may use the HTTP API; without any key, everyone on this machine.")

Name = Annotated[str, typer.Argument(help="Whose key it is: a person, or a program.")]
Owner = Annotated[
    str | None, typer.Option("--user", metavar="USER", help="Whose library it opens, where there are users.")
]


@key_app.command("add")
def key_add(name: Name, user: Owner = None, as_json: AsJson = False) -> None:
    """Make a key and print it, this once."""
    terminal = Terminal(as_json=as_json)
    key = _keys(user).add(name)
    if as_json:
        terminal.result({"name": name, "key": key})
    else:
        terminal.text(key)
        terminal.say("It is not kept here: write it down. From now on the HTTP API wants a key.")


@key_app.command("list")
def key_list(user: Owner = None, as_json: AsJson = False) -> None:
    """Whose keys there are."""
    terminal = Terminal(as_json=as_json)
    names = _keys(user).names()
    terminal.result({"names": names}) if as_json else terminal.table(("name",), [(name,) for name in names])


@key_app.command("remove")
def key_remove(name: Name, user: Owner = None, as_json: AsJson = False) -> None:
    """End a key at once."""
    terminal = Terminal(as_json=as_json)
    _keys(user).remove(name)
    terminal.result({"removed": name}) if as_json else terminal.say(f"The key of {name} is ended.")


def _keys(owner: str | None) -> ApiKeys:
    """Raises UserInvalid for nobody's, or where it must be said whose."""
    settings = load()
    users = Users(settings.data)
    if owner is not None:
        return ApiKeys(users.named(owner).keys)
    if users.all():
        raise UserInvalid("There are users, and a key opens the library of one of them.", "Say whose: --user NAME.")
    return ApiKeys(settings.keys)
