"""What a PDF page draws in, which of its characters no reader sees out, each with how; knows no library of PDFs.

It fails closed: what cannot be shown to be visible is taken to be hidden. Objects that are plainly drawn (dark on
nothing, large enough, on the page, under nothing) need no second look; of the others, the page is drawn with and
without them, and what makes no difference is hidden.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, Protocol

from ingest.pdf_drawn import Drawn
from ingest.pdf_matrix import Sides

LARGE_ENOUGH = 1.0
"""Points. Letters smaller than that are no letters on paper or screen."""
_NO_AREAS = ("text", "rule")
_LIGHT = 200
_CLOSE = 60
_SEEN = 20
"""Steps of 255 by which a dot must change to count as seen: a contrast ratio of about 1.2 on white."""
_SEEN_SHARE = 0.01
"""Of the dots of a text's box; printed text covers a tenth to a quarter of it."""
_SCALE, _DOTS_MOST = 2.0, 4_000_000
_AREAS_MOST = 300
_LAYERS_MOST, _DOUBTFUL_MOST = 12, 3000


class Drawing(Protocol):
    """What this module needs of a page: see pdf_pdfium.Glyphs."""

    @property
    def text(self) -> str: ...
    @property
    def width(self) -> float: ...
    @property
    def height(self) -> float: ...
    def drawn_by(self) -> Iterator[tuple[int, int]]: ...
    def em(self, drawn: Drawn) -> float: ...
    def shade(self, without: Sequence[Drawn], part: Sides, scale: float) -> Any: ...


def hidden_characters(page: Drawing, objects: list[Drawn] | None) -> dict[int, str]:
    """The places in `page.text` of the characters that no reader sees, each with how they are hidden.

    `objects` are what the page draws, None where that is too much to look through.
    """
    if objects is None:
        return {at: "on a page too crowded to be checked" for at, _ in page.drawn_by()}
    ways, doubtful = _sorted_out(objects, page)
    if doubtful:
        ways |= _without_effect(doubtful, page)
    if not ways:
        return {}
    found = {at: ways[key] for at, key in page.drawn_by() if key in ways}
    # The white space that pdfium sets between hidden words goes with them.
    for at, way in list(found.items()):
        after = at + 1
        while page.text[after : after + 1].isspace() and after not in found:
            after += 1
        if found.get(after) == way:
            found |= dict.fromkeys(range(at + 1, after), way)
    return found


def _sorted_out(objects: list[Drawn], page: Drawing) -> tuple[dict[int, str], list[tuple[Drawn, str]]]:
    """The text objects that are hidden for sure, by key, and those that may be."""
    ways: dict[int, str] = {}
    doubtful: list[tuple[Drawn, str]] = []
    areas = [(number, item) for number, item in enumerate(objects) if item.kind not in _NO_AREAS and _is_area(item)]
    for number, item in enumerate(objects):
        _, kind, (left, top, right, bottom), ink, mode = item
        if kind != "text":
            continue
        alpha = ink[3]
        if mode == 3 or mode == 7 or alpha < 26:
            ways[item.key] = "invisible"
        elif right <= 0 or bottom <= 0 or left >= page.width or top >= page.height:
            ways[item.key] = "off the page"
        elif (right - left < 1.5 or bottom - top < 1.5) and page.em(item) < LARGE_ENOUGH:
            ways[item.key] = "smaller than 1 point"
        elif (ink[0] > _LIGHT and min(ink) > _LIGHT) or alpha < 128:
            doubtful.append((item, "in the colour of its background"))
        elif areas and (why := _doubt(number, item, areas)):
            doubtful.append((item, why))
    return ways, doubtful


def _is_area(item: Drawn) -> bool:
    left, top, right, bottom = item.box
    return right - left > 4 and bottom - top > 4 and item.ink[3] > 26


def _doubt(number: int, text: Drawn, areas: list[tuple[int, Drawn]]) -> str:
    """Why the text may be hidden by one of the areas under or over it; "" where it cannot."""
    if len(areas) > _AREAS_MOST:
        return "covered"
    left, top, right, bottom = text.box
    x, y = (left + right) / 2, (top + bottom) / 2
    for place, area in areas:
        left, top, right, bottom = area.box
        if left <= x <= right and top <= y <= bottom:
            if place > number:
                return "covered"
            if area.kind == "picture" or all(abs(a - b) < _CLOSE for a, b in zip(area.ink, text.ink[:3], strict=False)):
                return "in the colour of its background"
    return ""


def _without_effect(doubtful: list[tuple[Drawn, str]], page: Drawing) -> dict[int, str]:
    """Those without which the page looks the same: it is drawn without some of them at a time."""
    from PIL import ImageChops

    # Whoever stacks more texts than that on one another hides most of them; what is painted last can be seen.
    ways = {item.key: way for item, way in doubtful}
    for layer in _layers([entry for entry in doubtful[: -_DOUBTFUL_MOST - 1 : -1] if _on_page(entry[0].box, page)]):
        items = [item for item, _ in layer]
        sides = list(zip(*(item.box for item in items), strict=True))
        part = (
            max(0.0, min(sides[0]) - 1),
            max(0.0, min(sides[1]) - 1),
            min(page.width, max(sides[2]) + 1),
            min(page.height, max(sides[3]) + 1),
        )
        scale = min(_SCALE, (_DOTS_MOST / ((part[2] - part[0]) * (part[3] - part[1]))) ** 0.5)
        change = ImageChops.difference(page.shade((), part, scale), page.shade(items, part, scale))
        seen = change.convert("L").point([255 * (dot >= _SEEN) for dot in range(256)])
        for item in items:
            left, top, right, bottom = item.box
            place = (left - part[0], top - part[1], right - part[0], bottom - part[1])
            x0, y0, x1, y1 = (round(side * scale) for side in place)
            dots = seen.crop((max(0, x0), max(0, y0), x1 + 1, y1 + 1)).histogram()[255]
            if dots >= max(1.0, _SEEN_SHARE * (x1 - x0) * (y1 - y0)):
                del ways[item.key]
    return ways


def _on_page(box: Sides, page: Drawing) -> bool:
    wide = min(box[2], page.width) - max(box[0], 0)
    high = min(box[3], page.height) - max(box[1], 0)
    return wide > 0 < high


def _layers(doubtful: list[tuple[Drawn, str]]) -> list[list[tuple[Drawn, str]]]:
    """In groups within which no two overlap, so that each one's effect can be seen alone; a few groups at most."""
    layers: list[list[tuple[Drawn, str]]] = []
    for entry in doubtful:
        for layer in layers:
            if not any(_overlap(entry[0].box, other.box) for other, _ in layer):
                layer.append(entry)
                break
        else:
            if len(layers) < _LAYERS_MOST:
                layers.append([entry])
    return layers


def _overlap(one: Sides, other: Sides) -> bool:
    wide = min(one[2], other[2]) - max(one[0], other[0])
    high = min(one[3], other[3]) - max(one[1], other[1])
    # Letters reach a little into their neighbours.
    return wide > 1 and high > 0.3 * min(one[3] - one[1], other[3] - other[1])
