"""Text in, the quantities that it names out: each number's value, its unit and its place; knows no statements.

Thousands and decimals are read by the convention of the text: 1,250.50 or 1.250,50, whichever its clear numbers or its
language show.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction

from assistant.dates import Moment, moments
from assistant.number_words import CHINESE_SCALES, LONGEST, SCALES_BEHIND_DIGITS, number_words
from assistant.units import CASED, SHORT, UNITS, Unit

# One character for one, so that places stay: full-width forms, odd spaces, the minus sign.
_PLAIN = {0xFF01 + offset: 0x21 + offset for offset in range(94)} | dict.fromkeys((0xA0, 0x2009, 0x202F, 0x3000), " ")
_PLAIN |= {0x2212: "-", 0x2019: "'"}

_NUMBER = re.compile(
    r"(?<![A-Za-z0-9_])(?P<currency>US\$|[€$£¥]|(?:EUR|USD|GBP|CHF|RMB|CNY)\s)?\s?(?P<sign>(?<![\d)\]]\s)(?<![\w)\]])-|\bminus\s)?"
    r"(?P<digits>\d{1,3}(?:(?P<gap>[ '_])\d{3})(?:(?P=gap)\d{3})*(?:[.,]\d+)?(?!\d)|\d+(?:[.,]\d+)*)"
    r"(?:st|nd|rd|th)?"
    r"(?:\s?(?P<scale>thousand|millionen|million|billion|trillion|milliarden|bn|mio\.?|mrd\.?|万|亿)(?![A-Za-z]))?",
    re.IGNORECASE,
)
_GLUED = re.compile(r"(?<=[A-Za-z_])\d+|\d+(?=[A-Za-z_])")
_UNIT_WORD = re.compile(
    r"\s?[-\u2011]?\s?(?P<first>[^\W\d_]+[²³23]?|%|°[CF]?|℃|℉|[€$£¥])(?:[\s-]+(?P<second>[^\W\d_]+))?"
)
_CJK = re.compile(r"\s?(?P<cjk>[\u4e00-\u9fff]{1,4})")
_ROUGHLY = re.compile(
    r"(?:about|around|roughly|approximately|approx\.|circa|ca\.|nearly|almost|some|etwa|rund|~|≈)\s*$", re.IGNORECASE
)
_ROUGHLY_CHINESE = re.compile(r"(?:大约|约|将近|近|左右)\s*$")
_PARTS_BEFORE = re.compile(r"([百千万])分之\s*$")
LONGEST_PARTS = 8
"""Characters before a number that may say what it is a part of: 百分之."""
_PERCENT = {"百": Fraction(1), "千": Fraction(1, 10), "万": Fraction(1, 100)}
_ADJECTIVES = frozenset(["full", "consecutive", "whole", "more", "further", "additional", "printed", "physical"])
_SINGLE = re.compile(r"\b(?:an?|per|each|every|ein|eine|einem|einen|pro)\s+(?P<unit>[^\W\d_]+)", re.IGNORECASE)
_MEASURES = frozenset(("length", "area", "mass", "bytes", "euros", "dollars", "pounds", "yuan", "celsius", "percent"))


@dataclass(frozen=True, slots=True)
class Quantity:
    """A number as a text gives it."""

    values: tuple[Fraction, ...]
    """What it can mean; mostly one."""
    unit: Unit | None
    written: str
    """As it stands there, unit included."""
    start: int
    end: int
    in_words: bool = False
    rounded: bool = False
    """Said to be rough: "about 80"."""

    def equals(self, other: "Quantity") -> bool:
        """Whether both mean the same; without a unit on one side the bare values decide."""
        if self.unit is None or other.unit is None:
            return any(self._near(mine, theirs) for mine in self.values for theirs in other.values)
        return self.unit.dimension == other.unit.dimension and any(
            self._near(mine, theirs * other.unit.size / self.unit.size)
            for mine in self.values
            for theirs in other.values
        )

    def equals_bare(self, other: "Quantity") -> bool:
        """Whether the values agree, whatever the units."""
        return any(self._near(mine, theirs) for mine in self.values for theirs in other.values)

    def _near(self, mine: Fraction, theirs: Fraction) -> bool:
        if mine == theirs:
            return True
        if not self.rounded or not mine:
            return False
        step = Fraction(1)
        while mine % (step * 10) == 0:
            step *= 10
        while mine % step:
            step /= 10
        return abs(mine - theirs) * 2 <= step


def decimal_comma(text: str) -> bool:
    """Whether a text writes 1.250,50: by its clear numbers, else by its language's commonest words."""
    comma = len(re.findall(r"(?<![\d.,])\d{1,3}(?:\.\d{3})+,\d|(?<![\d.,])\d+,(?:\d\d?|\d{4,})(?![\d.,])", text))
    point = len(re.findall(r"(?<![\d.,])\d{1,3}(?:,\d{3})+\.\d|(?<![\d.,])\d+\.(?:\d\d?|\d{4,})(?![\d.,])", text))
    if comma != point:
        return comma > point
    continental = re.findall(r"\b(?:der|die|das|und|nicht|le|les|des|et|el|los|una?|il|della|het|een)\b", text.lower())
    english = re.findall(r"\b(?:the|and|of|is|for|to)\b", text.lower())
    return len(continental) > len(english)


def quantities(text: str, *, comma: bool | None = None) -> tuple[list[Quantity], list[Moment]]:
    """The numbers of a text, and its dates, whose own digits are no numbers (a full date's year is one, too).

    `comma` is the convention of the text around it, as `decimal_comma` gives it; by default the text's own.
    """
    plain = text.translate(_PLAIN)
    comma = decimal_comma(plain) if comma is None else comma
    dates = moments(plain)
    taken = bytearray(len(plain))
    for moment in dates:
        taken[moment.start : moment.end] = b"\1" * (moment.end - moment.start)
    found: list[Quantity] = []
    for quantity in [*_in_digits(plain, comma), *_in_words(plain)]:
        if not any(taken[quantity.start : quantity.end]):
            found.append(quantity)
            taken[quantity.start : quantity.end] = b"\1" * (quantity.end - quantity.start)
    return sorted(found, key=lambda quantity: quantity.start), dates


