"""What there is to know of an engine in, that as HTML out: bars, reasons, a heat map; knows no page.

All text is data and is escaped.
"""

from collections.abc import Mapping
from html import escape

from ui.engine_facts import EngineFacts
from ui.words import Words
from yarn_runtime import Plan, in_k

_GIB = 2**30


def engine_html(facts: EngineFacts, words: Words) -> str:
    """All of it, the moment first, then the plan, what was measured, and the log."""
    engine, record = facts.engine, facts.record
    served = words.engine(engine.model, engine.limit, record.profile if record else None)
    parts = [f"<h2>{escape(served)}</h2><p>{escape(engine.url)}</p>", _now(facts, words)]
    parts.append(_plan(facts.plan, facts.gauges.kv_usage, words) if facts.plan else f"<p>{words.no_plan}</p>")
    parts.append(_needles(facts.needles, facts.verdict, words))
    if facts.log:
        log = f'<pre class="log" tabindex="0" aria-label="{words.log}">{escape(facts.log)}</pre>'
        parts.append(f"<section><h3>{words.log}</h3>{log}</section>")
    return f'<div class="sheet-engine">{"".join(parts)}</div>'


def needle_html(found: Mapping[tuple[int, float], float], words: Words) -> str:
    """A length a column, a depth a row, the share found in each cell by number and colour."""
    lengths = sorted({length for length, _ in found})
    heads = "".join(f'<th scope="col">{in_k(length)}</th>' for length in lengths)
    rows = ""
    for depth in sorted({depth for _, depth in found}):
        cells = "".join(_cell(found.get((length, depth))) for length in lengths)
        rows += f'<tr><th scope="row">{depth:.0%}</th>{cells}</tr>'
    return f'<table class="needles"><thead><tr><th scope="col">{words.depth}</th>{heads}</tr></thead>{rows}</table>'


def _cell(share: float | None) -> str:
    if share is None:
        return "<td>–</td>"
    return f'<td class="{"good" if share >= 0.9 else "fair" if share >= 0.5 else "poor"}">{share:.0%}</td>'


def _now(facts: EngineFacts, words: Words) -> str:
    gauges = facts.gauges
    lines = [
        _bar(words.kv_used, gauges.kv_usage, words.of_limit(gauges.kv_tokens_in_use, gauges.kv_tokens, None)),
        f"<p>{words.requests(gauges.running, gauges.waiting)}</p>",
    ]
    if gauges.cache_queries:
        share = gauges.cache_hits / gauges.cache_queries
        said = words.of_limit(gauges.cache_hits, gauges.cache_queries, None)
        lines.insert(1, _bar(words.cache_hits, share, said))
    return f"<section><h3>{words.now}</h3>{''.join(lines)}</section>"


def _plan(plan: Plan, kv_usage: float, words: Words) -> str:
    budget = plan.memory
    parts = (
        ("weights", words.weights, budget.weights_bytes),
        ("overhead", words.overhead, budget.overhead_bytes),
        ("kv", words.kv_pool, budget.kv_bytes),
    )
    total = max(budget.total_bytes, 1)
    rest = max(total - sum(size for _, _, size in parts), 0)
    bars = "".join(f'<i class="{name}" style="flex-grow:{size}"></i>' for name, _, size in parts)
    legend = "".join(
        f'<span><i class="{name}"></i>{title} <b>{size / _GIB:.2f} GiB</b></span>' for name, title, size in parts
    )
    reasons = "".join(f"<li>{escape(words.told(reason))}</li>" for reason in plan.reasons)
    return (
        f"<section><h3>{words.memory} · {total / _GIB:.1f} GiB</h3>"
        f'<div class="meter"><div class="bar" role="img" aria-label="{words.memory}">{bars}'
        f'<i style="flex-grow:{rest}"></i></div><div class="legend">{legend}</div></div></section>'
        f"<section><h3>{words.planned}</h3><ul>{reasons}</ul></section>"
    )


def _needles(found: Mapping[tuple[int, float], float], verdict: str, words: Words) -> str:
    if not found:
        return f"<section><h3>{words.needles}</h3><p>{words.no_needles}</p></section>"
    return f"<section><h3>{words.needles}</h3><p>{escape(verdict)}</p>{needle_html(found, words)}</section>"


def _bar(title: str, share: float, said: str) -> str:
    return (
        f'<div class="gauge"><span>{title}</span><progress value="{share:.4f}" max="1" aria-label="{title}"></progress>'
        f"<b>{share:.0%}</b><span>{escape(said)}</span></div>"
    )
