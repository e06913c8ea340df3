"""Comparing, writing, explaining: each statement cites what it is about, in the order of an outline or of calls."""

import json
import re

import pytest

from assistant import Task
from assistant.errors import NothingToAsk
from ingest import read
from tests.conftest import SAMPLES
from tests.scripted_tasks import done, facts, long_contract, mark_of, resolves, said
from tests.test_assistant_pack import make

OLD = make("old.txt", [["The notice period is 30 days."], ["The fee is 1,250 euros a year."], ["Cats are allowed."]])
NEW = make("new.txt", [["The notice period is 30 days."], ["The fee is 1,400 euros a year."]])


def comparer(messages, schema, call):
    prompt = messages[1]["content"]
    if "relation" not in json.dumps(schema):
        return facts(
            prompt,
            {
                "The notice period is 30 days.": "notice period is 30",
                "Cats are allowed.": "Cats are",
                "The fee is 1,250 euros a year.": "fee is 1,250",
                "The fee is 1,400 euros a year.": "fee is 1,400",
            },
        )
    notice = [int(mark) for mark in re.findall(r"<(\d+)> The notice period is 30", prompt)]
    fees = [int(mark) for mark in re.findall(r"<(\d+)> The fee is", prompt)]
    return said(
        ("The notice period is 30 days.", notice, {"relation": "agrees"}),
        ("The fee is 1,250 euros and 1,400 euros a year.", fees, {"relation": "differs"}),
        ("Cats are allowed.", [mark_of("Cats are", prompt)], {"relation": "agrees"}),
    )


def test_two_documents_are_compared():
    answer, _, requests = done(Task("compare"), [OLD, NEW], comparer)
    assert len(requests) == 1
    sections = {section.title: [statement.text for statement in section.statements] for section in answer.sections}
    assert sections["Agrees"] == ["The notice period is 30 days."]
    assert sections["Differs"] == ["The fee is 1,250 euros and 1,400 euros a year."]
    assert sections["Only in old.txt"] == ["Cats are allowed."], "what cites one document agrees with nothing"
    assert answer.sections[-1].note == "Nothing."
    assert all(window.notes for window in answer.coverage.windows)
    resolves(answer)


def liar(messages, schema, call):
    """Calls everything something else than it is."""
    prompt = messages[1]["content"]
    first = mark_of("notice period is 30", prompt)
    fees = [int(mark) for mark in re.findall(r"<(\d+)> The fee is", prompt)]
    return said(
        ("The notice period is 30 days.", [first], {"relation": "only in one"}),
        ("The fee is 1,250 euros a year.", fees, {"relation": "agrees"}),
        ("Cats are allowed.", [mark_of("Cats are", prompt), fees[1]], {"relation": "agrees"}),
        ("Dogs are allowed.", [mark_of("Cats are", prompt)], {"relation": "only in one"}),
    )


def test_what_documents_agree_on_is_decided_by_each_of_them():
    answer, _, _ = done(Task("compare"), [OLD, NEW], liar, rounds=0)
    sections = {section.title: section.statements for section in answer.sections}
    (notice,) = sections["Agrees"]
    assert {citation.shown.document.name for citation in notice.citations} == {"old.txt", "new.txt"}
    assert notice.status == "verified"
    assert {each.text: each.status for each in sections["Differs"]} == {
        "The fee is 1,250 euros a year.": "weak",
        "Cats are allowed.": "weak",
    }
    assert "new.txt alone does not say it" in sections["Differs"][0].findings[0]
    assert [(each.text, each.status) for each in sections["Only in old.txt"]] == [("Dogs are allowed.", "weak")]
    resolves(answer)


def test_long_documents_are_compared_by_their_notes(tmp_path):
    contract = long_contract(tmp_path)
    answer, _, _ = done(Task("compare"), [contract, NEW], comparer)
    sections = {section.title: section.statements for section in answer.sections}
    assert {citation.shown.document.name for citation in sections["Differs"][0].citations} == {
        "contract.txt",
        "new.txt",
    }
    assert all(window.notes is not None for window in answer.coverage.windows)
    resolves(answer)


