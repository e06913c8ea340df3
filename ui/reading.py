"""A source in, what was read from it on the terminal, as JSON, or as a picture of a page out."""

from dataclasses import dataclass
from pathlib import Path

from assistant import PagesInvalid
from ui.reading_json import document_value, page_value
from ui.reading_page import print_page
from ui.reading_tree import print_tree
from ui.settings import Settings
from ui.sources import HowToRead, read_source
from ui.span_picture import span_picture
from ui.terminal import Terminal
from yarn_runtime import EstimatedTokenizer, TokenCounter, Tokenizer, read_record


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is to be read and shown: one page (counted from 1), or the whole; where the page's picture goes."""

    source: str
    how: HowToRead
    page: int | None = None
    image: Path | None = None


def show_document(settings: Settings, wanted: Wanted, terminal: Terminal) -> None:
    """Print what was read. Raises an IngestError, or PagesInvalid for a picture that cannot be written."""
    document, password = read_source(wanted.source, wanted.how, terminal)
    page = document.page(wanted.page or 1)
    if wanted.image is not None:
        _write(wanted.image, span_picture(document.path, page, password))
        terminal.say(f"Page {page.number} with its {len(page.spans)} spans: {wanted.image}")
    value = document_value(document, counting(settings))
    if wanted.page is not None:
        value = page_value(value, page.number)
    if terminal.as_json:
        terminal.result(value)
    elif wanted.page is not None:
        print_page(value, terminal)
    elif wanted.image is None:
        print_tree(value, terminal)


def _write(path: Path, png: bytes) -> None:
    try:
        path.write_bytes(png)
    except OSError as error:
        raise PagesInvalid(f"{path} cannot be written: {error.strerror}.", "Name another place.") from error


def counting(settings: Settings) -> TokenCounter:
    """What counts tokens: that of the engine that runs, else of the embedded model, else an estimate."""
    record = read_record(settings.record)
    directories = [Path(record.directory)] if record and record.directory else []
    directories.extend(path.parent for path in sorted(settings.models.glob("*/tokenizer.json")))
    for directory in directories:
        if (directory / "tokenizer.json").is_file():
            return Tokenizer.load(directory)
    return EstimatedTokenizer()
