"""An answer as JSON values in, HTML out: statements with citations to click, their places, the ledger; knows no page.

It is made of what the library keeps, so that an old answer looks and works as it did when it was new. All text is data
and is escaped. The HTML holds no blank line and no line break, since the chat reads it as Markdown, in which HTML lasts
until the next blank line.
"""

from collections.abc import Mapping, Sequence
from html import escape
from typing import Any

from ui.ledger_html import ledger_html, map_html
from ui.place_html import address
from ui.words import Words

Value = Mapping[str, Any]
Key = tuple[str, int, int, int]

_QUOTED_CHARACTERS = 160


def text_html(text: str) -> str:
    """Text as it is, in a block of its own."""
    return f'<div class="said">{_escaped(text)}</div>'


def answer_html(answer: Value, words: Words) -> str:
    """The statements, the places that they cite, and what was read for them."""
    numbers = _numbers(answer)
    statements = [_statement(statement, numbers, words) for statement in answer["statements"]]
    sections = answer.get("sections", ())
    said = "".join(_section(section, statements) for section in sections) if sections else "".join(statements)
    said = said or f'<p class="unanswered">{_escaped(words.told(answer["answer"]))}</p>'
    said += "".join(f'<p class="remark">{_escaped(words.told(remark))}</p>' for remark in answer.get("remarks", ()))
    cited = {_key(citation): citation for statement in answer["statements"] for citation in statement["citations"]}
    places = "".join(_place(cited[key], number) for key, number in numbers.items())
    listed = f'<h3>{words.citations}</h3><ol class="places">{places}</ol>' if places else ""
    return f'<div class="answer">{said}{listed}{_coverage(answer["coverage"], words)}</div>'


def answer_text(answer: Value) -> str:
    """The answer with the numbers of its citations, and the places behind them: what is copied."""
    numbers = _numbers(answer)
    lines = [
        statement["text"] + "".join(f" [{numbers[_key(citation)]}]" for citation in statement["citations"])
        for statement in answer["statements"]
    ] or [answer["answer"]]
    cited = {_key(citation): citation for statement in answer["statements"] for citation in statement["citations"]}
    for key, number in numbers.items():
        citation = cited[key]
        quoted = " ".join(citation["text"].split())
        lines.append(f"[{number}] {citation['document']}, {citation['place']}: “{quoted}”")
    return "\n".join(lines)


def _numbers(answer: Value) -> dict[Key, int]:
    """The citations by number, each once, in the order in which the statements name them."""
    keys = dict.fromkeys(_key(citation) for statement in answer["statements"] for citation in statement["citations"])
    return {key: number for number, key in enumerate(keys, 1)}


def _key(citation: Value) -> Key:
    return citation["document_id"], citation["page"], citation["start"], citation["end"]


def _coverage(ledger: Value, words: Words) -> str:
    """How much was read in one line, with a map of the pages; all of the ledger on demand."""
    pages = [share for document in ledger["documents"] for share in document.get("pages", ())]
    read = sum(1 for share in pages if share)
    summed = f"{words.in_part(read, len(pages))} · {words.of_limit(ledger['prompt_tokens'], ledger['limit'], None)}"
    return (
        f'<details class="coverage"><summary><b>{words.coverage}</b> {summed}{map_html(pages, words)}</summary>'
        f"{ledger_html(ledger, words)}</details>"
    )


def _section(section: Value, statements: Sequence[str]) -> str:
    """A part of what a task gave, with its statements."""
    head = ": ".join(part for part in (section["of"], section["title"]) if part)
    verdict = f" <em>{_escaped(section['verdict'])}</em>" if section["verdict"] else ""
    note = f"<p>{_escaped(section['note'])}</p>" if section["note"] else ""
    said = "".join(statements[index] for index in section["statements"])
    return f"<h3>{_escaped(head)}{verdict}</h3>{said}{note}"


def _statement(statement: Value, numbers: Mapping[Key, int], words: Words) -> str:
    status = statement["status"]
    chips = "".join(_chip(citation, numbers[_key(citation)], status, words) for citation in statement["citations"])
    if status == "verified":
        doubt = ""
    else:
        findings = " ".join(words.told(finding) for finding in statement["findings"])
        doubt = f'<small class="{status}"><b>{words.statuses[status]}</b> {_escaped(findings)}</small>'
    return f'<p class="statement">{_escaped(statement["text"])} {chips}{doubt}</p>'


def _chip(citation: Value, number: int, status: str, words: Words | None = None) -> str:
    said = f" ({words.statuses[status]})" if words is not None else ""
    title = _escaped(f"{citation['document']}, {citation['place']}{said}")
    return (
        f'<button type="button" class="chip {status}" title="{title}" aria-label="{number}: {title}"'
        f' name="place" value="{address(*_key(citation))}">{number}</button>'
    )


def _place(citation: Value, number: int) -> str:
    quoted = " ".join(citation["text"].split())
    if len(quoted) > _QUOTED_CHARACTERS:
        quoted = quoted[:_QUOTED_CHARACTERS].rstrip() + " …"
    name = f"{citation['document']}, {citation['place']}"
    return f"<li>{_chip(citation, number, 'place')}<span>{_escaped(name)}</span><q>{_escaped(quoted)}</q></li>"


def _escaped(text: str) -> str:
    return escape(text.strip()).replace("\n", "<br>")
