"""A PPTX file in, its slides as Markdown out. The one user of python-pptx."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from itertools import groupby, zip_longest
from typing import Any

from ingest.chapter import Chapter, Converted, Unconvertible
from ingest.markdown import heading, table
from ingest.xml_file import parsed
from ingest.zipped import opened

_DRAWING = "{http://schemas.openxmlformats.org/drawingml/2006/main}"
_FLOAT = re.compile(r"[-+]?[0-9]+(?:\.[0-9]*)?(?:[eE][-+]?[0-9]+)?")
_PARAGRAPH, _TEXT = f"{_DRAWING}p", f"{_DRAWING}t"


def convert(data: bytes) -> Converted:
    """One chapter a slide, labelled with its number; shapes from top to bottom, speaker's notes marked as such."""
    opened(data).close()
    import pptx
    from pptx.exc import PackageNotFoundError

    try:
        show = pptx.Presentation(io.BytesIO(data))
        wide, high = show.slide_width or 0, show.slide_height or 0
        chapters = [_slide(slide, number, wide, high) for number, slide in enumerate(show.slides, 1)]
    except (PackageNotFoundError, KeyError, ValueError, AttributeError, SyntaxError) as error:
        raise Unconvertible(f"{type(error).__name__}: {error}") from error
    core = show.core_properties
    metadata = {"Title": core.title, "Author": core.author}
    return Converted(tuple(chapters), {name: value for name, value in metadata.items() if value})


def _slide(slide: Any, number: int, wide: int, high: int) -> Chapter:
    hidden: list[tuple[str, str]] = []
    parts = []
    title = slide.shapes.title
    for shape in sorted(_flat(slide.shapes), key=lambda shape: (shape.top or 0, shape.left or 0)):
        text = "\n\n".join(_texts(shape, title is not None and shape.shape_id == title.shape_id))
        if text and _off(shape, wide, high):
            hidden.append((text, "off the slide"))
        elif text and shape._element.xpath("./*/p:cNvPr[@hidden='1' or @hidden='true']"):
            hidden.append((text, "marked as hidden"))
        elif text:
            parts.append(text)
    parts += _diagrams(slide)
    if slide.has_notes_slide and (notes := slide.notes_slide.notes_text_frame.text.strip()):
        parts.append(f"[Speaker's notes] {notes}")
    text = "\n\n".join(parts)
    if slide._element.get("show") == "0":
        return Chapter(str(number), "", (*hidden, (text, "on a hidden slide")))
    return Chapter(str(number), text, tuple(hidden))


def _flat(shapes: Any) -> Iterator[Any]:
    for shape in shapes:
        if hasattr(shape, "shapes"):
            yield from _flat(shape.shapes)
        else:
            yield shape


def _texts(shape: Any, is_title: bool) -> Iterator[str]:
    if shape.has_text_frame:
        lines = [paragraph.text.replace("\v", "\n").strip() for paragraph in shape.text_frame.paragraphs]
        text = "\n".join(line for line in lines if line)
        yield heading(" ".join(text.split()), 1) if is_title else text
    elif getattr(shape, "has_table", False):
        yield table([[cell.text.strip() for cell in row.cells] for row in shape.table.rows])
    elif getattr(shape, "has_chart", False):
        yield from _chart(shape.chart)
    for alt in shape._element.xpath("./p:nvPicPr/p:cNvPr/@descr"):
        if alt.strip():
            yield f"[Picture: {' '.join(alt.split())}]"


def _chart(chart: Any) -> Iterator[str]:
    """Its title, and its numbers as tables with a series a column, or that they are not read.

    python-pptx knows no stock and surface charts and none in three dimensions.
    """
    titled = chart.has_title and chart.chart_title.has_text_frame
    yield f"[Chart] {chart.chart_title.text_frame.text if titled else ''}".strip()
    from pptx.exc import InvalidXmlError

    for number in range(len(chart.plots)):
        try:
            yield from _numbers(chart.plots[number])
        except (ValueError, NotImplementedError, InvalidXmlError):
            yield "[Chart's numbers, not read]"


def _numbers(plot: Any) -> Iterator[str]:
    """A table for all series, or, where each has its own X values, for those that share them."""
    labels = tuple(" ".join(labels) for labels in plot.categories.flattened_labels)
    for places, group in groupby(plot.series, key=lambda each: labels or _across(each)):
        series = list(group)
        columns = [places, *([_number(value) for value in each.values] for each in series)]
        yield table([["", *(each.name for each in series)], *zip_longest(*columns, fillvalue="")])


def _across(series: Any) -> tuple[str, ...]:
    """The X values of a series; "" where a point has none."""
    points = {point.idx: point.v.text or "" for point in series._element.xpath("./c:xVal//c:pt")}
    return tuple(
        _number(float(x)) if _FLOAT.fullmatch(x := points.get(at, "")) else x for at in range(len(series.values))
    )


def _number(value: float | None) -> str:
    """All the digits that a float keeps, as a spreadsheet shows them."""
    return "" if value is None else f"{value:.15g}"


def _diagrams(slide: Any) -> Iterator[str]:
    """The texts of diagrams ("SmartArt"), which are in parts of their own."""
    for relation in slide.part.rels.values():
        if not relation.is_external and relation.reltype.endswith("/diagramData"):
            root = parsed(relation.target_part.blob)
            texts = ("".join(part.text or "" for part in paragraph.iter(_TEXT)) for paragraph in root.iter(_PARAGRAPH))
            if said := "\n".join(text.strip() for text in texts if text.strip()):
                yield f"[Diagram]\n{said}"


def _off(shape: Any, wide: int, high: int) -> bool:
    if None in (shape.left, shape.top, shape.width, shape.height):
        return False
    return bool(
        shape.left >= wide or shape.top >= high or shape.left + shape.width <= 0 or shape.top + shape.height <= 0
    )
