"""Search ranks by words, by meaning and along calls, and keeps what it has worked out as long as the document."""

import sqlite3
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assistant import Encoder, Library, Search, obtain_search_model
from assistant.call_graph import CallGraph
from assistant.meaning_index import MeaningIndex
from assistant.sections import sections
from assistant.terms import asked, terms
from assistant.word_index import WordIndex
from ingest import OutlineItem, read
from tests.conftest import SAMPLES
from tests.test_assistant_pack import make


class Letters:
    """An encoder whose meaning is which letters a text has; counts what it was given."""

    name = "letters"

    def __init__(self) -> None:
        self.encoded = 0

    def encode(self, texts):
        self.encoded += len(texts)
        rows = np.array([[text.count(chr(97 + letter)) + 0.01 for letter in range(26)] for text in texts], np.float32)
        return rows / np.linalg.norm(rows, axis=1, keepdims=True) if len(rows) else np.zeros((0, 26), np.float32)


@pytest.fixture(scope="module")
def encoder(settings):
    return Encoder(obtain_search_model(settings.models, print))


@pytest.fixture(scope="module")
def code():
    return read(SAMPLES / "itsdangerous")


def passages(document):
    return [(document, span) for page in document.pages for span in page.spans]


def ranked(search, document, question):
    spans = passages(document)
    return [spans[index][1].text for index in search.order(question, spans)]


def test_rare_words_come_first_and_ties_keep_their_order():
    document = make("book", [["stones and stones", "a rare quokka", "stones again", "nothing"]])
    assert ranked(Search(), document, "quokka stones")[0] == "a rare quokka"
    assert Search().order("zebra", passages(document)) == [0, 1, 2, 3]


def test_terms_of_code_of_chinese_and_of_english():
    assert {"timestampsign", "timestamp", "signer"} & set(terms("TimestampSigner")) >= {"timestamp", "signer"}
    assert {"max_age", "max", "age"} <= set(terms("max_age"))
    assert {"合", "同", "合同", "同期"} <= set(terms("合同期"))
    assert terms("signatures") == terms("signature")
    assert asked("What is the fee?") == ["fee"]
    assert asked("What is it?") == ["what", "is", "it"]


def test_a_passage_is_found_by_its_neighbours_and_by_its_headings():
    filler = [f"Word{n} about other matters entirely." for n in range(30)]
    pages = [[*filler[:10], "It lasts ninety days.", *filler[10:20]], ["It lasts two years.", *filler[20:]]]
    document = make("book", pages)
    titled = replace(document, outline=(OutlineItem("Notice period", 0, 2),))
    assert sections(titled)[-1] == "Notice period"
    assert ranked(Search(), titled, "notice period lasts")[0] == "It lasts two years."
    beside = make("book", [["The notice period.", "It lasts ninety days."], ["Something.", "It lasts two years."]])
    order = ranked(Search(), beside, "How long is the notice period?")
    assert order.index("It lasts ninety days.") < order.index("It lasts two years.")


def test_headings_hold_from_where_they_stand():
    document = make("book", [["Before.", "2.1 Fees", "Ten euros."], ["More."]])
    outline = (OutlineItem("Costs", 0, 1), OutlineItem("2.1 Fees", 1, 1))
    assert sections(replace(document, outline=outline)) == [
        "Costs",
        "Costs / 2.1 Fees",
        "Costs / 2.1 Fees",
        "Costs / 2.1 Fees",
    ]


def test_calls_are_followed_to_definitions_in_other_files(code):
    spans = [span for page in code.pages for span in page.spans]
    named = {code.page(span.page).label: index for index, span in enumerate(spans) if "want_bytes(" in span.text}
    caller = next(index for label, index in named.items() if label.endswith("timed.py"))
    scores = np.zeros(len(spans))
    scores[caller] = 1.0
    reached = [spans[index] for index in np.flatnonzero(CallGraph.of(code).reached(scores))]
    assert any("def want_bytes" in span.text and span.page != spans[caller].page for span in reached)


def test_what_a_question_does_not_name_is_found_along_the_calls(code):
    question = "Which code derives the key before sign makes the signature?"
    search = Search()
    texts = ranked(search, code, question)
    assert any("def derive_key" in text for text in texts[:12])


