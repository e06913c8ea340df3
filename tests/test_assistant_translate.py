"""Translations: every passage in its place, one glossary, and what a translation lost is named by code."""

import json
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant import Task, Term, parse_glossary
from assistant.tasks.kept_signs import bent, lost
from assistant.tasks.task import ListInvalid
from ingest import read
from tests.scripted_tasks import done, long_contract

GERMAN = Task("translate", language="German")
WORDS = {"clause": "Klausel", "contract": "Vertrag", "notice": "Kündigung", "period": "Frist", "fee": "Gebühr"}


def german(text: str) -> str:
    for word, meant in WORDS.items():
        text = re.sub(rf"\b{word}\b", meant, text, flags=re.IGNORECASE)
    return text


def asked_for(messages) -> list[tuple[int, str]]:
    """The passages that are to be translated, by mark."""
    prompt = messages[1]["content"]
    first, last = map(int, re.search(r"every passage from <(\d+)> to <(\d+)>", prompt).groups())
    found = re.findall(r"(?ms)^<(\d+)> (.*?)(?=^<\d+> |^\[|^documents|\n\nTranslate every)", prompt)
    return [(int(mark), text.strip()) for mark, text in found if first <= int(mark) <= last]


def reply(passages, terms=()) -> str:
    return json.dumps(
        {
            "passages": [{"mark": mark, "text": text} for mark, text in passages],
            "terms": [{"source": source, "target": target} for source, target in terms],
        }
    )


def translator(messages, schema, call):
    return reply([(mark, german(text)) for mark, text in asked_for(messages)], [("contract", "Vertrag")])


def test_a_long_document_keeps_every_passage_in_its_place(tmp_path):
    contract = long_contract(tmp_path, 160)
    answer, _, requests = done(GERMAN, [contract], translator, limit=4_000)
    assert answer.body == german(contract.pages[0].text).strip("\n")
    assert {statement.status for statement in answer.statements} == {"verified"}
    assert len(requests) > 3
    prompts = [request["messages"][1]["content"] for request in requests]
    assert "contract = Vertrag" not in prompts[0]
    assert all("contract = Vertrag" in prompt for prompt in prompts[1:]), "one glossary from the first page to the last"
    assert answer.sections[-1].note == "contract = Vertrag"
    spans = [span for page in contract.pages for span in page.spans]
    assert [statement.citations[0].passage for statement in answer.statements] == spans


def test_formatting_code_and_numbers_stay(tmp_path):
    source = tmp_path / "guide.md"
    source.write_text(
        "# The contract\n\nThe **fee** is 1,250.50 euros, see `pay()` and {name}.\n\n- first notice\n- second notice\n"
    )
    answer, _, _ = done(GERMAN, [read(source)], translator)
    assert answer.body == (
        "# The Vertrag\n\nThe **Gebühr** is 1,250.50 euros, see `pay()` and {name}.\n\n- first Kündigung\n"
        "- second Kündigung"
    )
    assert {statement.status for statement in answer.statements} == {"verified"}


def test_what_was_lost_is_translated_anew(tmp_path):
    source = tmp_path / "lease.txt"
    source.write_text("The notice period is 30 days.")

    def script(messages, schema, call):
        if len(messages) == 2:
            return reply([(1, "Die Kündigungsfrist beträgt 60 Tage.")])
        assert "The number 30 is not in it." in messages[3]["content"]
        return reply([(1, "Die Kündigungsfrist beträgt 30 Tage.")])

    answer, _, requests = done(GERMAN, [read(source)], script)
    assert answer.body == "Die Kündigungsfrist beträgt 30 Tage."
    assert [statement.status for statement in answer.statements] == ["verified"]
    assert len(requests) == 2


@pytest.mark.parametrize("said", ["", "{", '{"passages": []}', '{"passages": [{"mark": 9, "text": "x"}]}'])
def test_what_is_not_translated_stands_there_and_is_named(tmp_path, said):
    source = tmp_path / "lease.txt"
    source.write_text("The notice period is 30 days.")
    answer, _, _ = done(GERMAN, [read(source)], lambda *_: said)
    assert answer.body == "The notice period is 30 days."
    assert answer.statements[0].status == "unsupported"
    assert "not translated" in answer.statements[0].findings[0]
    assert answer.remarks


def test_a_given_glossary_holds(tmp_path):
    source = tmp_path / "lease.txt"
    source.write_text("The notice is void, and the fee is due when the contract ends at last.")
    terms = parse_glossary(["# terms", "notice = Mitteilung", "fee,Entgelt"])
    task = Task("translate", language="German", glossary=terms)
    answer, _, requests = done(task, [read(source)], translator, rounds=0)
    assert "notice = Mitteilung; fee = Entgelt" in requests[0]["messages"][1]["content"]
    assert answer.statements[0].status == "weak"
    assert "Mitteilung" in answer.statements[0].findings[0]
    with pytest.raises(ListInvalid):
        parse_glossary(["notice"])


@pytest.mark.parametrize(
    ("source", "target", "words"),
    [
        ("Pay 1,250.50 euros in 2024.", "Zahle 1.250,50 Euro im Jahr 2024.", []),
        ("Pay 1,250 euros.", "Zahle 1.350 Euro.", ["1,250"]),
        ("Call `run()` now.", "Rufe `laufen()` auf.", ["`run()`"]),
        ("Dear {name}, see %s.", "Liebe {name}, siehe %s.", []),
        ("Dear {name}.", "Liebe {Name}.", ["{name}"]),
        ("See https://a.example/b?c=1 now.", "Siehe https://a.example/b?c=1 jetzt.", []),
        ("See <b>this</b>.", "Siehe <b>dies.", ["</b>"]),
        ("3 of 3", "3 von 4", ["3"]),
    ],
)
def test_what_must_stand_in_a_translation(source, target, words):
    findings = list(lost(source, target))
    assert len(findings) == len(words)
    for word, finding in zip(words, findings, strict=True):
        assert word in finding


@pytest.mark.parametrize(
    ("source", "target", "fine"),
    [
        ("# Head\n\n- a\n- b", "# Kopf\n\n- a\n- b", True),
        ("- a\n- b", "a und b", False),
        ("It is **very** important to us.", "Es ist uns sehr wichtig und zwar.", False),
        ("This is a sentence that goes on for long.", "This is a sentence that goes on for long.", False),
        ("This is a sentence that goes on for long.", "Ja.", False),
    ],
)
def test_what_shows_that_a_translation_is_not_right(source, target, fine):
    assert (list(bent(source, target, ())) == []) is fine


@given(st.text(max_size=200))
def test_a_text_lost_nothing_in_itself(text):
    assert list(lost(text, text)) == []
    assert all("left as it is" in finding for finding in bent(text, text, (Term("a", "a"),)))
