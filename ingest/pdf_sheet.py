"""A page of a PDF in, its printed lines out, with what cannot be seen set apart; knows no other page."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from ingest.pdf_annotations import Note
from ingest.pdf_doubt import doubt
from ingest.pdf_glyphs import Glyphs
from ingest.pdf_grids import Grid, grids, rules
from ingest.pdf_hidden import hidden_characters
from ingest.pdf_lines import Characters, Line, lines
from ingest.pdf_unreadable import BLANK, SCAN
from ingest.unseen import HOW, in_words, kept_apart, unseen
from ingest.words import Words

_MASK = "\0"
"""Stands for a character that is not to be read: pdf_lines leaves it out."""


@dataclass(frozen=True, slots=True)
class Sheet:
    """A page with its visible `lines`, as the file orders them; `hidden` as (text, how); no glyphs if unreadable.

    `doubt` says why its picture should be read instead, or "": see ingest.pdf_doubt.
    `notes` are its comments and form fields.
    """

    number: int
    label: str
    glyphs: Characters | None
    lines: Sequence[Line]
    hidden: Sequence[tuple[str, str]] = ()
    warnings: list[str] = field(default_factory=list)
    doubt: str = ""
    notes: Sequence[Note] = ()
    grids: Sequence[Grid] = ()


def sheet(number: int, label: str, glyphs: Glyphs, words: Words) -> Sheet:
    """Part a page's text in what can be seen and what cannot."""
    objects = glyphs.objects()
    ways = dict.fromkeys(unseen(glyphs.text), HOW) | hidden_characters(glyphs, objects)
    shown = replace(glyphs, text=_masked(glyphs.text, ways)) if ways else glyphs
    seen = []
    for line in lines(shown, words):
        if _off(line, glyphs):
            ways |= dict.fromkeys(line.places, "off the page")
        else:
            seen.append(line)
    hidden = _texts(glyphs.text, ways)
    blank = not seen and glyphs.blank()  # plain for all to see: no need to look at its picture
    warnings = [*([] if seen else [BLANK if blank else SCAN]), *kept_apart(hidden)]
    return Sheet(
        number,
        label,
        shown,
        seen,
        hidden,
        warnings,
        "" if blank else doubt(seen, glyphs),
        (),
        grids(rules(objects or ())),
    )


def _masked(text: str, ways: Mapping[int, str]) -> str:
    characters = list(text)
    for at in ways:
        characters[at] = _MASK
    return "".join(characters)


def _off(line: Line, page: Characters) -> bool:
    if not line.boxes:
        return False
    x0, y0, x1, y1 = line.boxes[0]
    if x1 > 0 and y1 > 0 and x0 < page.width and y0 < page.height:
        return False  # nearly always
    return all(x1 <= 0 or y1 <= 0 or x0 >= page.width or y0 >= page.height for x0, y0, x1, y1 in line.boxes)


def _texts(text: str, ways: Mapping[int, str]) -> list[tuple[str, str]]:
    """What is hidden, one text for each way; where visible text lies between, a new line begins."""
    found: dict[str, list[str]] = {}
    last: dict[str, int] = {}
    for at in sorted(ways):
        how = ways[at]
        pieces = found.setdefault(how, [])
        if pieces and at != last[how] + 1:
            pieces.append("\n")
        pieces.append(text[at])
        last[how] = at
    said = {how: in_words(pieces) if how == HOW else _tidy("".join(pieces)) for how, pieces in found.items()}
    return [(text, how) for how, text in said.items() if text]


def _tidy(text: str) -> str:
    return "\n".join(row for row in (" ".join(row.split()) for row in text.splitlines()) if row)