def test_one_document_cannot_be_compared():
    with pytest.raises(NothingToAsk, match="takes 2 documents"):
        done(Task("compare"), [OLD], comparer)


def writer(messages, schema, call):
    prompt = messages[1]["content"]
    if "outline" in prompt:
        notice, fee = mark_of("notice period is 30", prompt), mark_of("fee is 1,250", prompt)
        return json.dumps({"sections": [{"title": "Money", "notes": [fee]}, {"title": "Time", "notes": [notice, fee]}]})
    return facts(prompt.split("The text so far ends")[0]) if "the section “" in prompt else facts(prompt)


@pytest.mark.parametrize("limit", [4_500, 60_000])
def test_a_text_follows_its_outline_and_repeats_nothing(tmp_path, limit):
    task = Task("write", "the terms of the contract", length="short")
    answer, _, requests = done(task, [long_contract(tmp_path)], writer, limit=limit)
    assert [section.title for section in answer.sections] == ["Money", "Time"]
    assert [[s.text for s in section.statements] for section in answer.sections] == [
        ["The fee is 1,250 euros a year."],
        ["The notice period is 30 days."],
    ]
    last = requests[-1]["messages"][1]["content"]
    assert "The text so far ends: The fee is 1,250 euros a year." in last and "Money; Time" in last
    resolves(answer)


def test_notes_that_no_section_takes_are_not_lost():
    def script(messages, schema, call):
        prompt = messages[1]["content"]
        if "outline" in prompt:
            return json.dumps({"sections": [{"title": "Money", "notes": [mark_of("fee is 1,250", prompt), 99]}]})
        return facts(prompt)

    answer, _, _ = done(Task("write", "money"), [OLD], script)
    assert [section.title for section in answer.sections] == ["Money", "Noted, but in no section of the outline"]
    assert answer.sections[-1].statements[0].text == "The notice period is 30 days."
    for outline in ("", "{}", '{"sections": [{"title": "x", "notes": [77]}]}'):
        answer, _, _ = done(
            Task("write", "money"),
            [OLD],
            lambda m, s, c, o=outline: o if "outline" in m[1]["content"] else facts(m[1]["content"]),
        )
        assert answer.sections[0].title == "money" and len(answer.statements) == 2


def test_a_call_chain_is_read_from_the_code():
    code = read(SAMPLES / "itsdangerous")

    def script(messages, schema, call):
        mark = mark_of("def unsign", messages[1]["content"].replace(">\n", "> "))
        return said(("`unsign` checks the signature of a signed value.", [mark or 1]))

    answer, _, requests = done(Task("explain", "What does TimestampSigner.unsign do?"), [code], script, limit=60_000)
    chain, explanation = answer.sections
    assert chain.title == "Call chain"
    said_of = [statement.text for statement in chain.statements]
    assert any(text.startswith("TimestampSigner.unsign uses TimestampSigner.timestamp_to_datetime") for text in said_of)
    assert any("get_signature" in text for text in said_of), "the chain goes on in another file"
    files = {citation.shown.page.label for statement in chain.statements for citation in statement.citations}
    assert len(files) > 1
    assert {statement.status for statement in chain.statements} == {"verified"}
    assert explanation.statements
    assert answer.coverage.documents[0].omitted[0].why == "not on the call chain"
    assert len(requests) <= 2
    resolves(answer)


def test_an_error_leads_to_its_lines():
    code = read(SAMPLES / "itsdangerous")
    page = next(page for page in code.pages if page.label.endswith("signer.py"))
    line = next(n for n, text in enumerate(page.text.split("\n"), 1) if "raise BadSignature" in text)
    path = f"/usr/lib/python3/site-packages/itsdangerous/{page.label}"
    error = f'Traceback:\n  File "{path}", line {line}, in unsign\nBadSignature: x'
    answer, _, _ = done(Task("explain", error), [code], lambda *_: said(), limit=60_000)
    named = answer.sections[0]
    assert named.title == "What the error names"
    assert "raise BadSignature" in named.statements[0].text
    assert named.statements[0].citations[0].place.endswith(f":{line}-{line}")
    resolves(answer)
    with pytest.raises(NothingToAsk, match="no codebase"):
        done(Task("explain", "what"), [OLD], lambda *_: said())