def loose_numbers(text: str) -> Iterator[Quantity]:
    """What a passage may also be read as: digits inside words (sha256), "a month", the numbers of a row of a table."""
    plain = text.translate(_PLAIN)
    for match in _GLUED.finditer(plain):
        if len(match.group()) <= LONGEST:
            yield Quantity((Fraction(match.group()),), None, match.group(), *match.span())
    for match in _NUMBER.finditer(plain):
        if match["gap"] == " ":
            for part in re.finditer(r"\d+", match["digits"]):
                start = match.start("digits") + part.start()
                yield Quantity((Fraction(part.group()),), None, part.group(), start, start + len(part.group()))
    for match in _SINGLE.finditer(plain):
        unit = UNITS.get(match["unit"].casefold())
        if unit is not None:
            yield Quantity((Fraction(1),), unit, match.group(), *match.span(), in_words=True)


def bare_units(text: str, found: Sequence[Quantity]) -> Iterator[tuple[str, Unit]]:
    """Units of measure and currencies that a text names without a number ("each in cm"), `found` being its numbers."""
    for match in re.finditer(r"[^\W\d_]{2,}|[€$£]", text):
        unit = UNITS.get(match.group().casefold())
        inside = any(quantity.start <= match.start() < quantity.end for quantity in found)
        if unit is not None and unit.dimension in _MEASURES and match.group() == match.group().lower() and not inside:
            yield match.group(), unit


def _in_digits(text: str, comma: bool) -> Iterator[Quantity]:
    for match in _NUMBER.finditer(text):
        start = match.start("currency") if match["currency"] else match.start("sign" if match["sign"] else "digits")
        value = _value(match["digits"], comma)
        if value is None:
            continue  # a version or an address, compared as a name
        if match["sign"]:
            value = -value
        scale = (match["scale"] or "").casefold().rstrip(".")
        value *= SCALES_BEHIND_DIGITS.get(scale, 0) or CHINESE_SCALES.get(scale, 1)
        unit, end = _unit(text, match.end())
        if match["currency"]:
            unit, end = UNITS[match["currency"].strip().casefold()], match.end()
        elif unit is None and (parts := _PARTS_BEFORE.search(text, max(0, start - LONGEST_PARTS), start)):
            unit, value = UNITS["%"], value * _PERCENT[parts[1]]
        values: tuple[Fraction, ...] = (value,)
        if unit is None and re.match(r"[kK](?![A-Za-z])", text[match.end() :]):
            values, end = (value, value * 1000, value * 1024), match.end() + 1
        yield Quantity(values, unit, text[start:end].strip(), start, end, rounded=_rough(text, start, end))


def _in_words(text: str) -> Iterator[Quantity]:
    for value, start, end in number_words(text):
        unit, unit_end = _unit(text, end)
        parts = _PARTS_BEFORE.search(text, max(0, start - LONGEST_PARTS), start)
        number = value * _PERCENT[parts[1]] if parts else Fraction(value)
        unit = UNITS["%"] if parts else unit
        written = text[start:unit_end].strip()
        yield Quantity((number,), unit, written, start, unit_end, True, _rough(text, start, unit_end))


def _rough(text: str, start: int, end: int) -> bool:
    before = text[max(0, start - 16) : start]
    return bool(_ROUGHLY.search(before) or _ROUGHLY_CHINESE.search(before) or text[end : end + 2] == "左右")


def _unit(text: str, end: int) -> tuple[Unit | None, int]:
    """The unit behind a number that ends there, and where it ends."""
    if (cjk := _CJK.match(text, end)) is not None:
        for length in range(len(cjk["cjk"]), 0, -1):
            if (unit := UNITS.get(cjk["cjk"][:length])) is not None:
                return unit, cjk.start("cjk") + length
        return None, end
    match = _UNIT_WORD.match(text, end)
    if match is None:
        return None, end
    if match["first"] in CASED:
        return CASED[match["first"]], match.end("first")
    first, second = match["first"].casefold(), (match["second"] or "").casefold()
    if (unit := UNITS.get(f"{first} {second}")) is not None:
        return unit, match.end("second")
    if first in _ADJECTIVES and len(second) > 2 and second in UNITS:
        return UNITS[second], match.end("second")
    if first not in UNITS or (len(first) < 3 and first.isalpha() and match["first"] not in SHORT):
        return None, end
    return UNITS[first], match.end("first")


def _value(digits: str, comma: bool) -> Fraction | None:
    """The value of digits with separators; None for what is no number (3.14.6)."""
    digits = re.sub(r"[ '_]", "", digits)
    if len(digits) > LONGEST:
        return None
    point, group = (",", ".") if comma else (".", ",")
    if "," in digits and "." in digits:
        point = max(",", ".", key=digits.rindex)  # the last one is the decimal sign, whatever the text's habit
        group = "." if point == "," else ","
    if re.fullmatch(rf"\d{{1,3}}(?:{re.escape(group)}\d{{3}})+(?:{re.escape(point)}\d+)?", digits):
        return Fraction(digits.replace(group, "").replace(point, "."))
    if digits.count(group) == 1 and point not in digits:
        point = group  # 0,5 in an English text can be nothing else
    if re.fullmatch(rf"\d+(?:{re.escape(point)}\d+)?", digits):
        return Fraction(digits.replace(point, "."))
    return None
