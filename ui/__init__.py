"""Steps and answers to a person or a program: the command line and the page."""

from ui.start import main

__all__ = ["main"]
