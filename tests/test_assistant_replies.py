"""Whatever a model writes, reading it gives claims or none, and never an error."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.replies import Claim, prose, read_critique, read_draft

WHOLE = '{"found":true,"statements":[{"text":"One.","marks":[1,2]},{"text":"Two.","marks":[3]}]}'


def test_a_whole_reply():
    reply = read_draft(WHOLE)
    assert reply.found
    assert reply.claims == (Claim("One.", (1, 2)), Claim("Two.", (3,)))


def test_a_reply_that_is_cut_off_keeps_what_arrived():
    assert read_draft(WHOLE[:62]).claims[0] == Claim("One.", (1, 2))


def test_every_beginning_of_a_reply_can_be_read():
    for end in range(len(WHOLE)):
        claims = read_draft(WHOLE[:end]).claims
        assert len(claims) <= 2
        assert isinstance(prose(WHOLE[:end]), str)


def test_endless_repetition_is_one_claim():
    statements = [{"text": "Again and again.", "marks": [1]}] * 50
    assert len(read_draft(json.dumps({"found": True, "statements": statements})).claims) == 1


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("It is blue. It is blue. It is blu", "It is blue."),
        ("It is blue. it is green. It is blue.", "It is blue. it is green."),
        ("他来了。他来了。他走", "他来了。 他走"),
        ("Version 2.1 is out. Version 2.2 is not.", "Version 2.1 is out. Version 2.2 is not."),
        ("No end", "No end"),
    ],
)
def test_a_sentence_within_a_statement_is_said_once(text, said):
    assert read_draft(json.dumps({"statements": [{"text": text, "marks": [1]}]})).claims == (Claim(said, (1,)),)


def test_an_empty_list_says_that_nothing_was_found():
    assert not read_draft('{"statements":[]}').found
    assert read_draft('{"statements":7}').found, "that could not be read: nothing is claimed of the documents"


def test_thoughts_aloud_are_no_part_of_the_answer():
    assert read_draft('<think>{"found":false} or not?</think>' + WHOLE).claims == read_draft(WHOLE).claims
    assert read_draft("<think>" + WHOLE).claims == ()


def test_not_found_with_statements_counts_as_found():
    assert read_draft('{"found":false,"statements":[{"text":"It is here.","marks":[1]}]}').found


def test_marks_that_are_no_numbers_are_dropped():
    assert read_draft('{"statements":[{"text":"x","marks":["7", true, 2.5, null, 4]}]}').claims == (Claim("x", (4,)),)


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.sampled_from(["found", "statements", "text", "marks"]), inner),
)


@given(json_values.map(json.dumps) | st.text(), st.integers(0, 200))
def test_anything_can_be_read(text, end):
    cut = text[:end]
    assert all(claim.text for claim in read_draft(cut).claims)
    assert isinstance(read_critique(cut).problems, tuple)
    assert isinstance(prose(cut), str)
