"""What four ways to stretch do to a model in, that as HTML out: the picture, the sentences, what was measured."""

from collections.abc import Sequence
from html import escape

from ui.measured import Measured
from ui.rope_report import told
from ui.words import Words
from yarn_runtime import Scalings, in_k


def rope_html(made: Scalings, picture: str, found: Sequence[Measured], words: Words) -> str:
    """`picture` is HTML."""
    lines = "".join(f"<p>{escape(words.told(line))}</p>" for line in told(made))
    attention = f"<p><b>{words.attention_factor}</b> {made.attention_factor:.4f}</p>"
    return f'<div class="sheet-engine">{picture}{attention}{lines}{_measured(found, words)}</div>'


def _measured(found: Sequence[Measured], words: Words) -> str:
    if not found:
        return f"<section><h3>{words.needles}</h3><p>{words.no_needles}</p></section>"
    rows = "".join(
        f'<tr><th scope="row">{escape(each.rope or words.profiles["native"])}</th><td>{in_k(each.length)}</td>'
        f"<td>{each.found} / {each.asked}</td></tr>"
        for each in found
    )
    return f'<section><h3>{words.needles}</h3><table class="needles">{rows}</table></section>'
