"""Settings in, libraries with their search out: by meaning where the search model has been fetched, else by words."""

from collections.abc import Callable
from pathlib import Path

from assistant import Encoder, Library, find_search_model
from ui.settings import Settings


def open_library(settings: Settings, say: Callable[[str], None]) -> Library:
    """The library whose documents are to be asked."""
    return shelf(settings, say)(settings.library)


def shelf(settings: Settings, say: Callable[[str], None]) -> Callable[[Path], Library]:
    """Opens the library in a folder; all of them share one search model."""
    model = find_search_model(settings.models)
    encoder = Encoder(model) if model else None
    return lambda folder: Library(folder, encoder, say)
