"""The commands that show what was read, before anything is asked: read and map; registered by `cli`."""

from pathlib import Path
from typing import Annotated

import typer

from ui.cli_options import AsJson, Exclude, Include, OcrLanguages, Password, Revision
from ui.settings import load
from ui.sources import HowToRead
from ui.terminal import Terminal


def read(
    source: Annotated[str, typer.Argument(help="A document, picture, folder or archive of code, or git address.")],
    page: Annotated[int | None, typer.Option(help="Only this page, beside what was left out of it.")] = None,
    image: Annotated[
        Path | None, typer.Option(metavar="FILE.png", help="Draw that page with its spans framed and numbered.")
    ] = None,
    password: Password = None,
    include: Include = None,
    exclude: Exclude = None,
    rev: Revision = None,
    ocr_languages: OcrLanguages = None,
    as_json: AsJson = False,
) -> None:
    """What was read: pages or files, tokens, outline, warnings, what is hidden, what was skipped and why."""
    from ui.reading import Wanted, show_document

    settings = load(ocr_languages=ocr_languages)
    how = HowToRead(settings.ocr_languages, password, tuple(include or ()), tuple(exclude or ()), rev, settings.limits)
    show_document(settings, Wanted(source, how, page, image), Terminal(as_json=as_json))


def map_command(
    source: Annotated[str, typer.Argument(help="A folder or archive of source code, or a git address.")],
    budget: Annotated[str, typer.Option(help="Tokens that it may take, such as 4K.")] = "4K",
    question: Annotated[str, typer.Option("--question", "-q", help="What it should be near to.")] = "",
    include: Include = None,
    exclude: Exclude = None,
    rev: Revision = None,
    as_json: AsJson = False,
) -> None:
    """An overview of a codebase that fits: the files, classes and functions that matter most."""
    from ui.mapping import show_map

    settings = load()
    how = HowToRead(settings.ocr_languages, None, tuple(include or ()), tuple(exclude or ()), rev, settings.limits)
    show_map(settings, source, how, budget, question, Terminal(as_json=as_json))
