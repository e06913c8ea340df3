"""The spans that a statement cites in, what can be compared with it out: their text, numbers, words and surroundings.

Spans that follow each other on a page are read as one text, so that a quotation may run over their border.
"""

import re
from dataclasses import dataclass
from functools import cached_property

from assistant.context import ShownSpan
from assistant.dates import Moment
from assistant.fold import Folded, folded
from assistant.numbers import Quantity, decimal_comma, loose_numbers, quantities
from assistant.sentences import lines, sentences
from assistant.wording import words
from ingest import Document, Page


@dataclass(frozen=True)
class Evidence:
    """What stands in cited spans, and around them."""

    spans: tuple[ShownSpan, ...]

    @cached_property
    def texts(self) -> tuple[Folded, ...]:
        """The cited text, span after span joined where they touch."""
        joined: list[str] = []
        last: ShownSpan | None = None
        for item in sorted(self.spans, key=lambda item: item.mark):
            touching = (
                last is not None
                and item.page is last.page
                and not item.page.text[last.span.end : item.span.start].strip()
            )
            if touching and last is not None:
                joined[-1] += item.page.text[last.span.end : item.span.end]
            else:
                joined.append(item.span.text)
            last = item
        return tuple(map(folded, joined))

    @cached_property
    def text(self) -> str:
        """All of it."""
        return "\n\n".join(text.source for text in self.texts)

    @cached_property
    def comma(self) -> bool:
        """Whether its documents write decimals with a comma."""
        return decimal_comma("\n".join(dict.fromkeys(item.page.text for item in self.spans)))

    @cached_property
    def numbers(self) -> tuple[list[Quantity], list[Moment]]:
        """Its quantities and dates; the year of a date counts as a number, too."""
        return quantities(self.text, comma=self.comma)

    @cached_property
    def distinct(self) -> list[Quantity]:
        """Its quantities once each, with what its digits may also be read as."""
        everything = [*self.numbers[0], *loose_numbers(self.text)]
        return list({(item.values, item.unit): item for item in reversed(everything)}.values())

    @cached_property
    def words(self) -> frozenset[str]:
        """What it is about."""
        return words(self.text)

    @cached_property
    def surroundings(self) -> tuple[Folded, ...]:
        """What names the subject of a passage without standing in it: the document's name and title, the headings
        over it, in code the path and the lines that it stands under."""
        found: dict[str, None] = {}
        for item in self.spans:
            found.update(dict.fromkeys((item.document.name, item.document.metadata.get("Title", ""))))
            found.update(dict.fromkeys(_over(item.document, item.page, item.span.start)))
        return tuple(folded(text) for text in found if text)

    def sentences(self) -> list[str]:
        """Its sentences, in their order."""
        return [text.source[start:end] for text in self.texts for start, end in sentences(text.source)]

    def stands(self, needle: str) -> bool:
        """Whether a folded word or name stands in the cited text."""
        return any(text.find_word(needle) for text in self.texts)

    def surrounded_by(self, needle: str) -> bool:
        """Whether it stands in what names the passage's subject."""
        return any(text.find_word(needle) for text in self.surroundings)

    def on_its_pages(self, needle: str) -> bool:
        """Whether it stands anywhere on the cited pages."""
        return any(folded(item.page.text).find_word(needle) for item in self.spans)

    def written_small(self, word: str) -> bool:
        """Whether the cited documents write it with a small letter anywhere: then it is a common word."""
        small = re.compile(rf"(?<![\w.]){re.escape(word.lower())}(?!\w)")
        pages = {id(page): page for item in self.spans for page in item.document.pages}
        return any(small.search(page.text) for page in pages.values())


def _over(document: Document, page: Page, start: int) -> list[str]:
    """The headings under which a place stands."""
    if document.kind == "code":
        return [page.label, *_enclosing(page.text, start)]
    found: dict[int, str] = {}
    for item in document.outline:
        if item.page is not None and item.page <= page.number:
            found = {level: title for level, title in found.items() if level < item.level} | {item.level: item.title}
    return list(found.values())


def _enclosing(text: str, start: int) -> list[str]:
    """The lines before a place of code that are indented less and less: its function, its class."""
    first = text[start:].lstrip("\n").split("\n", 1)[0]
    indent = len(first) - len(first.lstrip())
    found = []
    for begin, end in reversed(lines(text[:start])):
        line = text[begin:end]
        depth = len(line) - len(line.lstrip())
        if depth < indent and re.match(r"\s*[\w@]", line):
            found.append(line.strip())
            indent = depth
    return found
