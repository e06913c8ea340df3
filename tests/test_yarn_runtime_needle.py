"""The needle test: prompts exact to the token, passkeys found and missed, runs that go on, and the verdict's rule."""

import json
import re
from itertools import pairwise

import pytest

from yarn_runtime import attach
from yarn_runtime.errors import EngineRefused, ResultsUnwritable
from yarn_runtime.haystack import haystack
from yarn_runtime.needle import REPLY_TOKENS, Cell, Finding, Subject, cells, expected_seconds, find, grid, recall, run
from yarn_runtime.reliability import in_k, judge
from yarn_runtime.results import Results
from yarn_runtime.script import Refused, tokens_of
from yarn_runtime.scripted import scripted_engine
from yarn_runtime.speed import Prefilled, Speed


def _hidden(messages) -> str:
    return re.search(r"The pass key is (\d+)", messages[0]["content"])[1]


def reader(up_to: int):
    """A model that finds whatever stands in its last `up_to` tokens."""

    def reply(messages, schema, call):
        text = messages[0]["content"]
        key = _hidden(messages)
        behind = len(tokens_of([{"role": "user", "content": text[text.index(key) :]}]))
        return f" The pass key is {key}." if behind <= up_to else " The pass key is 12345, I think."

    return reply


@pytest.mark.parametrize("tokens", [256, 1001, 4096])
@pytest.mark.parametrize("depth", [0.0, 0.3, 1.0])
def test_a_haystack_is_exact_to_the_token(tokens, depth):
    def count(messages):
        return len(tokens_of(messages))

    made = haystack(count, tokens, depth, 71432, seed=1)
    assert count(made) == tokens
    before, after = made[0]["content"].split("71432", 1)
    assert before.count(" ") / (before.count(" ") + after.count(" ")) == pytest.approx(depth, abs=0.08)


def test_a_word_of_two_tokens_is_made_up_for():
    """A vocabulary in which every word takes two tokens cannot hit an odd length by words alone."""

    def count(messages):
        return sum(1 if len(piece) == 1 else 2 for piece in re.findall(r"\w+|[^\w\s]", messages[0]["content"]))

    assert {count(haystack(count, tokens, 0.5, 71432, seed=1)) for tokens in (900, 901)} == {900, 901}


def test_prompts_of_one_seed_share_what_stands_before_the_passkey():
    def count(messages):
        return len(tokens_of(messages))

    short = haystack(count, 1000, 0.5, 11111, seed=3)[0]["content"]
    long = haystack(count, 2000, 0.75, 22222, seed=3)[0]["content"]
    assert long.startswith(short.partition("\nThe pass key is")[0])
    assert not haystack(count, 1000, 0.5, 11111, seed=4)[0]["content"].startswith(short[:200])


def test_a_grid_goes_up_to_the_limit_with_distinct_passkeys():
    whole, quick = grid(16_384), grid(16_384, quick=True)
    assert (len(whole), len(quick)) == (25, 6)
    assert {cell.length for cell in whole} == {2048, 4096, 8192, 12288, 16384}
    assert max(cell.length for cell in quick) == 16_384
    for made in (whole, quick):
        assert len({cell.passkey for cell in made}) == len(made)
        assert all(first.length <= second.length for first, second in pairwise(made))
    assert cells([4096], [0.5], seed=1) != cells([4096], [0.5], seed=2)
    assert grid(1024)[0].length >= 256


def test_what_is_near_is_found_and_what_is_far_is_missed():
    with scripted_engine(reader(up_to=1500), limit=4096) as scripted:
        engine = attach(scripted.url)
        near, far = find(engine, Cell(2048, 0.5, 0, 11111)), find(engine, Cell(4096, 0.5, 0, 22222))
        body = scripted.requests[0]
    assert near.found
    assert not far.found
    assert near.prefilled.tokens == 2048 - REPLY_TOKENS
    assert far.prefilled.cached >= 900, "the same words before the passkey come from the cache"
    assert body["temperature"] == 0
    pattern = body["response_format"]["json_schema"]["schema"]["pattern"]
    assert re.fullmatch(pattern, "The pass key is 11111"), "the reply has the form of what was hidden"


