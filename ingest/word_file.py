"""A DOCX file in, its text as Markdown in chapters out. The one user of python-docx."""

from __future__ import annotations

import io
from collections.abc import Iterator
from typing import Any

from ingest.chapter import Chapter, Converted, Unconvertible
from ingest.markdown import heading, table
from ingest.zipped import opened

_LIGHT = 0xF0


def convert(data: bytes) -> Converted:
    """Chapters begin at first-level headings. Headers, footers and comments are marked as such at the end."""
    opened(data).close()
    import docx
    from docx.opc.exceptions import PackageNotFoundError

    try:
        file = docx.Document(io.BytesIO(data))
        chapters = list(_chapters(file))
    except (PackageNotFoundError, KeyError, ValueError, AttributeError, SyntaxError) as error:
        raise Unconvertible(f"{type(error).__name__}: {error}") from error
    apart = [*_margins(file), *_comments(file)]
    if apart:
        chapters.append(Chapter("notes", "\n\n".join(apart)))
    core = file.core_properties
    metadata = {"Title": core.title, "Author": core.author, "Subject": core.subject, "Keywords": core.keywords}
    return Converted(tuple(chapters), {name: value for name, value in metadata.items() if value})


def _chapters(file: Any) -> Iterator[Chapter]:
    parts: list[str] = []
    hidden: list[tuple[str, str]] = []
    label = ""
    count = 0
    for block in file.iter_inner_content():
        if hasattr(block, "rows"):
            parts.append(table([[_cell(cell, hidden) for cell in row.cells] for row in block.rows]))
            continue
        text, level = _text(block, hidden), _level(block)
        if level == 1 and any(parts):
            count += 1
            yield Chapter(label or str(count), _joined(parts), tuple(hidden))
            parts, hidden = [], []
        if level == 1:
            label = text
        bullet = "- " if block.style is not None and (block.style.name or "").startswith("List") else ""
        parts.append(heading(text, level) if level else bullet + text)
    yield Chapter(label or str(count + 1), _joined(parts), tuple(hidden))


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


def _cell(cell: Any, hidden: list[tuple[str, str]]) -> str:
    return " ".join(_text(paragraph, hidden) for paragraph in cell.paragraphs).strip()


def _text(paragraph: Any, hidden: list[tuple[str, str]]) -> str:
    """The visible text of a paragraph, links included; what cannot be seen goes to `hidden`."""
    shown = []
    for item in paragraph.iter_inner_content():
        for run in getattr(item, "runs", None) or [item]:
            how = _hidden(run)
            if how and run.text.strip():
                hidden.append((run.text.strip(), how))
            elif not how:
                shown.append(run.text)
    return "".join(shown).strip()


def _hidden(run: Any) -> str:
    font = run.font
    if font.hidden:
        return "marked as hidden"
    if font.size is not None and font.size.pt < 1:
        return "smaller than 1 point"
    colour = font.color.rgb if font.color is not None and font.color.type is not None else None
    dark_behind = font.highlight_color is not None or run._element.xpath("./w:rPr/w:shd | ancestor::w:tc/w:tcPr/w:shd")
    if colour is not None and min(colour) >= _LIGHT and not dark_behind:
        return "in the colour of its background"
    return ""


def _margins(file: Any) -> Iterator[str]:
    """The text of headers and footers, each once."""
    seen = set()
    for section in file.sections:
        for name, part in (("Header", section.header), ("Footer", section.footer)):
            text = " ".join(filter(None, (_text(paragraph, []) for paragraph in part.paragraphs)))
            if text and text not in seen:
                seen.add(text)
                yield f"[{name}] {text}"


def _comments(file: Any) -> Iterator[str]:
    for comment in file.comments:
        yield f"[Comment by {comment.author or 'someone'}] {comment.text}"
