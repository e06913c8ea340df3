"""A library in, its documents as a table or JSON out."""

from assistant import Library
from ui.settings import Settings
from ui.terminal import Terminal

COLUMNS = ("id", "name", "kind", "pages", "characters", "warnings", "added")


def show_library(settings: Settings, terminal: Terminal) -> None:
    """The documents that were read."""
    documents = Library(settings.library).documents()
    if terminal.as_json:
        terminal.result({"documents": [{name: getattr(item, name) for name in COLUMNS} for item in documents]})
    elif not documents:
        terminal.say("The library is empty.")
    else:
        rows = [(item.id[:12], item.name, item.kind, f"{item.pages}", item.added[:16]) for item in documents]
        terminal.table(("id", "name", "kind", "pages", "added"), rows)
