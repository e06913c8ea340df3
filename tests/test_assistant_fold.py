"""The fold and its way back: what is found in the folded text is found in the text as it was."""

from hypothesis import given
from hypothesis import strategies as st

from assistant.fold import fold, folded

texts = st.text(st.sampled_from("aB1 \n-­.,éﬁß½你①e\u0301Ａ"), max_size=40)


@given(texts)
def test_each_folded_character_knows_where_it_came_from(text):
    way = folded(text)
    assert len(way.text) == len(way.at)
    assert list(way.at) == sorted(way.at)
    assert all(0 <= index < len(text) for index in way.at)


@given(texts, st.integers(0, 40), st.integers(0, 40))
def test_what_is_cut_out_is_found_again(text, start, length):
    piece = fold(text[start : start + length])
    found = folded(text).find(piece)
    if found is not None:
        assert piece in fold(text[slice(*found)])


def test_a_hyphen_at_a_line_end_is_mended():
    text = "older than the sig-\nnature is"
    start, end = folded(text).find("signature")
    assert text[start:end] == "sig-\nnature"


def test_a_word_is_not_found_inside_another():
    assert folded("The designer signs.").find_word("sign") is None
    assert folded("The sign.").find_word("sign") == (4, 8)
    assert folded("由云岭公司交货").find_word("云岭公司") == (1, 5)
