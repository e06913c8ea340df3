"""Packing never goes over its budget and never leaves anything out silently."""

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assistant.context import Selection
from assistant.errors import ContextTooLong, NothingToAsk
from assistant.pack import pack
from assistant.rendering import as_data, place, render, render_span
from ingest import Document, Page, Span, read
from tests.conftest import SAMPLES
from yarn_runtime import Tokenizer


def count(text: str) -> int:
    """A tokenizer in which joined texts can cost less than their parts, as in BPE."""
    return len(re.findall(r"[^\W\d_]+|\d|[^\w\s]|\n+", text))


def make(name: str, pages: list[list[str]], kind: str = "text") -> Document:
    made = []
    for number, passages in enumerate(pages, 1):
        text, spans = "\n\n".join(passages), []
        start = 0
        for passage in passages:
            spans.append(Span(number, start, start + len(passage), passage))
            start += len(passage) + 2
        made.append(Page(number, f"src/{number}.py" if kind == "code" else str(number), text, tuple(spans)))
    return Document(name, name, kind, "sha", "reader", f"/{name}", tuple(made))


def packed(selections, question="stones", budget=10_000, way="auto"):
    return pack(selections, question, budget, count=count, neutralise=lambda text: text, way=way)


BOOK = make("book.txt", [[f"Page {p} passage {s} about word{p}{s} and stones." for s in range(5)] for p in range(9)])


def test_everything_goes_in_whole_if_it_fits():
    context = packed([Selection(BOOK)])
    assert len(context.shown) == 45
    assert [item.whole for item in context.documents] == [True]
    assert context.documents[0].included_tokens == context.documents[0].tokens == count(context.text)


def test_whole_or_nothing():
    with pytest.raises(ContextTooLong, match="are free"):
        packed([Selection(BOOK)], budget=100, way="whole")


def test_chosen_pages_are_told_as_such():
    context = packed([Selection(BOOK, frozenset({2, 3}))])
    assert {item.page.number for item in context.shown.values()} == {2, 3}
    assert {omission.why for omission in context.documents[0].omitted} == {"not among the chosen pages"}
    assert len(context.documents[0].omitted) == 7


def test_nothing_to_ask():
    with pytest.raises(NothingToAsk):
        packed([Selection(make("empty.txt", [[]]))])


def test_the_nearest_passages_go_in_when_not_all_fit():
    context = packed([Selection(BOOK)], question="Where is word73?", budget=60)
    assert "word73" in context.text
    assert count(context.text) <= 60


def test_the_same_passages_give_the_same_bytes_whatever_is_asked():
    assert packed([Selection(BOOK)], "one").text == packed([Selection(BOOK)], "quite another").text


def test_marks_resolve_to_the_passages_they_stand_before():
    context = packed([Selection(BOOK), Selection(make("b.py", [["def f():\n    return 1"]], "code"))])
    for mark, item in context.shown.items():
        assert f"<{mark}>" in context.text
        assert item.page.text[item.span.start : item.span.end] == item.span.text
    last = context.shown[46]
    assert place(last.document, last.page, last.span) == "src/1.py:1-2"


def test_marks_cost_little():
    prose = "The committee shall meet at least twice a year and keep written minutes of every meeting it holds. " * 5
    book = make("act.txt", [[prose] * 40] * 10)
    context = packed([Selection(book)], budget=10**9)
    bare = count("\n".join(span.text for page in book.pages for span in page.spans))
    assert count(context.text) <= 1.06 * bare


PAGES = st.lists(st.lists(st.text("ab 1.<>\n", min_size=1, max_size=60), max_size=5), min_size=1, max_size=6)


@settings(max_examples=150, deadline=None)
@given(
    PAGES,
    st.one_of(st.none(), st.frozensets(st.integers(1, 6), min_size=1)),
    st.integers(-5, 160),
    st.text("ab ", max_size=10),
    st.sampled_from(["auto", "whole", "search"]),
    st.sampled_from(["text", "code", "pdf"]),
)
def test_nothing_is_ever_cut_silently(pages, chosen, budget, question, way, kind):
    """Whatever the documents, the budget and the way: what is not in the text, whole, is in the ledger."""
    selections = [Selection(make("x", pages, kind), chosen), Selection(make("y", [["b a 1."]]))]
    try:
        context = packed(selections, question, budget, way)
    except (ContextTooLong, NothingToAsk):
        return
    assert count(context.text) <= budget
    shown = {(item.document.id, item.span.page, item.span.start): item for item in context.shown.values()}
    assert list(context.shown) == list(range(1, len(shown) + 1))
    at = 0
    for item in shown.values():  # in reading order, each passage whole
        at = context.text.index(as_data(item.span.text, str).rstrip(), context.text.index(f"<{item.mark}>", at))
    for coverage, selection in zip(context.documents, selections, strict=True):
        document = selection.document
        expected = {}
        for page in document.pages:
            left = [span for span in page.spans if (document.id, span.page, span.start) not in shown]
            if left:
                expected[place(document, page)] = count("\n".join(as_data(span.text, str) for span in left))
            share = 1 - len(left) / len(page.spans) if page.spans else 1
            assert coverage.pages[page.number - 1] == pytest.approx(share)
            if left and way == "whole":
                assert not selection.includes(page)
        assert {item.label.split(", ")[0]: item.tokens for item in coverage.omitted} == expected
        assert all(item.why for item in coverage.omitted)
        sent = [item for item in shown.values() if item.document is document]
        assert coverage.included_tokens == (count(render(sent, str)) if sent else 0) or coverage.whole


def test_more_room_never_shows_less_of_what_is_near():
    wide = packed([Selection(BOOK)], question="Where is word73?", budget=200)
    narrow = packed([Selection(BOOK)], question="Where is word73?", budget=60)
    assert {item.span.start for item in narrow.shown.values()} <= {item.span.start for item in wide.shown.values()}


@pytest.mark.parametrize("sample", ["reportlab-userguide.pdf", "itsdangerous"])
def test_marks_cost_at_most_six_percent_of_the_samples(sample, smollm2):
    tokenizer = Tokenizer.load(smollm2)
    document = read(SAMPLES / sample)
    spans = [span for page in document.pages for span in page.spans]
    bare = tokenizer.count("\n".join(span.text.rstrip() for span in spans))
    marked = tokenizer.count("\n".join(render_span(n, span, document, str) for n, span in enumerate(spans, 1)))
    assert bare < marked <= 1.06 * bare
