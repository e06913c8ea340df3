"""Reading everything, window after window: every passage is read, notes name only what they saw, citations resolve."""

import json
import re
from dataclasses import replace
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assistant import Answered, Consent, Effort, Finished, Planned, Run, Selection, Turn, plan_read_all, ways
from assistant.context import ShownSpan
from assistant.errors import ContextTooLong, NothingToAsk, QuestionMissing, RunStopped
from assistant.notes import Note, keepable, read_notes, read_pick
from assistant.rendering import render
from assistant.windows import OVERLAP, windows
from ingest import read
from tests.test_assistant_pack import count, make
from yarn_runtime import attach
from yarn_runtime.scripted import scripted_engine

QUESTION = "How long is the notice period, and what is the fee?"
GOOD = json.dumps({"good": True, "problems": []})
NOTHING = json.dumps({"found": False})


@pytest.fixture
def contract(tmp_path):
    """Far longer than the engine's limit, with one fact near its beginning and one near its end."""
    clauses = [f"Clause {number} of this contract is void and of no effect at all.\n\n" for number in range(400)]
    clauses[20] = "The notice period is 30 days, counted from the day of receipt.\n\n"
    clauses[380] = "The fee is 1,250 euros a year, payable in advance.\n\n"
    source = tmp_path / "contract.txt"
    source.write_text("".join(clauses))
    return read(source)


def reply(*statements) -> str:
    return json.dumps({"found": True, "statements": [{"text": text, "marks": marks} for text, marks in statements]})


def mark_of(words: str, prompt: str) -> int | None:
    """The mark of the passage that holds these words, as a model sees it."""
    found = re.search(rf"<(\d+)> (?:(?!<\d+> ).)*?{re.escape(words)}", prompt, re.DOTALL)
    return int(found[1]) if found else None


class Reader:
    """Notes both facts where it sees them, and answers from the passages that it is shown."""

    def __init__(self) -> None:
        self.prompts: list[str] = []

    def __call__(self, messages, schema, call):
        prompt = messages[1]["content"]
        self.prompts.append(prompt)
        if "good" in (schema or {}).get("properties", {}):
            return GOOD
        facts = (
            ("The notice period is 30 days.", "notice period is 30"),
            ("The fee is 1,250 euros a year.", "fee is 1,250"),
        )
        said = [(text, [mark]) for text, words in facts if (mark := mark_of(words, prompt)) is not None]
        return reply(*said) if said else NOTHING


def run(contract, script, *, limit=4_000, effort=None, agree=True, selections=None):
    with scripted_engine(script, limit=limit) as scripted:
        plan = plan_read_all(attach(scripted.url), selections or [Selection(contract)], QUESTION, rounds=1)
        running = Run(plan, effort=effort)
        steps = []
        for step in running.steps():
            steps.append(step)
            if isinstance(step, Consent):
                running.agree(agree)
        assert isinstance(steps[-1], Answered)
        return steps[-1].answer, steps, plan, scripted.requests


def test_every_passage_is_read_and_the_ledger_proves_it(contract):
    reader = Reader()
    answer, steps, plan, requests = run(contract, reader)
    spans = [span for page in contract.pages for span in page.spans]
    reads = answer.coverage.windows
    assert len(reads) > 2
    assert reads[0].first == 1
    assert reads[-1].last == len(spans)
    for before, after in pairwise(reads):
        assert before.first < after.first <= before.last
        assert before.last - after.first + 1 == OVERLAP
    for window, prompt, request in zip(reads, reader.prompts, requests, strict=False):
        for span in spans[window.first - 1 : window.last]:
            assert span.text in prompt
        assert window.tokens + request["max_completion_tokens"] <= 4_000
    assert [document.whole for document in answer.coverage.documents] == [True]
    assert answer.to_json()["coverage"]["windows"][0]["passages"] == [1, reads[0].last]
    assert isinstance(steps[0], Planned)
    assert steps[0].coverage.prompt_tokens == sum(window.tokens for window in plan.coverage.windows)


