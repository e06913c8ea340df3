"""What the check lets pass and what not: every rule with a statement that keeps it and one that breaks it."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.check import check, report
from assistant.context import ShownSpan
from assistant.replies import Claim
from ingest import Document, Page, Span

PASSAGES = (
    "The notice period is 30 days. The fee of 1,250.50 euros is due to ACME Holding on 4 May 2021.",
    "TimestampSigner.unsign() raises SignatureExpired when the sig-\nnature is older than max_age seconds.",
    "Die Kündigungsfrist beträgt drei Monate zum Quartalsende.",
)


def _shown() -> dict[int, ShownSpan]:
    text = "\n\n".join(PASSAGES)
    spans, start = [], 0
    for passage in PASSAGES:
        start = text.index(passage, start)
        spans.append(Span(1, start, start + len(passage), passage))
    page = Page(1, "1", text, tuple(spans))
    document = Document("id", "contract.txt", "text", "sha", "reader", "/contract.txt", (page,))
    return {mark: ShownSpan(mark, document, page, span) for mark, span in enumerate(spans, 1)}


def _status(text: str, *marks: int) -> str:
    (statement,) = check([Claim(text, marks)], _shown())
    return statement.status


@pytest.mark.parametrize(
    ("text", "mark"),
    [
        ("The notice period is 30 days.", 1),
        ("A fee of 1250.50 euros is due to ACME Holding.", 1),
        ('Unsign raises it when "the signature is older than" max_age.', 2),
        ("SignatureExpired is raised when a signature is older than max_age seconds.", 2),
        ("Die Kündigungsfrist beträgt drei Monate.", 3),
    ],
)
def test_what_stands_there_is_verified(text, mark):
    assert _status(text, mark) == "verified"


@pytest.mark.parametrize(
    ("text", "mark"),
    [
        ("The notice period is 60 days.", 1),
        ("The notice period is 3 days.", 1),
        ("The fee of 125 euros is due.", 1),
        ('It says "the signature is younger than" max_age.', 2),
    ],
)
def test_wrong_numbers_and_quotations_are_unsupported(text, mark):
    assert _status(text, mark) == "unsupported"


@pytest.mark.parametrize(
    ("text", "mark"),
    [
        ("The fee is due to Globex Holding.", 1),
        ("BadSignature is raised by sign_object when the signature is older.", 2),
        ("Penguins migrate across frozen oceans every winter.", 1),
    ],
)
def test_strange_names_and_words_are_weak(text, mark):
    assert _status(text, mark) == "weak"


def test_a_citation_is_the_sentence_that_carries_the_statement():
    (statement,) = check([Claim("A fee of 1250.50 euros is due to ACME Holding.", (1,))], _shown())
    (citation,) = statement.citations
    assert citation.passage.text == "The fee of 1,250.50 euros is due to ACME Holding on 4 May 2021."
    assert citation.to_json()["start"] == citation.passage.start


def test_in_code_the_function_and_class_around_a_passage_name_its_subject():
    text = "class Signer:\n    def sign(self):\n        return 5\n"
    page = Page(1, "src/signer.py", text, (Span(1, 34, len(text), text[34:]),))
    document = Document("id", "lib", "code", "sha", "reader", "/lib", (page,))
    shown = {1: ShownSpan(1, document, page, page.spans[0])}
    statuses = [check([Claim(f"{name} returns 5.", (1,))], shown)[0].status for name in ("Signer.sign", "Signer.seal")]
    assert statuses == ["verified", "weak"]


@given(st.text(max_size=200), st.text(max_size=400))
def test_whatever_is_claimed_of_whatever_passage_gets_a_status(claim, text):
    span = Span(1, 0, len(text), text)
    page = Page(1, "1", text, (span,))
    document = Document("id", "note.txt", "text", "sha", "reader", "/note.txt", (page,))
    (statement,) = check([Claim(claim, (1,))], {1: ShownSpan(1, document, page, span)})
    assert bool(statement.findings) == (statement.status != "verified")


PIECES = ["9", "9 ", "twenty ", "not ", "a.", "(", '"', "一", "A", ", and is ", "-\n", "May ", "Aa Bb ", "than "]


@pytest.mark.parametrize("piece", PIECES)
def test_endless_repetition_is_checked_at_once(piece):
    text = piece * (20_000 // len(piece))
    page = Page(1, "1", text, (Span(1, 0, len(text), text),))
    document = Document("id", "note.txt", "text", "sha", "reader", "/note.txt", (page,))
    started = time.process_time()
    check([Claim(text[:300], (1,))], {1: ShownSpan(1, document, page, page.spans[0])})
    assert time.process_time() - started < 20  # what grows with the square of the text takes minutes


def test_an_invented_mark_is_no_citation():
    (statement,) = check([Claim("The notice period is 30 days.", (99, -1, 0))], _shown())
    assert statement.status == "unsupported"
    assert statement.citations == ()


def test_an_invented_mark_beside_a_real_one_is_dropped_and_told():
    (statement,) = check([Claim("The notice period is 30 days.", (1, 99))], _shown())
    assert statement.status == "weak"
    assert [citation.shown.mark for citation in statement.citations] == [1]
    assert "<99>" in report([statement])


def test_a_number_of_another_passage_does_not_count():
    assert _status("The period is 30 days.", 3) == "unsupported"
