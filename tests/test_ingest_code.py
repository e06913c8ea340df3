"""Spans of source code: functions and classes whole where they fit, nearly as a parser would cut, in every language."""

from __future__ import annotations

import inspect
from bisect import bisect_right

import pytest
from test_ingest_document import SAMPLES
from test_ingest_symbols import CODE

from ingest import code, read
from ingest.grammar import Found, facts
from ingest.languages import language


def held(text: str, name: str) -> list[tuple[Found, bool]]:
    """Each function of a text, and whether it lies in one span (a long one: whether its first line begins a span)."""
    spans = code.borders(text, language(name))
    starts = [0]
    for line in text.split("\n"):
        starts.append(starts[-1] + len(line) + 1)
    found = []
    for each in facts(text, language(name))[0]:
        if each.kind in ("function", "method", "constructor"):
            start = starts[each.first - 1]
            end = start + len(text[start : starts[each.last]].rstrip())
            first, last = spans[bisect_right(spans, (start, len(text))) - 1]
            found.append((each, last >= end if end - start <= code.LONGEST else text[first:start].count("\n") < 8))
    return found


def padded(text: str) -> str:
    """The same code several times over: more than one span can hold."""
    return "\n".join([text] * 6)


@pytest.mark.parametrize("name", CODE)
def test_functions_stay_whole_in_every_language(name: str) -> None:
    verdicts = [whole for _, whole in held(padded(CODE[name]), name)]
    assert len(verdicts) >= 6 and sum(verdicts) >= 0.95 * len(verdicts)


def test_functions_stay_whole_in_real_code() -> None:
    """The sample, and some of Python's own library."""
    texts = [(page.label, page.text) for page in read(SAMPLES / "itsdangerous").pages if page.label.endswith(".py")]
    texts += [(f"{module.__name__}.py", inspect.getsource(module)) for module in (inspect, code)]
    verdicts = [whole for name, text in texts for _, whole in held(text, name)]
    assert len(verdicts) > 60 and sum(verdicts) > 0.93 * len(verdicts)


def test_what_stands_above_a_definition_belongs_to_it() -> None:
    body = "    value = 1\n" * 40
    text = f"def first():\n{body}# Why there is a second.\n@cached\ndef second():\n{body}"
    starts = [start for start, _ in code.borders(text, "Python")]
    assert text.index("# Why") in starts and text.index("@cached") not in starts


def test_a_long_function_is_split_where_it_is_indented_least() -> None:
    step = "    for item in items:\n" + "        use(item)\n" * 12
    spans = code.borders("def long(items):\n" + step * 8, "Python")
    text = "def long(items):\n" + step * 8
    assert len(spans) > 2 and all(text[start:].startswith(("def", "    for")) for start, _ in spans)


def test_small_definitions_share_a_span() -> None:
    text = "\n\n".join(f"def f{number}():\n    return {number}\n" for number in range(40))
    spans = code.borders(text, "Python")
    assert len(spans) == 4 and all(text[start:].startswith("def") for start, _ in spans)
