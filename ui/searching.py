"""Settings in, the library with its search out: by meaning where the search model has been fetched, else by words."""

from collections.abc import Callable

from assistant import Encoder, Library, find_search_model
from ui.settings import Settings


def open_library(settings: Settings, say: Callable[[str], None]) -> Library:
    """The library whose documents are to be asked."""
    model = find_search_model(settings.models)
    return Library(settings.library, Encoder(model) if model else None, say)
