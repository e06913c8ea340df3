"""A meter in, the bar that shows it with its numbers as HTML out; knows no page."""

from html import escape

from assistant import WayCost
from ui.meter import Meter
from ui.words import Words


def meter_html(meter: Meter, words: Words) -> str:
    """How full the context would be, part by part; what does not fit is said in words."""
    parts = (
        ("documents", words.documents, meter.documents),
        ("history", words.conversation, meter.history),
        ("rest", words.instructions, meter.rest),
        ("reserve", words.reserve, meter.reserve),
    )
    bars = "".join(f'<i class="{name}" style="flex-grow:{tokens}"></i>' for name, _, tokens in parts if tokens)
    free = f'<i style="flex-grow:{meter.free}"></i>' if meter.free > 0 else ""
    legend = "".join(
        f'<span><i class="{name}"></i>{title} <b>{tokens:,}</b></span>' for name, title, tokens in parts if tokens
    )
    over = meter.free < 0
    told = words.too_much(-meter.free) if over else words.free(meter.free, meter.limit)
    more = f"<p>{escape(words.other_holds(meter.other))}</p>" if meter.other else ""
    return (
        f'<div class="meter{" over" if over else ""}" role="status"><div class="bar" role="img"'
        f' aria-label="{escape(words.of_limit(meter.needed, meter.limit, None))}">{bars}{free}</div>'
        f'<div class="legend">{legend}<span class="free">{escape(told)}</span></div>{more}</div>'
    )


def way_label(way: WayCost, words: Words) -> str:
    """What a way to read is called, what it reads and what that costs."""
    seconds = words.about_seconds(way.seconds) if way.seconds is not None else ""
    facts = (words.told(way.what), words.way_tokens(way.tokens, way.prompts), seconds)
    return f"{words.ways[way.name]} · {' · '.join(fact for fact in facts if fact)}"
