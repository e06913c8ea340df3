"""A loaded page of a PDF in; its comments and the values of its form fields out. Uses pypdfium2's plain C functions."""

from __future__ import annotations

import ctypes
import re
from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

import pypdfium2.raw as raw

from ingest import pdf_calls as calls
from ingest.decode import clean
from ingest.pdf_matrix import Matrix, Sides, around

_ANNOTATIONS_MOST = 5000
_KINDS = {
    raw.FPDF_ANNOT_TEXT: "note",
    raw.FPDF_ANNOT_FREETEXT: "text box",
    raw.FPDF_ANNOT_LINE: "line",
    raw.FPDF_ANNOT_SQUARE: "square",
    raw.FPDF_ANNOT_CIRCLE: "circle",
    raw.FPDF_ANNOT_POLYGON: "polygon",
    raw.FPDF_ANNOT_POLYLINE: "polyline",
    raw.FPDF_ANNOT_HIGHLIGHT: "highlight",
    raw.FPDF_ANNOT_UNDERLINE: "underline",
    raw.FPDF_ANNOT_SQUIGGLY: "underline",
    raw.FPDF_ANNOT_STRIKEOUT: "strike-out",
    raw.FPDF_ANNOT_STAMP: "stamp",
    raw.FPDF_ANNOT_CARET: "insertion",
    raw.FPDF_ANNOT_INK: "drawing",
    raw.FPDF_ANNOT_FILEATTACHMENT: "attached file",
    raw.FPDF_ANNOT_REDACT: "redaction",
}
FIELD = "form field"
_TEXT_FIELDS = (raw.FPDF_FORMFIELD_TEXTFIELD, raw.FPDF_FORMFIELD_COMBOBOX, raw.FPDF_FORMFIELD_LISTBOX)
_TICKED_FIELDS = (raw.FPDF_FORMFIELD_CHECKBOX, raw.FPDF_FORMFIELD_RADIOBUTTON)
_UNSEEN_FLAGS = 1 << 1 | 1 << 5  # Hidden, NoView (PDF 32000-1, table 165)
_STRING = re.compile(r"\(((?:\\.|[^\\)])*)\)|(?<!<)<([0-9A-Fa-f\s]+)>(?!>)", re.S)


class Note(NamedTuple):
    """A comment, or the value of a form field (`kind` is FIELD, `author` its name); `how` says why no reader sees it.

    `box` is (left, top, right, bottom) as displayed.
    """

    kind: str
    author: str
    text: str
    box: Sides
    how: str


def notes(page: Any, place: Matrix) -> Iterator[Note]:
    """What the annotations of the page say, at most 5,000; `place` takes PDF user space to the page as displayed."""
    top = calls.handle(page.raw)
    for number in range(min(_ANNOTATIONS_MOST, calls.count_annotations(top))):
        opened = calls.get_annotation(top, number)
        if not opened:
            continue
        try:
            kind = calls.get_annotation_kind(opened)
            if kind != raw.FPDF_ANNOT_LINK:  # by far the commonest, and without words of its own
                yield from _note(ctypes.cast(opened, raw.FPDF_ANNOTATION), kind, page, place)
        finally:
            calls.close_annotation(opened)


def _note(annotation: Any, kind: int, page: Any, place: Matrix) -> Iterator[Note]:
    unseen = raw.FPDFAnnot_GetFlags(annotation) & _UNSEEN_FLAGS
    box = _box(annotation, place)
    if kind == raw.FPDF_ANNOT_WIDGET and page.formenv is not None:
        name, value = _field(annotation, page.formenv.raw)
        how = "in a hidden form field" if unseen else _unlike_its_picture(annotation, value, box)
        if value:
            yield Note(FIELD, name, value, box, how)
    elif kind in _KINDS:
        text = _entry(annotation, b"Contents")
        if kind == raw.FPDF_ANNOT_FILEATTACHMENT:
            text = ", ".join(filter(None, (_attached(annotation), text)))
        if text:
            yield Note(_KINDS[kind], _entry(annotation, b"T"), text, box, "in a hidden annotation" if unseen else "")


def _box(annotation: Any, place: Matrix) -> Sides:
    rect = raw.FS_RECTF()
    if not raw.FPDFAnnot_GetRect(annotation, rect):
        return (0.0, 0.0, 0.0, 0.0)
    return around(place, rect.left, rect.bottom, rect.right, rect.top)


def _field(annotation: Any, form: Any) -> tuple[str, str]:
    """The name of a form field and what a person has entered in it, "" for nothing."""
    kind = raw.FPDFAnnot_GetFormFieldType(form, annotation)
    name = _said(lambda *to: raw.FPDFAnnot_GetFormFieldAlternateName(form, annotation, *to)) or _said(
        lambda *to: raw.FPDFAnnot_GetFormFieldName(form, annotation, *to)
    )
    if kind in _TICKED_FIELDS:
        ticked = raw.FPDFAnnot_IsChecked(form, annotation)
        value = _said(lambda *to: raw.FPDFAnnot_GetFormFieldExportValue(form, annotation, *to))
        return name, f"ticked ({value})" if ticked else ""
    if kind in _TEXT_FIELDS:
        return name, _said(lambda *to: raw.FPDFAnnot_GetFormFieldValue(form, annotation, *to))
    return name, ""


def _unlike_its_picture(annotation: Any, value: str, box: Sides) -> str:
    """Why the value of a field is not what the page shows in its place; "" where it is."""
    if box[2] - box[0] < 1 or box[3] - box[1] < 1:
        return "in a form field without extent"
    picture = _said(lambda *to: raw.FPDFAnnot_GetAP(annotation, raw.FPDF_ANNOT_APPEARANCEMODE_NORMAL, *to))
    if not picture or value.startswith("ticked ("):
        return ""  # the viewer draws it from the value; of a tick, only whether it is drawn counts
    drawn = _folded("".join(_strings(picture)))
    shown = any(word in drawn for word in map(_folded, value.split()) if word) if drawn else False
    return "" if shown else "in a form field that shows something else"


def _strings(content: str) -> Iterator[str]:
    """The strings that a content stream shows, as far as its font writes letters as themselves."""
    for plain, digits in _STRING.findall(content):
        if digits:
            data = bytes.fromhex("".join(digits.split()) + "0" * (len("".join(digits.split())) % 2))
            yield data.decode("utf-16-be" if data[:1] == b"\0" else "latin-1", errors="replace")
        else:
            yield re.sub(r"\\(.)", r"\1", plain)


def _folded(text: str) -> str:
    return "".join(char for char in text.casefold() if char.isalnum())


def _entry(annotation: Any, key: bytes) -> str:
    return _said(lambda *to: raw.FPDFAnnot_GetStringValue(annotation, key, *to))


def _attached(annotation: Any) -> str:
    file = raw.FPDFAnnot_GetFileAttachment(annotation)
    return _said(lambda *to: raw.FPDFAttachment_GetName(file, *to)) if file else ""


def _said(ask: Callable[..., int]) -> str:
    """A text that pdfium writes as UTF-16 into a place of the length that it told before."""
    length = ask(None, 0)
    if length <= 2:
        return ""
    place = (ctypes.c_ushort * (length // 2 + 1))()
    ask(place, length)
    return clean(bytes(place)[: length - 2].decode("utf-16-le", errors="replace")).strip()
