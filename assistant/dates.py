"""Text in, the dates and times of day that it names out, however they are written; knows no documents."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

_ENGLISH = "january february march april may june july august september october november december"
_GERMAN = "januar februar märz april mai juni juli august september oktober november dezember"
_SHORT = "jan feb mar apr may jun jul aug sep oct nov dec"
MONTHS = {
    **{name: number for names in (_ENGLISH, _GERMAN, _SHORT) for number, name in enumerate(names.split(), 1)},
    "sept": 9,
}
"""The number of a month by its name, lower-cased."""

_NAMES = "|".join(sorted(MONTHS, key=len, reverse=True))
_MONTH = rf"(?P<month>(?:{_NAMES}))\b\.?"
_DAY = r"(?P<day>0?[1-9]|[12]\d|3[01])(?:st|nd|rd|th|\.)?"
_YEAR = r"(?P<year>(?:1[5-9]|20|21)\d\d)(?!\d)"
_CHINESE = {character: str(value) for value, character in enumerate("〇一二三四五六七八九")} | {"零": "0"}
_ZH = "〇零一二三四五六七八九十"

_PATTERNS = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        rf"(?<!\d){_YEAR}-(?P<month>0[1-9]|1[0-2])-(?P<day>0[1-9]|[12]\d|3[01])(?!\d)",
        rf"(?<!\d){_YEAR}/(?P<month>0?[1-9]|1[0-2])/(?P<day>0?[1-9]|[12]\d|3[01])(?!\d)",
        rf"(?<![\d.])(?P<day>0?[1-9]|[12]\d|3[01])\.\s?(?P<month>0?[1-9]|1[0-2])\.\s?{_YEAR}",
        rf"(?<![\d/])(?P<first>0?[1-9]|[12]\d|3[01])/(?P<second>0?[1-9]|[12]\d|3[01])/{_YEAR}",
        rf"(?<!\w){_DAY}(?:\s+day)?(?:\s+of)?\s+{_MONTH}(?:,?\s+(?:of\s+)?{_YEAR})?",
        rf"(?<!\w){_MONTH}\s+{_DAY}(?!\d)(?:,?\s+{_YEAR})?(?!\w)",
        rf"(?<!\w){_MONTH}(?:\s+of)?,?\s+{_YEAR}",
        rf"(?P<year>\d{{4}}|[{_ZH}]{{4}})\s?年\s?(?P<month>\d{{1,2}}|[{_ZH}]{{1,3}})\s?月"
        rf"(?:\s?(?P<day>\d{{1,2}}|[{_ZH}]{{1,3}})\s?[日号])?",
        rf"(?<![\d{_ZH}])(?P<month>\d{{1,2}}|[{_ZH}]{{1,2}})\s?月\s?(?P<day>\d{{1,2}}|[{_ZH}]{{1,3}})\s?[日号]",
        rf"\b(?:in|of|since|until|till|by|from|to|during|before|after|and|through|late|early|mid)[ -]{_MONTH}",
    )
)
_CLOCK = re.compile(
    r"(?<![\d:.])([01]?\d|2[0-4])(?::([0-5]\d))?\s?(a\.?m\.?|p\.?m\.?)(?!\w)"
    r"|(?<![\d:])([01]?\d|2[0-4]):([0-5]\d)(?![\d:])",
    re.IGNORECASE,
)
_CAPITAL = re.compile(r"[A-ZÀ-Þ]")


@dataclass(frozen=True, slots=True)
class Moment:
    """A date, or a part of one, or a time of day (`minute` of the day); what is not said is None."""

    start: int
    end: int
    year: int | None = None
    month: int | None = None
    day: int | None = None
    minute: int | None = None
    swapped: bool = False
    """Day and month may be the other way round."""

    def within(self, other: "Moment") -> bool:
        """Whether everything that this one says is said by the other."""
        if (self.minute is None) != (other.minute is None):
            return False
        if self.minute is not None:
            return self.minute == other.minute
        mine = ((self.month, self.day), (self.day, self.month)) if self.swapped else ((self.month, self.day),)
        theirs = ((other.month, other.day), (other.day, other.month)) if other.swapped else ((other.month, other.day),)
        return self.year in (None, other.year) and any(
            month in (None, their_month) and day in (None, their_day)
            for month, day in mine
            for their_month, their_day in theirs
        )


def moments(text: str) -> list[Moment]:
    """The dates and times of a text, in its order; none overlaps another."""
    taken = bytearray(len(text))
    found: list[Moment] = []
    for moment in _found(text):
        if not any(taken[moment.start : moment.end]):
            found.append(moment)
            taken[moment.start : moment.end] = b"\1" * (moment.end - moment.start)
    return sorted(found, key=lambda moment: moment.start)


def _found(text: str) -> Iterator[Moment]:
    for pattern in _PATTERNS:
        for match in pattern.finditer(text):
            parts = match.groupdict()
            name = parts.get("month") or ""
            if name[:1].isalpha() and name[0] not in _ZH and not _CAPITAL.match(name):
                continue  # "may" is mostly a verb
            year = _number(parts.get("year"))
            if "first" in parts:
                first, second = int(parts["first"]), int(parts["second"])
                if first <= 12 or second <= 12:
                    day, month = (first, second) if second <= 12 else (second, first)
                    yield Moment(*match.span(), year, month, day, swapped=first <= 12 and second <= 12)
                continue
            start = match.start("month") if pattern is _PATTERNS[-1] else match.start()
            named = MONTHS.get(name.casefold()) or _number(name)
            if named and named <= 12:
                yield Moment(start, match.end(), year, named, _number(parts.get("day")))
    for match in _CLOCK.finditer(text):
        hour, minutes, half, full_hour, full_minutes = match.groups()
        if half:
            of_day = int(hour) % 12 * 60 + int(minutes or 0) + (720 if half[0] in "pP" else 0)
        else:
            of_day = int(full_hour) * 60 + int(full_minutes)
        yield Moment(*match.span(), minute=of_day)


def _number(written: str | None) -> int | None:
    """A year, month or day in digits or Chinese numerals."""
    if not written:
        return None
    if written.isascii():
        return int(written) if written.isdigit() else None
    if "十" in written:
        tens, _, ones = written.partition("十")
        return int(_CHINESE.get(tens, "1")) * 10 + int(_CHINESE.get(ones, "0"))
    digits = "".join(_CHINESE.get(character, "") for character in written)
    return int(digits) if digits else None
