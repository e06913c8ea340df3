"""The pages of a PDF that may be scans in; the same, each as its text or as what its picture says, out."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

from ingest.document import Hidden, Page
from ingest.pdf_doubt import Doubt
from ingest.pdf_unreadable import BLANK, SCAN
from ingest.recognition import Pictured, Reading, recognise
from ingest.tesseract import INSTALL, installed
from ingest.text_layer import unshown
from ingest.unseen import kept_apart

SURE_ENOUGH = 0.75
"""Mean confidence below which a page is told to be compared with its picture; clean print has 0.9 and more."""
_MORE = 2
"""Times as many letters on the picture as in the text, from which on the picture is the page."""
_SAME = 0.5
"""Share of the words of a doubtful text that its picture shows too, from which on it is no debris."""
_WORD = re.compile(r"\w{3,}")


@dataclass(frozen=True, slots=True)
class Scans:
    """The pages after a look at their pictures, and what looked at them ("" where nothing could)."""

    pages: list[Page]
    hidden: list[Hidden]
    engine: str
    warnings: tuple[str, ...]


def with_scans(
    pages: Sequence[Page],
    hidden: Sequence[Hidden],
    doubts: Mapping[int, Doubt],
    source: Pictured,
    languages: str,
    done: Callable[[int], None],
) -> Scans:
    """Settle every doubt by the text recognition, if it is installed; by a warning on the page if not."""
    engine = installed(languages)
    if engine is None:
        told = [_told(page, doubts.get(page.number, "")) for page in pages]
        return Scans(told, list(hidden), "", (INSTALL,) if any(doubts.values()) else ())
    readings = recognise(source, sorted(doubts), engine, done)
    settled: list[Page] = []
    apart: list[Hidden] = []
    for page in pages:
        own = [item for item in hidden if item.page == page.number]
        if (reading := readings.get(page.number)) is not None:
            page, own = _settled(page, own, doubts[page.number], reading)
        settled.append(page)
        apart += own
    missing = f"not read in {', '.join(engine.missing)}: that language of tesseract is not installed"
    return Scans(settled, apart, engine.name, (missing,) if engine.missing else ())


def _told(page: Page, doubt: Doubt) -> Page:
    if doubt == "":
        return page
    what = {"empty": SCAN, "garbled": "the text of this page is garbled", "picture": "this page is mostly a picture"}
    others = tuple(text for text in page.warnings if text != SCAN)
    return replace(page, warnings=(f"{what[doubt]}; {INSTALL[0].lower()}{INSTALL[1:]}", *others))


def _settled(page: Page, hidden: list[Hidden], doubt: Doubt, reading: Reading) -> tuple[Page, list[Hidden]]:
    others = tuple(text for text in page.warnings if text != SCAN)
    if reading.failure:
        why = f"this page could not be read by text recognition ({reading.failure})"
        return replace(page, warnings=(why, *others)), hidden
    if not reading.text:
        nothing = (BLANK if reading.blank else "no text could be recognised on this page",) if doubt == "empty" else ()
        return replace(page, warnings=(*nothing, *others)), hidden
    if not _pictures_more(doubt, page.text, reading.text):
        return page, hidden
    left = [replace(item, text=text) for item in hidden if (text := unshown(item.text, reading.text))]
    warnings = [f"read by OCR with little confidence ({reading.sure:.0%})"] if reading.sure < SURE_ENOUGH else []
    if doubt == "garbled":
        warnings.append("the text in the file is garbled: this is what the picture of the page says")
    warnings += kept_apart([(item.text, item.how) for item in left])
    found = replace(page, text=reading.text, spans=reading.spans, warnings=tuple(warnings), margins=(), source="ocr")
    return found, left


def _pictures_more(doubt: Doubt, text: str, picture: str) -> bool:
    """Whether the page is what its picture says."""
    if doubt == "empty":
        return True
    if doubt == "picture":
        return _letters(picture) > _MORE * _letters(text)
    words, seen = set(_WORD.findall(text.casefold())), set(_WORD.findall(picture.casefold()))
    return len(words & seen) < _SAME * len(words)


def _letters(text: str) -> int:
    return sum(char.isalnum() for char in text)