def test_digits_told_apart_are_found_too():
    with scripted_engine(lambda messages, *_: " ".join(_hidden(messages))) as scripted:
        assert find(attach(scripted.url), Cell(512, 0.5, 0, 71432)).found


def test_a_second_run_goes_on_where_the_first_stopped(tmp_path):
    file, wanted = tmp_path / "deep" / "needles.jsonl", cells([512, 1024], [0.2, 0.8])

    def fails_at_third(messages, schema, call):
        return Refused("out of memory") if call == 3 else f"The pass key is {_hidden(messages)}"

    with scripted_engine(fails_at_third) as scripted:
        engine, subject = attach(scripted.url), Subject("scripted", 32_768, None)
        with pytest.raises(EngineRefused):
            list(run(engine, subject, wanted, Results(file)))
        with file.open("a") as torn:
            torn.write('{"key": {"model": "scr')
        assert [recall(subject, cell, Results(file)) is not None for cell in wanted] == [True, True, False, False]
        second = list(run(engine, subject, wanted, Results(file)))
        assert [finding.recalled for finding in second] == [True, True, False, False]
        assert all(finding.found for finding in second)
        assert len(scripted.requests) == 5
        assert all(finding.recalled for finding in run(engine, subject, wanted, Results(file)))
        stretched = Subject("scripted", 32_768, {"rope_parameters": {"factor": 2.0}})
        assert not any(finding.recalled for finding in run(engine, stretched, wanted, Results(file)))
    keys = [json.loads(line)["key"] for line in file.read_text().splitlines() if line.endswith("}")]
    assert set(keys[0]) == {"model", "limit", "rope", "form", "length", "depth", "seed"}


def test_results_that_cannot_be_kept_are_a_problem_with_a_hint(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(ResultsUnwritable) as caught:
        Results(tmp_path / "file" / "needles.jsonl").put({"a": 1}, {"b": 2})
    assert caught.value.hint


def test_the_estimate_counts_on_what_is_cached():
    speed = Speed(0.01, 0.0)
    alone = expected_seconds(cells([1056], [0.5]), speed, 1e9)
    assert alone == pytest.approx(10.24)
    assert expected_seconds(cells([1056], [0.5, 1.0]), speed, 1e9) == pytest.approx(10.24 + 5.12)
    assert expected_seconds(cells([1056], [0.5]), speed, 16.0) == pytest.approx(10.24 + 2.0)


def _judged(limit: int, **found: str):
    """`k4="5/5"`: at 4K five of five."""
    made = []
    for name, score in found.items():
        hits, asked = map(int, score.split("/"))
        for number in range(asked):
            cell = Cell(int(name[1:]) * 1024, number / asked, 0, 10_000 + number)
            made.append(Finding(cell, number < hits, "", Prefilled(cell.prompt_tokens, 0, 1.0)))
    return judge(made, limit)


@pytest.mark.parametrize(
    ("found", "reliable_to", "words"),
    [
        ({"k4": "5/5", "k32": "5/5"}, 32_768, "Reliable to 32K, all that the engine serves on this machine: 10 of 10"),
        ({"k4": "5/5", "k24": "5/5", "k32": "3/5"}, 24_576, "Reliable to 24K of 32K on this machine: at 32K 3 of 5"),
        ({"k4": "5/5", "k24": "4/5", "k32": "5/5"}, 4_096, "Reliable to 4K of 32K on this machine: at 24K 4 of 5"),
        ({"k4": "2/5", "k32": "5/5"}, 0, "Not reliable at any length tested, of 32K: at 4K 2 of 5"),
        ({"k4": "2/2", "k8": "2/2"}, 8_192, "Reliable to 8K of 32K on this machine, and not tested beyond: 4 of 4"),
        ({"k8": "9/10", "k32": "10/10"}, 32_768, "Reliable to 32K, all that"),
        ({}, 0, "Nothing was tested."),
    ],
)
def test_the_verdict(found, reliable_to, words):
    judged = _judged(32_768, **found)
    assert judged.reliable_to == reliable_to
    assert str(judged).startswith(words)


def test_lengths_in_k():
    assert [in_k(tokens) for tokens in (24_576, 1024, 1000, 40_000)] == ["24K", "1K", "1,000", "40,000"]