def test_facts_from_both_ends_are_answered_and_their_citations_resolve(contract):
    answer, steps, _, _ = run(contract, Reader())
    assert [statement.status for statement in answer.statements] == ["verified", "verified"]
    for statement, words in zip(answer.statements, ("30 days", "1,250 euros"), strict=True):
        (citation,) = statement.citations
        span = citation.shown.span
        assert words in span.text
        assert contract.page(span.page).text[span.start : span.end] == span.text
    kinds = [step.kind for step in answer.steps]
    assert kinds == ["read"] * len(answer.coverage.windows) + ["draft", "check", "critique"]
    assert sum(isinstance(step, Finished) for step in steps) == len(kinds)
    assert answer.coverage.parts["notes"] > 0


def test_notes_may_name_only_passages_of_their_window():
    text = reply(("Right.", [5, 7]), ("Half right.", [6, 99]), ("Wrong.", [1]), ("None.", []))
    assert read_notes(text, 5, 8) == [Note("Right.", (5, 7)), Note("Half right.", (6,))]
    assert read_notes("no JSON", 1, 9) == []


def test_a_model_that_notes_nothing_is_asked_over_the_nearest_passages(contract):
    answer, _, _, _ = run(contract, lambda *_: NOTHING)
    assert answer.statements == ()
    assert [document.whole for document in answer.coverage.documents] == [True]
    assert {window.notes for window in answer.coverage.windows} == {0}


def test_notes_that_do_not_fit_are_picked_among_until_they_do(contract):
    def noter(messages, schema, call):
        properties = (schema or {}).get("properties", {})
        if "keep" in properties:
            return json.dumps({"keep": [1, 2, 3]})
        if "good" in properties:
            return GOOD
        prompt = messages[1]["content"]
        if "one part of the documents" in prompt:
            marks = [int(mark) for mark in re.findall(r"<(\d+)> ", prompt)]
            return reply(*((f"Note {n} {'long words ' * 20}", marks[n * 3 : n * 3 + 3]) for n in range(6)))
        return reply(("Clause 0 of this contract is void.", [1]))

    answer, _, _, _ = run(contract, noter, limit=4_000)
    assert "pick" in {step.kind for step in answer.steps}
    assert answer.coverage.prompt_tokens + answer.coverage.reserve_tokens <= 4_000
    assert answer.statements


def test_picking_always_ends():
    notes = [Note(f"note {n} about the fee" if n == 4 else f"note {n}", (n + 1,)) for n in range(7)]
    assert read_pick(json.dumps({"keep": [2, 2, 6, 99, "x"]}), notes, "fee") == [notes[1], notes[5]]
    assert notes[4] in read_pick("nonsense", notes, "What is the fee?")
    for reply_text in ("[]", "{}", json.dumps({"keep": list(range(1, 8))})):
        assert len(read_pick(reply_text, notes, "fee")) == keepable(notes) == 3


def test_reading_so_much_needs_consent(contract):
    effort = Effort(consent_tokens=1_000)
    answer, steps, _, _ = run(contract, Reader(), effort=effort)
    assert answer.statements
    assert sum(isinstance(step, Consent) for step in steps) == 1
    with pytest.raises(RunStopped):
        run(contract, Reader(), effort=effort, agree=False)


def test_only_the_chosen_pages_are_read():
    book = make("book.txt", [["The first page."], ["The second page."], ["The third page."]])
    reader = Reader()
    answer, _, _, _ = run(book, reader, selections=[Selection(book, frozenset({2}))])
    assert "The second page." in reader.prompts[0]
    assert "The third page." not in reader.prompts[0]
    assert [omission.label for omission in answer.coverage.documents[0].omitted] == ["page 1", "page 3"]


def test_nothing_to_read(contract):
    with scripted_engine([], limit=4_000) as scripted:
        engine = attach(scripted.url)
        with pytest.raises(QuestionMissing):
            plan_read_all(engine, [Selection(contract)], " ")
        with pytest.raises(NothingToAsk):
            plan_read_all(engine, [Selection(make("empty.txt", [[]]))], QUESTION)
        with pytest.raises(ContextTooLong, match="One passage alone"):
            plan_read_all(engine, [Selection(make("long.txt", [["word " * 5_000]]))], QUESTION)


