"""What a reply is made of: text, thinking, calls of tools; played by the scripted engine over real HTTP."""

import asyncio

import pytest
from hypothesis import given
from hypothesis import strategies as st

from yarn_runtime import Text, Thought, ToolCall, Usage, attach
from yarn_runtime.errors import EngineRefused
from yarn_runtime.script import Calls, Thinks
from yarn_runtime.scripted import scripted_engine
from yarn_runtime.thinking import ThinkingTags

ASKED = [{"role": "user", "content": "How long?"}]
TOOL = {"type": "function", "function": {"name": "search", "parameters": {"type": "object", "properties": {}}}}


async def _events(engine, messages, **wish):
    return [event async for event in engine.reply(messages, max_tokens=200, **wish)]


def events(reply, messages=ASKED, wish=None, **engine):
    with scripted_engine([reply], **engine) as scripted:
        found = asyncio.run(_events(attach(scripted.url), messages, **(wish or {})))
        return found, scripted.requests


def told(found, kind):
    return "".join(event.text for event in found if isinstance(event, kind))


def test_calls_of_tools_are_put_together_from_their_pieces():
    calls = Calls((("search", '{"words": "notice period"}'), ("no such tool", "{cut off")))
    found, requests = events(calls, wish={"tools": [TOOL], "may_call": True}, tools=True)
    assert [event for event in found if isinstance(event, ToolCall)] == [ToolCall(*call) for call in calls.calls]
    assert requests[0]["tool_choice"] == "auto"
    assert found[-1].finish_reason == "tool_calls"


def test_tools_are_shown_in_every_call_of_a_run_and_count():
    with scripted_engine(["a", "b"], tools=True) as scripted:
        engine = attach(scripted.url)
        counted = engine.count(ASKED, [TOOL])
        assert counted > engine.count(ASKED)
        found = asyncio.run(_events(engine, ASKED, tools=[TOOL], schema={"type": "object"}))
        assert scripted.requests[0]["tool_choice"] == "none"
        assert found[-1].prompt_tokens == counted


def test_what_tools_gave_is_carried_on():
    call = {"id": "call00001", "type": "function", "function": {"name": "search", "arguments": "{}"}}
    messages = [
        *ASKED,
        {"role": "assistant", "content": "", "tool_calls": [call]},
        {"role": "tool", "tool_call_id": "call00001", "content": "<7> 30 days"},
    ]
    _, requests = events("30 days", messages, {"tools": [TOOL]}, tools=True)
    sent = requests[0]["messages"]
    assert sent[1]["tool_calls"][0]["function"] == call["function"]
    assert sent[2] == messages[2]


@pytest.mark.parametrize("parsed", [True, False])
def test_thinking_is_no_part_of_the_text(parsed):
    found, requests = events(Thinks("It says 30. So 30.", "30 days", parsed), wish={"thinking": 50})
    assert told(found, Thought) == "It says 30. So 30."
    assert told(found, Text) == "30 days"
    assert requests[0]["chat_template_kwargs"] == {"enable_thinking": True}
    assert "thinking_token_budget" not in requests[0]


def test_thinking_is_off_unless_it_is_wanted_and_bounded_where_the_engine_can():
    _, requests = events("30 days")
    assert requests[0]["chat_template_kwargs"] == {"enable_thinking": False}
    _, requests = events("30 days", wish={"thinking": 50}, bounds_thinking=True)
    assert requests[0]["thinking_token_budget"] == 50


def test_an_engine_says_what_it_can():
    with scripted_engine([]) as plain, scripted_engine([], tools=True, bounds_thinking=True) as able:
        assert not attach(plain.url).calls_tools
        assert attach(able.url).calls_tools
        assert attach(able.url).abilities.thinking_budget
        assert able.requests == [], "asking it what it can is no call for a reply"
        with pytest.raises(EngineRefused, match="enable-auto-tool-choice"):
            asyncio.run(_events(attach(plain.url), ASKED, tools=[TOOL], may_call=True))


@given(st.text("ab<>/think \n", max_size=12), st.text("ab<>/think{", max_size=12), st.data())
def test_tags_are_found_however_a_reply_is_cut_into_pieces(thought, said, data):
    thought, said = thought.replace("</think>", ""), said.lstrip()
    whole = f" <think>{thought}</think> {said}"
    if (thought + "</think>").index("</think>") != len(thought):
        return  # the thought and the tag make another tag
    cuts = sorted(data.draw(st.lists(st.integers(0, len(whole)), max_size=6)))
    tags = ThinkingTags()
    pieces = [piece for a, b in zip([0, *cuts], [*cuts, None], strict=True) for piece in tags.take(whole[a:b])]
    pieces += tags.end()
    assert "".join(piece.text for piece in pieces if piece.thought) == thought
    assert "".join(piece.text for piece in pieces if not piece.thought).lstrip() == said


@pytest.mark.parametrize("text", ["{}", "30 <think>no</think>", "<thin", "<", "", "<b>x</b>"])
def test_other_texts_are_left_as_they_are(text):
    tags = ThinkingTags()
    pieces = [piece for character in text for piece in tags.take(character)] + list(tags.end())
    assert not any(piece.thought for piece in pieces)
    assert "".join(piece.text for piece in pieces) == text


def test_a_reply_has_its_usage_last():
    found, _ = events("30 days")
    assert isinstance(found[-1], Usage)
