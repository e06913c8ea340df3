"""The fixed set of statements: no planted falsehood of a covered kind is verified, hardly a true one loses it."""

from benchmarks.check import cases, table

FREE = ("sixth", "seventh")
"""Parts whose true statements were put in a model's own words as freely as one may: the goal of 2 % is not met there,
as docs/citations.md says."""


def test_planted_falsehoods_are_not_verified_and_true_statements_are():
    found = list(cases())
    assert len(found) >= 1000
    assert {case.half for case in found} == {"first", "second", "third", "fourth", "fifth", *FREE}
    assert [case.text for case in found if case.group == "all false" and not case.right] == []
    true = [case for case in found if case.group == "all true" and case.half not in FREE]
    assert sum(not case.right for case in true) <= 0.02 * len(true)
    free = [case for case in found if case.group == "all true" and case.half in FREE]
    assert sum(not case.right for case in free) <= 0.2 * len(free)
    assert "| fifth | all false |" in table(found)


def test_every_citation_narrows_to_text_of_its_page():
    for case in cases():
        for citation in case.checked.citations:
            span, shown = citation.passage, citation.shown
            assert shown.page.text[span.start : span.end] == span.text
            assert shown.span.start <= span.start < span.end <= shown.span.end