@settings(max_examples=150, deadline=None)
@given(
    st.lists(st.lists(st.text("ab 1.\n", min_size=1, max_size=80), max_size=6), min_size=1, max_size=8),
    st.integers(20, 200),
)
def test_windows_hold_every_passage_whole_and_fit(pages, room):
    book = make("x", pages)
    shown = [
        ShownSpan(mark, book, page, span)
        for mark, (page, span) in enumerate(((page, span) for page in book.pages for span in page.spans), 1)
    ]
    try:
        parted = windows(shown, room, count, str)
    except ContextTooLong:
        assert any(count(render([item], str)) > room for item in shown)
        return
    assert [item for item in shown if not any(item in window for window in parted)] == []
    for window in parted:
        assert count(render(window, str)) <= room
        assert window == shown[window[0].mark - 1 : window[-1].mark]
    for before, after in pairwise(parted):
        assert before[0].mark < after[0].mark <= before[-1].mark + 1
        assert after[-1].mark > before[-1].mark


def test_a_long_conversation_is_shortened_beside_the_notes_and_the_ledger_says_so(contract):
    turns = [Turn(f"Question {number}?", f"Answer {number}. " + "It goes on and on. " * 40) for number in range(30)]
    with scripted_engine(Reader(), limit=4_000) as scripted:
        plan = plan_read_all(attach(scripted.url), [Selection(contract)], QUESTION, history=turns, rounds=1)
        answer = Run(plan).answer()
    ledger = answer.coverage
    assert ledger.prompt_tokens + ledger.reserve_tokens <= ledger.limit
    assert [turn.question for turn in ledger.turns] == [turn.question for turn in turns]
    assert ledger.turns[-1].how == "whole"
    assert "left out" in {turn.how for turn in ledger.turns}
    assert [statement.status for statement in answer.statements] == ["verified", "verified"]


def test_the_ledger_of_windows_is_told_as_their_sum(contract):
    with scripted_engine(Reader(), limit=4_000) as scripted:
        plan = plan_read_all(attach(scripted.url), [Selection(contract)], QUESTION)
    windows = plan.coverage.windows
    assert plan.coverage.prompts == len(windows) > 1
    assert all(window.tokens + plan.coverage.reserve_tokens <= plan.coverage.limit for window in windows)
    assert plan.coverage.to_json()["prompts"] == len(windows)


class Counter:
    """A tokenizer whose every count is a request."""

    exact = True

    def __init__(self, of) -> None:
        self.asked = 0
        self._of = of

    def count(self, text: str) -> int:
        self.asked += 1
        return self._of.count(text)

    def neutralise(self, text: str) -> str:
        return self._of.neutralise(text)


def test_what_the_ways_cost_takes_few_counts():
    """Where the server counts, each is a request: not one a passage."""
    book = make("book.txt", [[f"Clause {number} of this book is void and of no effect." for number in range(1_000)]])
    with scripted_engine([], limit=4_000) as scripted:
        engine = attach(scripted.url)
        counter = Counter(engine.tokenizer)
        found = ways(replace(engine, tokenizer=counter), [Selection(book)], QUESTION)
        exact = plan_read_all(engine, [Selection(book)], QUESTION).coverage
    told = next(way for way in found if way.name == "read")
    assert counter.asked < 300
    assert abs(told.prompts - 1 - len(exact.windows)) <= 1
    assert told.tokens == pytest.approx(exact.prompt_tokens, rel=0.1)


def test_the_ways_are_shown_with_what_they_cost_before_anything_is_sent(contract):
    with scripted_engine([], limit=4_000) as scripted:
        engine = attach(scripted.url)
        found = {way.name: way for way in ways(engine, [Selection(contract)], QUESTION, seconds=lambda n, _: n / 100)}
        assert scripted.requests == []
        assert not found["whole"].fits
        assert found["search"].fits
        assert found["search"].tokens <= 4_000
        assert found["search"].seconds == found["search"].tokens / 100
        assert found["read"].tokens > found["whole"].tokens
        assert found["read"].prompts > 3
        assert not found["selection"].fits  # a text has one page
        assert set(found["read"].to_json()) == {"way", "fits", "tokens", "prompts", "seconds", "what"}
    book = make("book.txt", [[f"Page {number} is here."] for number in range(500)])
    with scripted_engine([], limit=4_000) as scripted:
        found = {way.name: way for way in ways(attach(scripted.url), [Selection(book)], QUESTION)}
        assert re.fullmatch(r"the first \d+ pages, to page \d+", found["selection"].what)
        assert found["selection"].tokens <= 4_000
