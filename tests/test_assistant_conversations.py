"""Conversations of a real library: named otherwise, shortened, answered anew and found by the beginnings of words."""

import pytest

from assistant import Answer, AssistantError, Ledger, Library, find_conversations, rename, undo

LEDGER = Ledger(100, 50, 10, {"documents": 40}, ())


def answered(library: Library, *questions: str) -> str:
    key = library.start_conversation(questions[0])
    for question in questions:
        library.add_answer(key, answer(question), "model")
    return key


def answer(question: str) -> Answer:
    return Answer(question, (), LEDGER, (), unanswered=f"Nothing is said of {question}")


def questions(library: Library, key: str) -> list[str]:
    return [turn.question for turn in library.turns(key)]


def test_a_conversation_is_named_otherwise_but_not_by_blanks(library):
    key = answered(library, "What is it?")
    assert rename(library, key, "  The   key ").title == "The key"
    assert rename(library, key, " ").title == "The key"
    with pytest.raises(AssistantError):
        rename(library, "nowhere", "A name")


def test_an_earlier_question_asked_anew_replaces_what_followed(library):
    key = answered(library, "One?", "Two?", "Three?")
    library.add_answer(key, answer("Two again?"), "model", after=1)
    assert questions(library, key) == ["One?", "Two again?"]
    assert find_conversations(library, "three") == []


def test_undoing_all_of_a_conversation_deletes_it(library):
    key = answered(library, "One?", "Two?")
    undo(library, key, 1)
    assert questions(library, key) == ["One?"]
    undo(library, key, 0)
    assert library.conversations() == []
    undo(library, key, 0)


def test_a_conversation_that_is_known_is_not_started_again(library):
    key = answered(library, "One?")
    assert library.start_conversation("Another?", key) == key
    assert [each.title for each in library.conversations()] == ["One?"]


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("notice", ["Notice period?", "Renamed"]),
        ("noti per", ["Notice period?"]),
        ("rena", ["Renamed"]),
        ("通知", ["通知期限是多久？"]),
        ("100%", []),
        ('"; DROP', []),
        ("_", []),
    ],
)
def test_conversations_are_found_by_beginnings_of_words(library, words, found):
    answered(library, "通知期限是多久？")
    rename(library, answered(library, "Is notice due?"), "Renamed")
    answered(library, "Notice period?")
    assert [each.title for each in find_conversations(library, words)] == found
