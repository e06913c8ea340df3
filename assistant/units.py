"""A word or sign in, the unit that it names out: its dimension and its size; knows no numbers."""

from dataclasses import dataclass
from fractions import Fraction


@dataclass(frozen=True, slots=True)
class Unit:
    """What a number counts; numbers of one dimension can be converted into each other."""

    dimension: str
    size: Fraction
    """In the dimension's own base."""


_SIZES: dict[str, dict[str, str]] = {
    # dimension: {size in its base: names}. Exact by definition (SI brochure, 9th ed.; international yard and pound).
    "length": {
        "1/1000": "mm millimetre millimetres millimeter millimeters 毫米",
        "1/100": "cm centimetre centimetres centimeter centimeters 厘米",
        "1": "m metre metres meter meters 米",
        "1000": "km kilometre kilometres kilometer kilometers 公里 千米",
        "0.0254": "inch inches 英寸",
        "0.3048": "ft foot feet 英尺",
        "0.9144": "yd yard yards",
        "1609.344": "mile miles 英里",
    },
    "area": {
        "1": "m² m2 sqm square-metre square-metres square-meter square-meters 平方米 quadratmeter quadratmetern",
        "4046.8564224": "acre acres",
        "10000": "ha hectare hectares 公顷",
        "2000/3": "亩",
        "0.09290304": "sqft square-foot square-feet",
    },
    "mass": {
        "1/1000": "mg milligram milligrams 毫克",
        "1": "g gram grams gramme grammes 克",
        "1000": "kg kilogram kilograms kilogramme kilogrammes 公斤 千克",
        "1000000": "tonne tonnes 吨",
        "453.59237": "lb lbs pound-weight",
        "28.349523125": "oz ounce ounces",
    },
    "time": {
        "1/1000000": "µs us microsecond microseconds 微秒",
        "1/1000": "ms millisecond milliseconds 毫秒",
        "1": "s sec secs second seconds sekunde sekunden 秒",
        "60": "min mins minute minutes minuten 分钟",
        "3600": "h hr hrs hour hours stunde stunden 小时",
        "86400": "d day days calendar-day calendar-days tag tage tagen 天 日",
        "604800": "week weeks woche wochen 周 星期",
    },
    "working days": {"1": "working-day working-days business-day business-days werktag werktage werktagen 工作日"},
    "months": {
        "1": "month months monat monate monaten 个月",
        "3": "quarter-year",
        "12": "year years yr yrs jahr jahre jahren 年",
    },
    "bits": {"1": "bit bits 位", "8": "byte bytes octet octets 字节"},
    "bytes": {
        "1000": "kb kilobyte kilobytes",
        "1000000": "mb megabyte megabytes",
        "1000000000": "gb gigabyte gigabytes",
        "1000000000000": "tb terabyte terabytes",
        "1024": "kib kibibyte kibibytes",
        "1048576": "mib mebibyte mebibytes",
        "1073741824": "gib gibibyte gibibytes",
    },
    "percent": {"1": "% percent per-cent prozent 百分之"},
    "percentage points": {"1": "percentage-point percentage-points prozentpunkte 个百分点"},
    "euros": {"1": "€ eur euro euros 欧元", "1/100": "cent cents"},
    "dollars": {"1": "$ us$ usd dollar dollars 美元"},
    "pounds": {"1": "£ gbp pound pounds 英镑"},
    "yuan": {"1": "¥ rmb cny yuan 元 人民币"},
    "francs": {"1": "chf franc francs franken"},
    "celsius": {"1": "°c ℃ 摄氏度 degree-celsius degrees-celsius"},
    "fahrenheit": {"1": "°f ℉ degree-fahrenheit degrees-fahrenheit"},
    "degrees": {"1": "° degree degrees 度"},
    "points": {"1": "pt pts point points", "12": "pica picas"},
    "pixels": {"1": "px pixel pixels 像素"},
    "pages": {"1": "page pages seite seiten 页"},
    "lines": {"1": "line lines zeile zeilen 行"},
    "characters": {"1": "character characters char chars zeichen"},
    "words": {"1": "word words"},
    "tokens": {"1": "token tokens"},
    "columns": {"1": "column columns spalte spalten 列"},
    "rows": {"1": "row rows"},
    "pieces": {"1": "copy copies 份"},
    "times": {"1": "times 次 倍"},
    "people": {"1": "people persons person personen 人 名"},
    "hertz": {"1": "hz", "1000": "khz", "1000000": "mhz", "1000000000": "ghz"},
    "parts": {"1": "ppm", "1/1000": "ppb"},
    "volume": {
        "1/1000": "ml millilitre millilitres milliliter milliliters 毫升",
        "1": "litre litres liter liters 升",
        "1000": "m³ m3 cubic-metre cubic-metres cubic-meter cubic-meters 立方米",
    },
    "volt": {"1": "v volt volts", "1000": "kv"},
    "watt": {"1": "w watt watts", "1000": "kw kilowatt kilowatts", "1000000": "mw megawatt megawatts"},
    "dpi": {"1": "dpi"},
}

UNITS: dict[str, Unit] = {
    name.casefold().replace("-", " "): Unit(dimension, Fraction(size))
    for dimension, sizes in _SIZES.items()
    for size, names in sizes.items()
    for name in names.split()
}
"""By name, case-folded."""

CASED = {"mHz": Unit("hertz", Fraction(1, 1000)), "mW": Unit("watt", Fraction(1, 1000))}
"""What would be something else if it were lower-cased: a millihertz is no megahertz."""

_SHORT = """
mm cm m km ft yd mg g kg lb oz µs \u03bcs us ms s h hr d yr kB KB kb MB GB TB pt px Hz V kV W kW MW ha ml mL m2 m3
"""
SHORT = frozenset(_SHORT.split())
"""How units of one or two letters are written: "5 M" is no length."""
