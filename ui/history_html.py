"""Conversations in, the list to open them from as HTML out; knows no page. Titles are data and are escaped."""

from collections.abc import Collection, Iterator, Sequence
from datetime import date, datetime, timedelta
from html import escape
from itertools import groupby

from assistant import Conversation
from ui.words import Words

_FORMS = {"md": "Markdown", "html": "HTML", "json": "JSON"}
"""What a conversation can be exported as: by the ending of the file, what a person calls it."""


def history_html(
    conversations: Sequence[Conversation], shown: int, open_one: str, running: Collection[str], words: Words
) -> str:
    """The first `shown` of them by day, the open one marked, and a button for more."""
    if not conversations:
        return f'<p class="empty">{words.no_conversations}</p>'
    days = groupby(conversations[:shown], key=lambda each: _day(each, words))
    listed = "".join(
        f'<h3>{day}</h3><ul class="history">{"".join(_row(each, open_one, running, words) for each in some)}</ul>'
        for day, some in days
    )
    left = len(conversations) - shown
    return listed + (
        f'<button type="button" class="more" data-more>{words.show_more(left)}</button>' if left > 0 else ""
    )


def _row(conversation: Conversation, open_one: str, running: Collection[str], words: Words) -> str:
    key, title = escape(conversation.id), escape(conversation.title)
    current = ' aria-current="true"' if conversation.id == open_one else ""
    dot = f'<span class="busy" title="{words.running}"></span>' if conversation.id in running else ""
    return (
        f'<li><button type="button" class="title" data-open="{key}"{current} title="{title}">{dot}{title}</button>'
        f'<details><summary aria-label="{words.more}: {title}" title="{words.more}">⋯</summary><div class="menu">'
        f'<button type="button" data-rename="{key}">{words.rename}</button>{"".join(_exports(key, words))}'
        f'<button type="button" data-delete="{key}" data-sure="{words.delete_surely}">{words.delete}</button>'
        f"</div></details></li>"
    )


def _exports(key: str, words: Words) -> Iterator[str]:
    for ending, name in _FORMS.items():
        yield f'<a href="/conversations/{key}.{ending}" download>{words.export}: {name}</a>'


def _day(conversation: Conversation, words: Words) -> str:
    """The day on which it began, where this program runs."""
    began = datetime.fromisoformat(conversation.started).astimezone().date()
    today = date.today()
    if began == today:
        return words.today
    return words.yesterday if began == today - timedelta(days=1) else began.isoformat()[:7]
