"""A ledger as JSON values in, the ledger in words with a map of every document's pages as HTML out; knows no page.

All text is data and is escaped.
"""

from collections.abc import Mapping, Sequence
from html import escape
from itertools import groupby
from typing import Any

from ui.words import Words

Value = Mapping[str, Any]


def ledger_html(ledger: Value, words: Words) -> str:
    """The sum, then each document: how much of it was read, on which pages, and why the rest was not."""
    parts = ", ".join(f"{words.part(name)} {tokens:,}" for name, tokens in ledger["parts"].items() if tokens)
    tokens, limit, reserve = ledger["prompt_tokens"], ledger["limit"], ledger["reserve_tokens"]
    prompts = ledger.get("prompts", 1)
    summed = (
        words.ledger_windows(tokens, prompts, limit, reserve)
        if prompts > 1
        else words.ledger_sum(tokens, limit, reserve, parts)
    )
    documents = "".join(_document(document, words) for document in ledger["documents"])
    more = (
        _windows(ledger.get("windows", ()), words)
        + _turns(ledger.get("turns", ()), words)
        + _tools(ledger.get("tools", ()), words)
    )
    return f'<ul class="ledger"><li>{_escaped(summed)}</li>{documents}{more}</ul>'


def map_html(shares: Sequence[float], words: Words) -> str:
    """A strip of a document's pages from the first to the last: read whole, in part, or left out."""
    if len(shares) < 2:
        return ""
    cells, first = [], 1
    for state, run in groupby("whole" if share == 1 else "part" if share else "none" for share in shares):
        last = first + len(list(run)) - 1
        title = words.pages_read(state, first, last)
        cells.append(f'<span class="{state}" style="flex-grow:{last - first + 1}" title="{_escaped(title)}"></span>')
        first = last + 1
    read = sum(1 for share in shares if share)
    # The chat's sanitizer takes labels away, titles stay.
    return f'<div class="map" role="img" title="{words.in_part(read, len(shares))}">{"".join(cells)}</div>'


def _document(document: Value, words: Words) -> str:
    name, tokens = document["name"], document["tokens"]
    if not document["omitted"]:
        return f"<li>{_escaped(words.whole(name, tokens))}</li>"
    reasons: dict[str, list[Value]] = {}
    for omission in document["omitted"]:
        reasons.setdefault(omission["why"], []).append(omission)
    left = "".join(f'<li class="omitted">{_escaped(_left(why, some, words))}</li>' for why, some in reasons.items())
    said = escape(words.partly(name, document["included_tokens"], tokens))
    return f"<li>{said}{map_html(document.get('pages', ()), words)}</li>{left}"


def _left(why: str, omitted: Sequence[Value], words: Words) -> str:
    labels = [words.told(item["label"]) for item in omitted]
    named = labels[0] if len(labels) == 1 else f"{labels[0]} … {labels[-1]} ({len(labels)})"
    return words.left_out(named, sum(item["tokens"] for item in omitted), words.told(why))


def _windows(windows: Sequence[Value], words: Words) -> str:
    if not windows:
        return ""
    lines = [words.in_windows(len(windows), sum(window["tokens"] for window in windows))]
    for window in windows:
        noted = None if window["notes"] is None else (window["notes"], len(window["cited"]))
        where = f"{words.told(window['begins'])} … {words.told(window['ends'])}"
        lines.append(words.window(where, window["tokens"], noted))
    return "".join(f"<li>{_escaped(line)}</li>" for line in lines)


def _turns(turns: Sequence[Value], words: Words) -> str:
    """How the conversation so far is known, where not all of it was sent whole."""
    lines = [words.turn(turn["how"], turn["question"]) for turn in turns if turn["how"] != "whole"]
    return "".join(f'<li class="omitted">{_escaped(line)}</li>' for line in lines)


def _tools(uses: Sequence[Value], words: Words) -> str:
    if not uses:
        return ""
    lines = [words.looked_up(sum(use["tokens"] for use in uses))]
    for use in uses:
        lines.append(words.lookup(use["tool"], use["asked"], use["tokens"], ", ".join(use["places"])))
    return "".join(f"<li>{_escaped(line)}</li>" for line in lines)


def _escaped(text: str) -> str:
    """In one line: the chat reads HTML as Markdown, and a line break in a name would end it."""
    return escape(" ".join(text.split()))
