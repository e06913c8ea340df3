"""A DOCX file in, its text as Markdown in chapters out. With word_text, the one user of python-docx."""

from __future__ import annotations

import io
from collections.abc import Iterator
from typing import Any

from ingest.chapter import Chapter, Converted, Unconvertible
from ingest.markdown import heading, table
from ingest.word_text import WordText
from ingest.xml_file import parsed
from ingest.zipped import opened

_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_CONTAINERS = frozenset(f"{_W}{name}" for name in ("sdt", "sdtContent", "customXml", "ins", "moveTo"))


def convert(data: bytes) -> Converted:
    """Chapters begin at first-level headings; footnotes stand at the end of theirs. Headers, footers and comments are
    marked as such at the end."""
    opened(data).close()
    import docx
    from docx.opc.exceptions import PackageNotFoundError

    try:
        file = docx.Document(io.BytesIO(data))
        chapters = list(_chapters(file))
        apart = [*_margins(file), *_comments(file)]
    except (PackageNotFoundError, KeyError, ValueError, AttributeError, SyntaxError) as error:
        raise Unconvertible(f"{type(error).__name__}: {error}") from error
    if apart:
        chapters.append(Chapter("notes", "\n\n".join(apart)))
    core = file.core_properties
    metadata = {"Title": core.title, "Author": core.author, "Subject": core.subject, "Keywords": core.keywords}
    return Converted(tuple(chapters), {name: value for name, value in metadata.items() if value})


def _chapters(file: Any) -> Iterator[Chapter]:
    notes = _notes(file)
    count = 1
    words, parts, label = WordText(), list[str](), ""
    for block in _blocks(file.element.body, file._body):
        if hasattr(block, "rows"):
            parts.append(table([[words.cell(cell) for cell in row.cells] for row in block.rows]))
            continue
        level = _level(block)
        if level == 1 and any(parts):
            yield _chapter(label or str(count), parts, words, notes)
            words, parts, count = WordText(), [], count + 1
        text = words.of(block)
        if level == 1:
            label = text
        bullet = "- " if block.style is not None and (block.style.name or "").startswith("List") else ""
        parts += [heading(text, level) if level else (bullet + text if text else ""), *words.boxes_so_far()]
    yield _chapter(label or str(count), parts, words, notes)


def _blocks(container: Any, parent: Any) -> Iterator[Any]:
    """The paragraphs and tables in their order, those within content controls and tracked insertions too."""
    from docx.table import Table
    from docx.text.paragraph import Paragraph

    for element in container.iterchildren():
        if element.tag == f"{_W}p":
            yield Paragraph(element, parent)
        elif element.tag == f"{_W}tbl":
            yield Table(element, parent)
        elif element.tag in _CONTAINERS:
            yield from _blocks(element, parent)


def _chapter(label: str, parts: list[str], words: WordText, notes: dict[str, str]) -> Chapter:
    said = [f"[^{mark}]: {notes[mark]}" for mark in words.marks if mark in notes]
    return Chapter(label, _joined([*parts, *said]), tuple(words.hidden))


def _joined(parts: list[str]) -> str:
    text = ""
    for part in filter(None, parts):
        text += (
            part
            if not text
            else ("\n" if part.startswith("- ") and text.rpartition("\n")[2].startswith("- ") else "\n\n") + part
        )
    return text


def _level(paragraph: Any) -> int:
    name = (paragraph.style.name or "") if paragraph.style is not None else ""
    if name == "Title":
        return 1
    last = name.removeprefix("Heading ")
    return int(last) if name.startswith("Heading ") and last.isdecimal() else 0


def _notes(file: Any) -> dict[str, str]:
    """The footnotes and endnotes by their marks; python-docx does not know them."""
    found: dict[str, str] = {}
    for part in file.part.package.iter_parts():
        kind = {"/word/footnotes.xml": ("footnote", ""), "/word/endnotes.xml": ("endnote", "e")}.get(str(part.partname))
        if kind is None:
            continue
        root = parsed(part.blob)
        for note in root.iter(f"{_W}{kind[0]}"):
            text = " ".join("".join(piece.text or "" for piece in note.iter(f"{_W}t")).split())
            if text and note.get(f"{_W}type") in (None, "normal"):
                found[f"{kind[1]}{note.get(f'{_W}id')}"] = text
    return found


def _margins(file: Any) -> Iterator[str]:
    """The text of headers and footers, each once."""
    seen = set()
    for section in file.sections:
        for name, part in (("Header", section.header), ("Footer", section.footer)):
            text = " ".join(filter(None, (WordText().of(paragraph) for paragraph in part.paragraphs)))
            if text and text not in seen:
                seen.add(text)
                yield f"[{name}] {text}"


def _comments(file: Any) -> Iterator[str]:
    for comment in file.comments:
        yield f"[Comment by {comment.author or 'someone'}] {comment.text}"
