"""What was tried in, the page to log in by as HTML out, in the look and the languages of the others."""

from functools import cache
from html import escape
from pathlib import Path

from ui.words import Words

_STYLE = Path(__file__).parent / "page.css"
_DARK = "if (matchMedia('(prefers-color-scheme: dark)').matches) document.documentElement.classList.add('dark');"


def login_html(words: Words, head: str, place: str, name: str = "", problem: str = "") -> str:
    """`head` is HTML that chooses the language, `place` where to go after it, `problem` why it did not work."""
    told = f'<p class="problem" role="alert"><strong>{escape(problem)}</strong></p>' if problem else ""
    name_focus, password_focus = ("", " autofocus") if name else (" autofocus", "")
    return f"""<!doctype html>
<html lang="{"zh-CN" if words.language == "zh" else "en"}"><head>{head}<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1"><link rel="icon" href="data:,">
<title>{words.log_in} · {words.name}</title><script>{_DARK}</script><style>{_style()}</style></head>
<body class="login"><main><form method="post" action="/login"><h1>{words.name}</h1>{told}
<label>{words.user_name}<input name="name" value="{escape(name)}" autocomplete="username" required{name_focus}></label>
<label>{words.password}<input name="password" type="password" autocomplete="current-password"
 required{password_focus}></label>
<input type="hidden" name="place" value="{escape(place)}"><button>{words.log_in}</button>
<p>{words.no_account}</p></form>
<button type="button" class="language" data-language>{words.other_language}</button></main></body></html>"""


@cache
def _style() -> str:
    return _STYLE.read_text("utf-8")
