"""An answer in, HTML out: statements with citations that can be clicked, and the ledger in words; knows no page.

All text is data and is escaped. The HTML holds no blank line and no line break, since the chat reads it as Markdown, in
which HTML lasts until the next blank line.
"""

from collections.abc import Mapping
from html import escape

from assistant import Answer, Citation, Ledger, Statement
from ui import words
from ui.place_html import address
from ui.terminal import ledger_lines

_QUOTED_CHARACTERS = 160


def text_html(text: str) -> str:
    """Text as it is, in a block of its own."""
    return f'<div class="said">{_escaped(text)}</div>'


def answer_html(answer: Answer) -> str:
    """The statements, the places that they cite, and what was read for them."""
    numbers = {citation: number for number, citation in enumerate(answer.citations, 1)}
    said = "".join(_statement(statement, numbers) for statement in answer.statements)
    said = said or f'<p class="unanswered">{_escaped(answer.text)}</p>'
    said += "".join(f'<p class="remark">{_escaped(remark)}</p>' for remark in answer.remarks)
    places = "".join(_place(citation, number) for citation, number in numbers.items())
    cited = f'<h4>{words.CITATIONS}</h4><ol class="places">{places}</ol>' if places else ""
    ledger = f"<h4>{words.COVERAGE}</h4>{ledger_html(answer.coverage)}"
    return f'<div class="answer">{said}{cited}{ledger}</div>'


def ledger_html(ledger: Ledger) -> str:
    """The ledger in words; what was left out is set in."""
    lines = "".join(
        f'<li class="{"omitted" if line.startswith(" ") else "line"}">{_escaped(line.strip())}</li>'
        for line in ledger_lines(ledger)
    )
    return f'<ul class="ledger">{lines}</ul>'


def _statement(statement: Statement, numbers: Mapping[Citation, int]) -> str:
    chips = "".join(_chip(citation, numbers[citation], statement.status) for citation in statement.citations)
    if statement.status == "verified":
        doubt = ""
    else:
        findings = " ".join(statement.findings)
        doubt = f'<small class="{statement.status}"><b>{statement.status}</b> {_escaped(findings)}</small>'
    return f'<p class="statement">{_escaped(statement.text)} {chips}{doubt}</p>'


def _chip(citation: Citation, number: int, status: str) -> str:
    passage = citation.passage
    title = f"{citation.shown.document.name}, {citation.place}"
    return (
        f'<button type="button" class="chip {status}" title="{_escaped(title)}"'
        f' name="place" value="{address(citation.shown.document, passage.page, passage)}">{number}</button>'
    )


def _place(citation: Citation, number: int) -> str:
    quoted = " ".join(citation.passage.text.split())
    if len(quoted) > _QUOTED_CHARACTERS:
        quoted = quoted[:_QUOTED_CHARACTERS].rstrip() + " …"
    name = f"{citation.shown.document.name}, {citation.place}"
    return f"<li>{_chip(citation, number, 'place')}<span>{_escaped(name)}</span><q>{_escaped(quoted)}</q></li>"


def _escaped(text: str) -> str:
    return escape(text.strip()).replace("\n", "<br>")
