"""A model puts a question in other words, or fails to; the search finds by them, and the answer says what they cost."""

import json
import os
import subprocess
import sys

import pytest

from assistant import Selection, brief, other_words
from tests.conftest import ROOT
from tests.test_assistant_pack import make
from yarn_runtime import attach
from yarn_runtime.scripted import scripted_engine

STONES = ["Stones of all kinds lie at the river."] * 60
LEASE = make("lease", [[*STONES, "Either party may end this agreement with thirty days' warning.", *STONES]])
QUESTION = "Wie lange ist die Kündigungsfrist?"


def found(reply: object) -> tuple[str, ...]:
    text = reply if isinstance(reply, str) else json.dumps(reply)
    with scripted_engine([text]) as scripted:
        return other_words(attach(scripted.url), [Selection(LEASE)], QUESTION).ways


def test_the_passage_is_found_by_the_models_words():
    ways = ["How many days of warning end the agreement?"]
    with scripted_engine([json.dumps({"ways": ways})], limit=2_000) as scripted:
        engine = attach(scripted.url)
        with_them = other_words(engine, [Selection(LEASE)], QUESTION)
        assert with_them.ways == tuple(ways)
        assert with_them.record.kind == "rewrite"
        assert with_them.record.prompt_tokens > 0
        told = scripted.requests[0]["messages"][0]["content"]
        assert "Stones of all kinds" in told
        assert QUESTION in told
        from assistant import Search

        for search, shown in ((Search(), False), (Search().knowing(QUESTION, with_them.ways), True)):
            briefing = brief(engine, [Selection(LEASE)], QUESTION, rounds=0, search=search, most=150, tools=False)
            assert ("thirty days" in briefing.context.text) == shown


@pytest.mark.parametrize(
    ("reply", "ways"),
    [
        ("no JSON", ()),
        ("[1, 2]", ()),
        ({"ways": "one"}, ()),
        ({"ways": [1, None, {"a": 1}, " \x07 "]}, ()),
        ({"ways": [QUESTION, QUESTION.upper()]}, ()),
        ({"ways": ["a", "b", "a", "c", "d", "e"]}, ("a", "b", "c")),
        ('{"ways": ["the end of the lea', ("the end of the lea",)),
    ],
)
def test_a_reply_that_is_wrong_gives_what_is_right_of_it(reply, ways):
    assert found(reply) == ways


def test_on_the_command_line(tmp_path):
    book = tmp_path / "lease.txt"
    book.write_text("\n\n".join(passage for page in LEASE.pages for passage in page.text.split("\n\n")))

    def script(messages, schema, call):
        if "ways" in schema["properties"]:
            return json.dumps({"ways": ["How many days of warning end the agreement?"]})
        mark = messages[1]["content"].split("> Either party")[0].rpartition("<")[2]
        return json.dumps({"found": True, "statements": [{"text": "Thirty days' warning.", "marks": [int(mark)]}]})

    with scripted_engine(script) as scripted:
        done = subprocess.run(
            [sys.executable, "-m", "ui", "ask", str(book), "-q", QUESTION, "--rewrite", "--budget", "150"]
            + ["--rounds", "0", "--no-tools", "--json", "--engine-url", scripted.url],
            cwd=ROOT,
            env={**os.environ, "UNSPOOL_DATA": str(tmp_path / "data")},
            capture_output=True,
            text=True,
            timeout=120,
        )
    assert done.returncode == 0, done.stderr
    assert "Also searched for: How many days of warning end the agreement?" in done.stderr
    value = json.loads(done.stdout)
    assert [step["kind"] for step in value["steps"]] == ["rewrite", "draft", "check"]
    assert value["statements"][0]["citations"]
