"""pdfium's functions that are called hundreds of times a page, bound so that calling them costs little. Knows no page.

ctypes converts and checks every argument by default, which takes longer than most of these calls. Here nothing is
converted: handles are given as `Handle`, places for answers as what `byref` gave once, numbers as int.
"""

from __future__ import annotations

import ctypes
from collections.abc import Callable
from typing import Any

import pypdfium2.raw as raw

PATH, FORM = raw.FPDF_PAGEOBJ_PATH, raw.FPDF_PAGEOBJ_FORM
BEZIER, MOVE = raw.FPDF_SEGMENT_BEZIERTO, raw.FPDF_SEGMENT_MOVETO


class Handle(ctypes.c_void_p):
    """The address of a page, a text layer or an object of a page, which may go back to pdfium as it is."""


def handle(of: Any) -> Handle:
    """The handle that pypdfium2 keeps as a pointer of a type of its own."""
    return Handle(ctypes.cast(of, ctypes.c_void_p).value)


def _quick(function: Any, answer: Any) -> Any:
    return ctypes.PYFUNCTYPE(answer)(ctypes.cast(function, ctypes.c_void_p).value or 0)


_INT = ctypes.c_int
count_rects = _quick(raw.FPDFText_CountRects, _INT)
get_rect = _quick(raw.FPDFText_GetRect, _INT)
get_origin = _quick(raw.FPDFText_GetCharOrigin, _INT)
get_size = _quick(raw.FPDFText_GetFontSize, ctypes.c_double)
get_index = _quick(raw.FPDFText_GetCharIndexFromTextIndex, _INT)
get_drawn_by = _quick(raw.FPDFText_GetTextObject, ctypes.c_void_p)
get_on_page = _quick(raw.FPDFPage_GetObject, Handle)
get_in_form = _quick(raw.FPDFFormObj_GetObject, Handle)
count_on_page = _quick(raw.FPDFPage_CountObjects, _INT)
count_annotations = _quick(raw.FPDFPage_GetAnnotCount, _INT)
get_annotation = _quick(raw.FPDFPage_GetAnnot, Handle)
get_annotation_kind = _quick(raw.FPDFAnnot_GetSubtype, _INT)
close_annotation = _quick(raw.FPDFPage_CloseAnnot, None)
count_in_form = _quick(raw.FPDFFormObj_CountObjects, _INT)
get_type = _quick(raw.FPDFPageObj_GetType, _INT)
get_mode = _quick(raw.FPDFTextObj_GetTextRenderMode, _INT)
get_bounds = _quick(raw.FPDFPageObj_GetBounds, _INT)
get_ink = _quick(raw.FPDFPageObj_GetFillColor, _INT)
get_painting = _quick(raw.FPDFPath_GetDrawMode, _INT)
get_matrix = _quick(raw.FPDFPageObj_GetMatrix, _INT)
get_em = _quick(raw.FPDFTextObj_GetFontSize, _INT)
count_segments = _quick(raw.FPDFPath_CountSegments, _INT)
get_segment = _quick(raw.FPDFPath_GetPathSegment, Handle)
get_point = _quick(raw.FPDFPathSegment_GetPoint, _INT)
get_segment_type = _quick(raw.FPDFPathSegment_GetType, _INT)
set_active = _quick(raw.FPDFPageObj_SetIsActive, _INT)


class Answer:
    """Room for what pdfium writes: `at` goes into the calls, `values()` reads it. pdfium allows one thread only."""

    def __init__(self, kind: Any, count: int) -> None:
        array = (kind * count)()
        self.whole = ctypes.byref(array)
        self.at = tuple(ctypes.byref(array, number * ctypes.sizeof(kind)) for number in range(count))
        self.values: Callable[[], list[Any]] = memoryview(array).cast("B").cast(kind._type_).tolist
