"""A codebase and a number of tokens in, its map on the terminal or as JSON out."""

from dataclasses import asdict

import ingest
from ui.reading import counting
from ui.settings import Settings
from ui.sources import HowToRead, read_source
from ui.terminal import Terminal
from yarn_runtime import parse_context


def show_map(settings: Settings, source: str, how: HowToRead, budget: str, question: str, terminal: Terminal) -> None:
    """Print the map. Raises an IngestError; a ContextInvalid for a budget that is no number of tokens."""
    most = parse_context(budget)
    document, _ = read_source(source, how, terminal)
    if document.kind != "code":
        raise ingest.SourceUnsupported(f"{document.name} is no codebase.", f"See its outline: unspool read {source}")
    tokenizer = counting(settings)
    symbols = ingest.symbols(document)
    made = ingest.code_map(document, symbols, most, count=tokenizer.count, question=question)
    if terminal.as_json:
        skipped = [asdict(item) for item in symbols.skipped]
        terminal.result(
            {"name": document.name, "budget": most, **asdict(made), "tokens_exact": tokenizer.exact, "skipped": skipped}
        )
        return
    terminal.out.print(made.text, markup=False)
    about = "" if tokenizer.exact else "about "
    terminal.say(
        f"{about}{made.tokens:,} tokens: {made.files_shown:,} of {made.files:,} files,"
        f" {made.definitions_shown:,} of {made.definitions:,} definitions"
    )
    for item in symbols.skipped:
        terminal.say(f"{item.path}: {item.why}")