def test_indexes_come_back_as_they_were(code):
    encoder = Letters()
    words, meanings, calls = WordIndex.of(code), MeaningIndex.of(code, encoder), CallGraph.of(code)
    rarity = {"sign": 1.0, "key": 2.0, "nowhere": 3.0}
    assert np.array_equal(WordIndex.from_bytes(words.to_bytes()).scores(rarity), words.scores(rarity))
    vector = encoder.encode(["key"])[0]
    assert np.array_equal(MeaningIndex.from_bytes(meanings.to_bytes()).scores(vector), meanings.scores(vector))
    ones = np.ones(words.spans)
    assert np.array_equal(CallGraph.from_bytes(calls.to_bytes()).reached(ones), calls.reached(ones))


@settings(max_examples=60, deadline=None)
@given(st.lists(st.lists(st.text(max_size=40), max_size=4), max_size=4), st.text(max_size=30))
def test_every_passage_is_ranked_once_whatever_it_holds(pages, question):
    document = make("odd", pages)
    count = len(passages(document))
    for search in (Search(), Search(encoder=Letters())):
        assert sorted(search.order(question, passages(document))) == list(range(count))
    words = WordIndex.from_bytes(WordIndex.of(document).to_bytes())
    assert words.spans == count


def test_a_document_is_worked_out_once_and_kept_in_the_library(tmp_path, code):
    first = Letters()
    library = Library(tmp_path, first)
    library.add(code)
    order = library.search.order("derive key", passages(code))
    once = first.encoded
    library.search.order("another question", passages(code))
    assert first.encoded == once + 1
    library.add(code)  # asking about the same source again adds it again
    second = Letters()
    again = Library(tmp_path, second)
    assert again.search.order("derive key", passages(code)) == order
    assert second.encoded == 1
    again.remove(code.id)
    rows = sqlite3.connect(tmp_path / "library.db")
    assert rows.execute("SELECT count(*) FROM search_indexes").fetchone() == (0,)


def test_a_person_who_waits_for_an_index_is_told(tmp_path):
    said: list[str] = []
    library = Library(tmp_path, Letters(), said.append)
    long = make("long.txt", [["stones and more stones " * 20] * 500])
    for document in (make("short.txt", [["stones"]]), long, long):
        library.search.order("stones", passages(document))
    assert said == ["Making the search index of long.txt, once."]


def test_a_damaged_index_is_made_anew(tmp_path, code):
    library = Library(tmp_path)
    library.add(code)
    order = library.search.order("derive key", passages(code))
    library._db.execute("UPDATE search_indexes SET data = x'00'")
    assert Library(tmp_path).search.order("derive key", passages(code)) == order


def test_other_ways_to_ask_count_as_much_as_the_question():
    document = make("book", [["the termination notice", "stones", "a rare quokka", "more stones"]])
    search = Search()
    asked_so = search.knowing("Kündigungsfrist", ["quokka"])
    assert ranked(asked_so, document, "Kündigungsfrist")[0] == "a rare quokka"
    assert ranked(asked_so, document, "termination notice") == ranked(search, document, "termination notice")


def test_documents_compete_with_each_other():
    other, wanted = make("a", [["stones and stones", "more stones"]]), make("b", [["the notice period", "stones"]])
    spans = [*passages(other), *passages(wanted)]
    assert spans[Search(encoder=Letters()).order("notice period", spans)[0]][0] is wanted


def test_the_model_knows_meanings_across_languages(encoder):
    question = encoder.encode(["How do I erase a whole disk?"])[0]
    near, far = encoder.encode(["擦除整块硬盘", "发送邮件给所有用户"])
    assert question @ near > question @ far + 0.1
    assert np.allclose(np.linalg.norm(encoder.encode(["", "x" * 5000]), axis=1), 1, atol=1e-5)


def test_a_question_in_other_words_or_another_language_finds_its_passage(encoder):
    pages = [
        ["The fee is payable each month.", "员工每年享有十五天带薪年假。", "You may take leave of 15 days a year."]
    ]
    document = make("handbook", pages)
    search = Search(encoder=encoder)
    assert ranked(search, document, "How long a holiday do I get?")[0] != pages[0][0]
    assert ranked(search, document, "每个月要付多少钱？")[0] == pages[0][0]
