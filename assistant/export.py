"""A conversation and its answers in, Markdown, HTML or JSON out, with every citation; knows no library.

All text is data: nothing in it becomes a link, a picture or markup of the file that is written.
"""

import json
import re
from collections.abc import Callable, Mapping, Sequence
from html import escape
from itertools import count
from typing import Any, Literal

from assistant.listed import Conversation

Format = Literal["markdown", "html", "json"]
Row = Mapping[str, Any]

_HEAD = (
    '<!doctype html><html><head><meta charset="utf-8">'
    "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">"
    "<style>body{{max-width:45em;margin:2em auto;font-family:sans-serif;line-height:1.5}}"
    "q,small{{color:#555}}.weak{{color:#96690a}}.unsupported{{color:#b3261e}}</style><title>{title}</title></head><body>"
)


def export(conversation: Conversation, answers: Sequence[Row], form: Format) -> str:
    """The whole conversation, oldest answer first; `answers` as `Library.answers` gives them."""
    if form == "json":
        value = {"id": conversation.id, "title": conversation.title, "started": conversation.started}
        return json.dumps({**value, "answers": list(answers)}, ensure_ascii=False, indent=2) + "\n"
    return _markdown(conversation, answers) if form == "markdown" else _html(conversation, answers)


def _markdown(conversation: Conversation, answers: Sequence[Row]) -> str:
    lines = [f"# {_plain(conversation.title)}", ""]
    for answer in answers:
        numbers = _numbers(answer)
        lines += [f"## {_plain(answer['question'])}", "", f"*{_plain(_made(answer))}*", ""]
        if not answer["statements"]:
            lines += [_plain(answer["answer"]), ""]
        for statement in answer["statements"]:
            marks = "".join(f" \\[{numbers[_key(citation)]}\\]" for citation in statement["citations"])
            lines.append(f"- {_plain(statement['text'])}{marks} ({statement['status']})")
            lines += [f"  - {_plain(finding)}" for finding in statement["findings"]]
        lines += ["", *(f"{number}. {_place(key, _plain)}" for key, number in numbers.items())]
        lines += ["", _plain(_read(answer)), ""]
    return "\n".join(lines)


def _html(conversation: Conversation, answers: Sequence[Row]) -> str:
    parts = [_HEAD.format(title=escape(conversation.title)), f"<h1>{escape(conversation.title)}</h1>"]
    for answer in answers:
        numbers = _numbers(answer)
        parts.append(f"<h2>{escape(answer['question'])}</h2><small>{escape(_made(answer))}</small>")
        if not answer["statements"]:
            parts.append(f"<p>{escape(answer['answer'])}</p>")
        for statement in answer["statements"]:
            marks = "".join(f" [{numbers[_key(citation)]}]" for citation in statement["citations"])
            findings = "".join(f"<br><small>{escape(finding)}</small>" for finding in statement["findings"])
            status = f'<span class="{escape(statement["status"])}">({escape(statement["status"])})</span>'
            parts.append(f"<p>{escape(statement['text'])}{marks} {status}{findings}</p>")
        places = "".join(f"<li>{_place(key, escape)}</li>" for key in numbers)
        parts.append(f"<ol>{places}</ol><small>{escape(_read(answer))}</small>")
    return "".join([*parts, "</body></html>\n"])


def _made(answer: Row) -> str:
    return f"{answer['model']}, {answer['asked'][:16]} UTC"


Key = tuple[str, str, str]


def _key(citation: Row) -> Key:
    return citation["document"], citation["place"], " ".join(citation["text"].split())


def _numbers(answer: Row) -> dict[Key, int]:
    """The citations of an answer by number, in the order in which they are named."""
    keys = dict.fromkeys(_key(citation) for statement in answer["statements"] for citation in statement["citations"])
    return dict(zip(keys, count(1), strict=False))


def _place(key: Key, plain: Callable[[str], str]) -> str:
    document, place, text = key
    return f"{plain(document)}, {plain(place)}: “{plain(text)}”"


def _read(answer: Row) -> str:
    ledger = answer["coverage"]
    read = "; ".join(
        f"{item['name']}: {item['included_tokens']:,} of {item['tokens']:,} tokens" for item in ledger["documents"]
    )
    return f"Read: {read}. {ledger['prompt_tokens']:,} tokens of {ledger['limit']:,} in all."


def _plain(text: str) -> str:
    """Text without any meaning to Markdown."""
    return re.sub(r"([\\`*_{}\[\]<>#!|~])", r"\\\1", " ".join(text.split()))
