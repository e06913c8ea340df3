"""A paragraph or cell of python-docx in, its visible text out; what is hidden, boxed or a note's mark is collected."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_LIGHT = 0xF0
_DELETED = frozenset((f"{_W}del", f"{_W}moveFrom"))
_SAID = {f"{_W}tab": "\t", f"{_W}br": "\n", f"{_W}cr": "\n", f"{_W}noBreakHyphen": "-"}
_MARKS = {f"{_W}footnoteReference": "", f"{_W}endnoteReference": "e"}
_FALLBACK = "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback"
_PICTURE = "{http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing}docPr"


class WordText:
    """Reads paragraphs one after the other: `hidden` as (text, how), `marks` of the notes that they refer to."""

    def __init__(self) -> None:
        self.hidden: list[tuple[str, str]] = []
        self.marks: list[str] = []
        self._boxes: list[str] = []

    def of(self, paragraph: Any) -> str:
        """Its text: links, fields, tracked insertions and content controls included, tracked deletions not."""
        return "".join(self._pieces(paragraph._p, paragraph)).strip()

    def cell(self, cell: Any) -> str:
        """The text of all paragraphs in a cell, those of tables within it too, in one line."""
        from docx.text.paragraph import Paragraph

        found = [self.of(Paragraph(element, cell)) for element in cell._tc.iter(f"{_W}p") if not _boxed(element, cell)]
        return " ".join(filter(None, [*found, *self.boxes_so_far()]))

    def boxes_so_far(self) -> list[str]:
        """The text boxes that hung on the paragraphs read since the last call, marked as such."""
        boxes, self._boxes = self._boxes, []
        return boxes

    def _pieces(self, element: Any, paragraph: Any) -> Iterator[str]:
        for child in element.iterchildren():
            if child.tag == f"{_W}r":
                yield from self._run(child, paragraph)
            elif child.tag in _DELETED:
                deleted = "".join(piece.text or "" for piece in child.iter(f"{_W}delText", f"{_W}t")).strip()
                if deleted:
                    self.hidden.append((deleted, "struck out by a tracked change"))
            elif child.tag != _FALLBACK and isinstance(child.tag, str):
                yield from self._pieces(child, paragraph)

    def _run(self, element: Any, paragraph: Any) -> Iterator[str]:
        from docx.text.run import Run

        text = "".join(self._said(element, paragraph))
        how = _hidden(Run(element, paragraph)) if text.strip() else ""
        if how:
            self.hidden.append((text.strip(), how))
        else:
            yield text

    def _said(self, element: Any, paragraph: Any) -> Iterator[str]:
        for child in element.iterchildren():
            if child.tag == f"{_W}t":
                yield child.text or ""
            elif child.tag in _SAID:
                yield _SAID[child.tag]
            elif child.tag in _MARKS:
                mark = f"{_MARKS[child.tag]}{child.get(f'{_W}id')}"
                self.marks.append(mark)
                yield f"[^{mark}]"
            elif child.tag == f"{_W}txbxContent":
                self._box(child, paragraph)
            elif child.tag == _PICTURE:
                if alt := " ".join((child.get("descr") or "").split()):
                    yield f" [Picture: {alt}] "
            elif child.tag != _FALLBACK and isinstance(child.tag, str):
                yield from self._said(child, paragraph)

    def _box(self, content: Any, paragraph: Any) -> None:
        from docx.text.paragraph import Paragraph

        inner = WordText()
        said = [inner.of(Paragraph(element, paragraph._parent)) for element in content.iter(f"{_W}p")]
        self.hidden += inner.hidden
        self.marks += inner.marks
        if text := " ".join(filter(None, [*said, *inner.boxes_so_far()])):
            self._boxes.append(f"[Text box] {text}")


def _boxed(element: Any, cell: Any) -> bool:
    """Whether a paragraph stands in a text box, which is read with the paragraph that it hangs on."""
    above = element.getparent()
    while above is not None and above is not cell._tc:
        if above.tag == f"{_W}txbxContent":
            return True
        above = above.getparent()
    return False


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
