"""The commands over the users of the page; each opens their file and shows or changes it."""

import getpass
import sys
from typing import Annotated

import typer

from ui.cli_options import AsJson
from ui.password import SHORTEST, PasswordUnfit
from ui.settings import load
from ui.terminal import Terminal
from ui.users import User, Users

user_app = typer.Typer(
    no_args_is_help=True, help="Who may use the page; each has a library of their own. Without any, this machine alone."
)

Name = Annotated[str, typer.Argument(help="What they log in as.")]
FromStdin = Annotated[
    bool, typer.Option("--password-stdin", help="Take the password from the first line of stdin; asked for without.")
]


@user_app.command("add")
def user_add(
    name: Name,
    password_stdin: FromStdin = False,
    with_library: Annotated[
        bool, typer.Option("--with-library", help="Theirs is the library that the command line uses; one may have it.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Make a user; from now on the page asks everyone to log in."""
    terminal = Terminal(as_json=as_json)
    user = _users().add(name, _password(from_stdin=password_stdin), whole=with_library)
    if as_json:
        terminal.result(_shown(user))
    else:
        terminal.say(f"{user.name} may log in. Their library lies in {user.library}.")


@user_app.command("list")
def user_list(as_json: AsJson = False) -> None:
    """Who may log in."""
    terminal = Terminal(as_json=as_json)
    users = _users().all()
    if as_json:
        terminal.result({"users": [_shown(user) for user in users]})
    elif not users:
        terminal.say("There are no users: whoever sits at this machine is let in.")
    else:
        terminal.table(("name", "library"), [(user.name, str(user.library)) for user in users])


@user_app.command("password")
def user_password(name: Name, password_stdin: FromStdin = False, as_json: AsJson = False) -> None:
    """Change a password; who is logged in by the old one has to log in again."""
    terminal = Terminal(as_json=as_json)
    users = _users()
    user = users.named(name)
    users.change(name, _password(from_stdin=password_stdin))
    terminal.result({"changed": user.name}) if as_json else terminal.say(f"The password of {user.name} is changed.")


@user_app.command("remove")
def user_remove(name: Name, as_json: AsJson = False) -> None:
    """Let a user in no more, neither by password nor by key. Their documents stay until you remove the folder."""
    terminal = Terminal(as_json=as_json)
    user = _users().remove(name)
    if as_json:
        terminal.result({"removed": user.name, "library": str(user.library)})
    else:
        terminal.say(f"{user.name} may log in no more. Their library still lies in {user.library}.")


def _users() -> Users:
    return Users(load().data)


def _password(*, from_stdin: bool) -> str:
    """Never an argument: those stand in the list of processes and in the shell's history. Raises PasswordUnfit."""
    if from_stdin:
        return sys.stdin.readline().rstrip("\r\n")
    if not sys.stdin.isatty():
        raise PasswordUnfit("Nobody is there to be asked for a password.", "Send it with --password-stdin.")
    first = getpass.getpass(f"Password ({SHORTEST} characters or more): ")
    if getpass.getpass("Once more: ") != first:
        raise PasswordUnfit("The two are not the same.", "Try again.")
    return first


def _shown(user: User) -> dict[str, str]:
    return {"name": user.name, "library": str(user.library)}
