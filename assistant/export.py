"""A conversation and its answers in, Markdown, HTML or JSON out, with every citation; knows no library.

All text is data: nothing in it becomes a link, a picture or markup of the file that is written.
"""

import json
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from html import escape
from itertools import count
from typing import Any, Literal

from assistant.listed import Conversation

Format = Literal["markdown", "html", "json"]
Row = Mapping[str, Any]

_LINK = '<a href="{1}">{0}</a>'
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
    return _file(conversation.title, answers, form)


def export_answer(answer: Row, form: Format) -> str:
    """One answer, in the form of `Answer.to_json` plus model and time, as a file of its own."""
    if form == "json":
        return json.dumps(dict(answer), ensure_ascii=False, indent=2) + "\n"
    return _file(answer["question"], [answer], form)


def export_answers(
    title: str, answers: Sequence[Row], form: Literal["markdown", "html"], notes: Sequence[str] = ()
) -> str:
    """Several answers under one title, in one file; `notes` stand before them. A citation with an `href`, an address
    that this program has made, is a link."""
    return _file(title, answers, form, notes)


def _file(title: str, answers: Sequence[Row], form: Format, notes: Sequence[str] = ()) -> str:
    if form == "markdown":
        lines = [f"# {_plain(title)}", "", *(f"- {_plain(note)}" for note in notes), ""]
        return "\n".join([*lines, *(line for answer in answers for line in _markdown(answer))])
    listed = "".join(f"<li>{escape(note)}</li>" for note in notes)
    body = "".join([f"<ul>{listed}</ul>" if notes else "", *map(_html, answers)])
    return f"{_HEAD.format(title=escape(title))}<h1>{escape(title)}</h1>{body}</body></html>\n"


def _markdown(answer: Row) -> list[str]:
    numbers = _numbers(answer)
    lines = [f"## {_plain(answer['question'])}", "", f"*{_plain(_made(answer))}*", ""]
    for head, note, statements in _sections(answer):
        lines += [f"### {_plain(head)}", ""] if head else []
        lines += [_plain(note), ""] if note else []
        for statement in statements:
            marks = "".join(f" \\[{numbers[_key(citation)]}\\]" for citation in statement["citations"])
            lines.append(f"- {_plain(statement['text'])}{marks} ({statement['status']})")
            lines += [f"  - {_plain(finding)}" for finding in statement["findings"]]
        lines += [""] if statements else []
    lines += [f"{number}. {_place(key, _plain, '[{}]({})')}" for key, number in numbers.items()]
    return [*lines, "", _plain(_read(answer)), ""]


def _html(answer: Row) -> str:
    numbers = _numbers(answer)
    parts = [f"<h2>{escape(answer['question'])}</h2><small>{escape(_made(answer))}</small>"]
    for head, note, statements in _sections(answer):
        parts.append(f"<h3>{escape(head)}</h3>" if head else "")
        parts.append(f"<p>{escape(note)}</p>" if note else "")
        for statement in statements:
            marks = "".join(f" [{numbers[_key(citation)]}]" for citation in statement["citations"])
            findings = "".join(f"<br><small>{escape(finding)}</small>" for finding in statement["findings"])
            status = f'<span class="{escape(statement["status"])}">({escape(statement["status"])})</span>'
            parts.append(f"<p>{escape(statement['text'])}{marks} {status}{findings}</p>")
    places = "".join(f"<li>{_place(key, escape, _LINK)}</li>" for key in numbers)
    return "".join([*parts, f"<ol>{places}</ol><small>{escape(_read(answer))}</small>"])


def _sections(answer: Row) -> Iterator[tuple[str, str, Sequence[Row]]]:
    """Head, note and statements of each section; an answer without sections is one without a head."""
    statements = answer["statements"]
    if not answer.get("sections"):
        yield "", "" if statements else answer["answer"], statements
    for section in answer.get("sections") or ():
        head = ": ".join(word for word in (section["of"], section["title"]) if word)
        verdict = f" ({section['verdict']})" if section["verdict"] else ""
        yield head + verdict, section["note"], [statements[index] for index in section["statements"]]


def _made(answer: Row) -> str:
    return f"{answer['model']}, {answer['asked'][:16]} UTC"


Key = tuple[str, str, str, str]


def _key(citation: Row) -> Key:
    return citation["document"], citation["place"], " ".join(citation["text"].split()), citation.get("href", "")


def _numbers(answer: Row) -> dict[Key, int]:
    """The citations of an answer by number, in the order in which they are named."""
    keys = dict.fromkeys(_key(citation) for statement in answer["statements"] for citation in statement["citations"])
    return dict(zip(keys, count(1), strict=False))


def _place(key: Key, plain: Callable[[str], str], link: str) -> str:
    document, place, text, href = key
    where = f"{plain(document)}, {plain(place)}"
    return f"{link.format(where, href) if href else where}: “{plain(text)}”"


def _read(answer: Row) -> str:
    ledger = answer["coverage"]
    read = "; ".join(
        f"{item['name']}: {item['included_tokens']:,} of {item['tokens']:,} tokens" for item in ledger["documents"]
    )
    return f"Read: {read}. {ledger['prompt_tokens']:,} tokens of {ledger['limit']:,} in all."


def _plain(text: str) -> str:
    """Text without any meaning to Markdown."""
    return re.sub(r"([\\`*_{}\[\]<>#!|~])", r"\\\1", " ".join(text.split()))
