"""The rules of docs/citations.md, run: every row of its tables is a passage, a statement about it and its status."""

import re

import pytest

from assistant.check import check
from assistant.context import ShownSpan
from assistant.replies import Claim
from ingest import Document, Page, Span
from tests.conftest import ROOT

ROW = re.compile(r"^\| (.+) \| (.+) \| (verified|weak|unsupported) \|$", re.MULTILINE)
ROWS = ROW.findall((ROOT / "docs" / "citations.md").read_text("utf-8"))


@pytest.mark.parametrize(("passage", "statement", "status"), ROWS)
def test_the_examples_are_what_the_check_says(passage, statement, status):
    text = passage.replace("⏎", "\n")
    span = Span(1, 0, len(text), text)
    page = Page(1, "1", text, (span,))
    document = Document("id", "note.txt", "text", "sha", "reader", "/note.txt", (page,))
    (checked,) = check([Claim(statement, (1,))], {1: ShownSpan(1, document, page, span)})
    assert checked.status == status, checked.findings
    assert bool(checked.findings) == (status != "verified"), "what fails is named"


def test_there_is_an_example_of_every_status():
    assert {status for _, _, status in ROWS} == {"verified", "weak", "unsupported"}
