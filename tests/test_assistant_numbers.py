"""Numbers, units, dates and times, read from text as people write them."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.numbers import decimal_comma, quantities
from assistant.units import SHORT, UNITS


def values(text: str) -> list[Fraction]:
    return [quantity.values[0] for quantity in quantities(text)[0]]


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("It costs 1,250.50 in all.", "1250.5"),
        ("Das kostet 1.250,50 im Jahr.", "1250.5"),
        ("Die Gebühr ist 1.250 und nicht mehr.", "1250"),
        ("The fee is 1.250 and no more.", "1.25"),
        ("It is 10 000 m away.", "10000"),
        ("They are twenty-five.", "25"),
        ("There are one hundred and thirty-four pages.", "134"),
        ("It took 3.5 million.", "3500000"),
        ("总价为45.6万元", "456000"),
        ("共一百二十台", "120"),
        ("支付百分之三十", "30"),
        ("It was −5 °C.", "-5"),
        ("The ２０ rooms.", "20"),
    ],
)
def test_a_number_is_read_in_its_convention(text, value):
    assert values(text) == [Fraction(value)]


def test_a_version_is_no_number():
    assert values("Release 3.6.12 is out.") == []


@pytest.mark.parametrize(
    "text",
    [
        "3 May 2024",
        "May 3, 2024",
        "May 3rd 2024",
        "the 3rd of May 2024",
        "2024-05-03",
        "03.05.2024",
        "3. Mai 2024",
        "2024年5月3日",
        "二〇二四年五月三日",
    ],
)
def test_a_date_is_the_same_however_it_is_written(text):
    found, dates = quantities(f"On {text}.")
    assert [(date.year, date.month, date.day) for date in dates] == [(2024, 5, 3)]
    assert found == []


def test_the_verb_may_is_no_month():
    assert quantities("It may 3 times fail.")[1] == []


def test_the_convention_follows_clear_numbers_before_the_language():
    assert decimal_comma("The price is 3,5 and 12,75.")
    assert not decimal_comma("Der Preis ist 3.5 und 12.75.")


@given(st.text(st.sampled_from("0123456789.,' -年月日一十万百分之 thousand May km%€:/")))
def test_anything_can_be_read(text):
    found, dates = quantities(text)
    for item in [*found, *dates]:
        assert 0 <= item.start < item.end <= len(text)


@given(st.integers(0, 10**9))
def test_thousands_are_read_alike_in_both_conventions(number):
    english, german = f"{number:,}", f"{number:,}".replace(",", ".")
    assert quantities(f"x {english} y", comma=False)[0][0].values == (number,)
    assert quantities(f"x {german} y", comma=True)[0][0].values == (number,)


def test_every_short_unit_has_a_way_to_be_written():
    written = {name.casefold() for name in SHORT}
    latin = [name for name in UNITS if len(name) < 3 and name.isalpha() and max(name) < "\u4e00"]
    assert [name for name in latin if name not in written] == []


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("5 ml", "5 mg", False),
        ("5 mL", "5 ml", True),
        ("110 kV", "110 V", False),
        ("110 kV", "110 kW", False),
        ("110 kV", "110,000 volts", True),
        ("5 \u00b5s", "5 ms", False),
        ("5 \u00b5s", "5 \u03bcs", True),
    ],
)
def test_a_short_unit_counts(one, other, same):
    (mine,), (theirs,) = quantities(one)[0], quantities(other)[0]
    assert mine.equals(theirs) is same
