"""Long conversations: what was said first is still answered, prompts grow at their end, and nothing leaves untold."""

import json
import re
from dataclasses import replace
from itertools import pairwise

import pytest

from assistant import Library, Run, Selection, brief
from assistant.memory import Memory, remember
from assistant.search import Search
from assistant.turn import Layout, Shelf, Turn
from ingest import read
from yarn_runtime import attach
from yarn_runtime.script import tokens_of_text
from yarn_runtime.scripted import scripted_engine

SEAL = "sealed 1234567890"
DEPOSIT = "The deposit is 4,711 doubloons and lies in the vault of Ghent."
FIRST = "Where does the deposit lie?"
STONES = 110


def text_of(stones=STONES):
    paragraphs = [f"Paragraph {number} tells that stone {number * 7} is heavy. " * 6 for number in range(stones)]
    paragraphs.insert(stones // 2, f"{DEPOSIT} {'Nobody else may open it. ' * 12}")
    return "\n\n".join(paragraphs)


@pytest.fixture
def book(tmp_path):
    (tmp_path / "book.txt").write_text(text_of())
    return read(tmp_path / "book.txt")


def shown(messages):
    """Mark and text of every passage of a prompt, in the order in which they stand."""
    text = "\n".join(message["content"] for message in messages if message["role"] == "user")
    sealed = "\n".join(part.partition("=== Said")[0] for part in f"{text}\n".split(f"{SEAL}\n")[1::2])
    return [(int(mark), said) for mark, said in re.findall(r"^<(\d+)> ([^<]+)", sealed, re.MULTILINE)]


def words(text):
    return set(re.findall(r"\w+", text.lower()))


def quoting(messages, schema, call):
    """A model that says the sentence of the passages that shares most words with the question."""
    wanted = words(messages[-1]["content"].rpartition("Question: ")[2].split("\n")[0])
    sentences = [(mark, each) for mark, said in shown(messages) for each in re.split(r"(?<=\.)\s+", said)]
    mark, sentence = max(sentences, key=lambda item: len(wanted & words(item[1])))
    return json.dumps({"statements": [{"text": sentence, "marks": [mark]}]})


class Counting:
    """Counts as the scripted engine does, without asking it."""

    exact = True

    def count(self, text):
        return len(tokens_of_text(text))

    def neutralise(self, text):
        return text


def attached(scripted):
    return replace(attach(scripted.url), tokenizer=Counting())


def talk(library, engine, document, questions, **how):
    """Asks one question after the other in a conversation; the briefings and the answers."""
    conversation = library.start_conversation(questions[0])
    told = []
    for question in questions:
        history = library.turns(conversation)
        briefing = brief(
            engine,
            [Selection(document)],
            question,
            history=history,
            rounds=0,
            search=library.search,
            seal=SEAL,
            **how,
        )
        answer = Run(briefing).answer()
        library.add_answer(conversation, answer, engine.model)
        told.append((briefing, answer))
    return told


def contents(briefing):
    return [message["content"] for message in briefing.messages]


def shares(earlier, later):
    """Whether a prompt begins with all of an earlier one."""
    return contents(later)[: len(earlier.messages)] == contents(earlier)


def stones(count):
    return [f"What does paragraph {number * 3 + 1} tell of its stone?" for number in range(count)]


@pytest.mark.parametrize(("limit", "turns"), [(4_000, 50), (8_900, 12)], ids=["passages", "whole documents"])
def test_the_first_turns_facts_are_answered_after_fifty(library: Library, book, limit, turns):
    library.add(book)
    with scripted_engine(quoting, limit=limit) as scripted:
        told = talk(library, attached(scripted), book, [FIRST, *stones(turns), "And the deposit, where does it lie?"])
    assert told[-1][0].coverage.turns[0].how == "recalled"
    assert all(each.whole for each in told[-1][0].coverage.documents) == (limit > 8_000)
    first, last = told[0][1], told[-1][1]
    assert first.statements[0].text == DEPOSIT
    assert last.statements[0].text == DEPOSIT
    assert last.statements[0].status == "verified"
    prompt = "\n".join(contents(told[-1][0]))
    (mark,) = {mark for mark, said in shown(told[-1][0].messages) if said.startswith(DEPOSIT)}
    assert f"{DEPOSIT} <{mark}>" in prompt, "what was said stands there with the mark of what carries it"
    for briefing, answer in told:
        ledger = briefing.coverage
        assert answer.steps[0].prompt_tokens == ledger.prompt_tokens == sum(ledger.parts.values())
        assert ledger.prompt_tokens <= ledger.limit - ledger.reserve_tokens
        assert [mark for mark, _ in shown(briefing.messages)] == list(range(1, len(briefing.context.shown) + 1))


def test_a_conversation_that_no_longer_fits_is_told_turn_by_turn(library: Library, book):
    library.add(book)
    with scripted_engine(quoting, limit=4_000) as scripted:
        told = talk(library, attached(scripted), book, [FIRST, *stones(12), "And the deposit, where does it lie?"])
    turns = told[-1][0].coverage.turns
    assert [turn.question for turn in turns] == [FIRST, *stones(12)]
    assert turns[0].how == "recalled"
    assert {turn.how for turn in turns} == {"whole", "recalled", "left out"}
    assert turns[-1].how == "whole"
    everything = "\n".join(contents(told[-1][0]))
    for turn in turns:
        assert (turn.question in everything) == (turn.how != "left out")


def test_follow_ups_over_whole_documents_begin_with_the_prompt_before(library: Library, book):
    library.add(book)
    with scripted_engine(quoting, limit=30_000) as scripted:
        told = talk(library, attached(scripted), book, [FIRST, *stones(5)])
    for (earlier, _), (later, answer) in pairwise(told):
        assert shares(earlier, later)
        assert answer.steps[0].cached_tokens > earlier.coverage.prompt_tokens - 32


def test_follow_ups_over_passages_keep_the_start_and_add_what_is_new(library: Library, book):
    library.add(book)
    with scripted_engine(quoting, limit=5_000) as scripted:
        engine = attached(scripted)
        told = talk(library, engine, book, [FIRST, *stones(4)])
    kept = [shares(earlier, later) for (earlier, _), (later, _) in pairwise(told)]
    assert kept.count(True) >= 2, "the start is shortened once, and then there is room for the next questions"
    for (earlier, _), (later, _) in pairwise(told):
        before = earlier.context.text.splitlines()
        after = later.context.text.splitlines()
        assert after == before[: len(after)]
        assert len(after) * 3 >= len(before)
    for briefing, answer in told[1:]:
        assert answer.statements[0].status == "verified"
        assert sum(briefing.coverage.parts.values()) == briefing.coverage.prompt_tokens
    assert any(briefing.coverage.parts.get("added") for briefing, _ in told)


def test_what_is_no_longer_chosen_is_not_shown_again(library: Library, book, tmp_path):
    (tmp_path / "other.txt").write_text("The other document says 31337. " * 40)
    other = read(tmp_path / "other.txt")
    for document in (book, other):
        library.add(document)
    with scripted_engine(quoting, limit=30_000) as scripted:
        engine = attached(scripted)
        conversation = library.start_conversation("x")
        answer = Run(brief(engine, [Selection(book)], FIRST, rounds=0, seal=SEAL)).answer()
        library.add_answer(conversation, answer, "scripted")
        again = brief(
            engine, [Selection(other)], FIRST, history=library.turns(conversation), rounds=0, seal=SEAL, way="search"
        )
    assert {item.document.id for item in again.context.shown.values()} == {other.id}
    assert f"{DEPOSIT}\n" in f"{contents(again)[2]}\n", "what was said stays, without a mark"


def test_an_answer_from_before_layouts_were_kept_is_gone_on_with(library: Library, book):
    with scripted_engine(quoting, limit=4_000) as scripted:
        history = [Turn(FIRST, "In Ghent. [1]")] * 3
        briefing = brief(attached(scripted), [Selection(book)], FIRST, history=history, rounds=0, seal=SEAL)
        assert Run(briefing).answer().statements[0].status == "verified"
    assert briefing.coverage.turns[0].how == "whole"


def test_turns_leave_from_the_first_on_and_come_back_by_their_nearness():
    turns = [Turn(f"question {number}", "answer") for number in range(10)]
    costs = {"whole": lambda index: 100, "recalled": lambda index: 40, "nearest": lambda: [3, 9, 0, 1, 2]}
    assert remember(turns, 1_000, **costs) == Memory(0, ())
    assert remember(turns, 999, **costs) == Memory(6, (0, 1, 2, 3))
    assert remember(turns, 199, **costs) == Memory(9, (0, 3))
    assert remember(turns, 99, **costs) == Memory(10, (3, 9))
    assert remember(turns, 10, **costs) == Memory(10, ())
    assert remember([], 10, **costs) == Memory(0, ())


def test_runs_name_passages_in_any_order(book):
    shelf = Shelf([Selection(book)])
    held = [shelf.chosen[number] for number in (3, 4, 5, 9, 0, 1)]
    runs = shelf.runs(held)
    assert runs == ((book.id, 3, 5), (book.id, 9, 9), (book.id, 0, 1))
    assert shelf.of(runs) == held
    layout = Layout(runs, 1, 2, runs, (4, 5))
    assert Layout.from_json(json.loads(json.dumps(layout.to_json()))) == layout
    assert Shelf([Selection(book, frozenset())]).of(runs) == []


def test_short_texts_are_ranked_by_their_words():
    texts = ["the fee is due", "the vault of Ghent", "stones are heavy", "the vault is shut"]
    assert Search().nearest("which vault is in Ghent?", texts)[:2] == [1, 3]
    assert Search().nearest("anything", []) == []
