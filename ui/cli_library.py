"""The commands over what is kept: documents, conversations, answers; each opens the library and shows or changes it."""

from pathlib import Path
from typing import Annotated, get_args

import typer

from assistant import Format, Library, backup, restore
from ui import listing
from ui.cli_options import AsJson
from ui.settings import load
from ui.terminal import Terminal

library_app = typer.Typer(no_args_is_help=True, help="What is kept: documents, conversations and answers.")

Conversation = Annotated[str, typer.Argument(help="A conversation's id, or its beginning: see history.")]


@library_app.command("list")
def library_list(as_json: AsJson = False) -> None:
    """The documents that were read."""
    listing.show_library(_library(), Terminal(as_json=as_json))


@library_app.command("remove")
def library_remove(
    document: Annotated[str, typer.Argument(help="A document's name or id.")], as_json: AsJson = False
) -> None:
    """Delete a document, what was read from it, the answers that quote it, and the library's copy."""
    terminal = Terminal(as_json=as_json)
    name = _library().remove(document)
    terminal.result({"removed": name}) if as_json else terminal.say(f"Removed {name}.")


@library_app.command("search")
def library_search(
    words: Annotated[str, typer.Argument(help="Words that a page or an old answer holds.")], as_json: AsJson = False
) -> None:
    """Find pages and old answers by their words; asks no model."""
    listing.show_found(_library(), words, Terminal(as_json=as_json))


@library_app.command("history")
def library_history(as_json: AsJson = False) -> None:
    """The conversations, the newest first."""
    listing.show_history(_library(), Terminal(as_json=as_json))


@library_app.command("export")
def library_export(
    conversation: Conversation,
    form: Annotated[Format, typer.Option("--format", help=f"One of {', '.join(get_args(Format))}.")] = "markdown",
    output: Annotated[Path | None, typer.Option("--output", "-o", help="A file; without it, stdout.")] = None,
) -> None:
    """Write a conversation with its citations as Markdown, HTML or JSON."""
    listing.write_export(_library(), conversation, form, output)


@library_app.command("forget")
def library_forget(conversation: Conversation, as_json: AsJson = False) -> None:
    """Delete a conversation with its answers."""
    terminal = Terminal(as_json=as_json)
    forgotten = _library().forget(conversation)
    terminal.result({"forgot": forgotten.id}) if as_json else terminal.say(f"Forgot “{forgotten.title}”.")


@library_app.command("verify")
def library_verify(
    quick: Annotated[bool, typer.Option("--quick", help="Do not read the kept files again.")] = False,
    as_json: AsJson = False,
) -> None:
    """Derive every hash, text, span and citation again and say what disagrees; exit code 1 if anything does."""
    if not listing.show_verified(_library(), Terminal(as_json=as_json), quick=quick):
        raise typer.Exit(1)


@library_app.command("backup")
def library_backup(
    file: Annotated[Path, typer.Argument(help="Where to write it, such as library.tar.gz.")], as_json: AsJson = False
) -> None:
    """Write everything that is kept into one file; whatever runs may go on."""
    terminal = Terminal(as_json=as_json)
    documents = backup(_library(), file)
    if as_json:
        terminal.result({"file": str(file), "documents": documents})
    else:
        terminal.say(f"{documents} documents and all conversations are in {file}.")


@library_app.command("restore")
def library_restore(
    file: Annotated[Path, typer.Argument(help="What backup wrote.")],
    replace: Annotated[bool, typer.Option("--replace", help="Drop what is kept now.")] = False,
    as_json: AsJson = False,
) -> None:
    """Put back what a backup holds, in place of what is kept now; whatever runs may go on."""
    terminal = Terminal(as_json=as_json)
    documents = restore(_library(), file, replace=replace)
    terminal.result({"documents": documents}) if as_json else terminal.say(f"{documents} documents are back.")


def _library() -> Library:
    return Library(load().library)
