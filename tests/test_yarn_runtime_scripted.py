"""The scripted engine, asked by the real client and the real chat: it must behave as the server it stands in for."""

import asyncio
import contextlib
import json
import threading
import time
from dataclasses import replace

import httpx
import pytest

from yarn_runtime import Engine, Prefill, RuntimeProblem, Text, Usage, attach
from yarn_runtime.errors import EngineRefused, EngineUnreachable
from yarn_runtime.script import BLOCK_SIZE, Broken, CutOff, Endless, Refused, Waits
from yarn_runtime.scripted import scripted_engine


def user(text: str) -> list[dict[str, str]]:
    return [{"role": "user", "content": text}]


def words(number: int) -> str:
    return " ".join(f"word{index}" for index in range(number))


def ask(engine: Engine, messages, max_tokens: int = 256, schema=None) -> list:
    async def drain() -> list:
        return [event async for event in engine.reply(messages, max_tokens=max_tokens, schema=schema)]

    return asyncio.run(drain())


def text_of(events: list) -> str:
    return "".join(event.text for event in events if isinstance(event, Text))


def seconds_until_idle(engine: Engine, longest: float = 10.0) -> float:
    started = time.monotonic()
    while engine.running() and time.monotonic() - started < longest:
        time.sleep(0.02)
    return time.monotonic() - started


def test_attaches_with_its_limit_name_and_block_size():
    with scripted_engine([], limit=4096, model="actor") as scripted:
        engine = attach(scripted.url)
        assert (engine.limit, engine.model, engine.block_size) == (4096, "actor", BLOCK_SIZE)
        assert engine.client.healthy()
        assert engine.running() == 0


def test_streams_its_replies_in_order_with_every_character():
    replies = ['{"found": true}', "  white space,\n\nkept \n", "中文 und Ümläute 🎈"]
    with scripted_engine(replies) as scripted:
        engine = attach(scripted.url)
        for reply in replies:
            assert text_of(ask(engine, user("?"))) == reply


def test_a_callable_script_sees_messages_schema_and_the_number_of_the_call():
    schema = {"type": "object"}
    seen = []

    def script(messages, wanted, call):
        seen.append((list(messages), wanted, call))
        return f"reply {call}"

    with scripted_engine(script) as scripted:
        engine = attach(scripted.url)
        assert text_of(ask(engine, user("a"))) == "reply 1"
        assert text_of(ask(engine, user("b"), schema=schema)) == "reply 2"
    assert seen == [(user("a"), None, 1), (user("b"), schema, 2)]
    assert [body["messages"] for body in scripted.requests] == [user("a"), user("b")]


def test_usage_equals_the_count_that_was_asked_before():
    messages = [{"role": "system", "content": "Be short."}, *user("What is 2+2? " + words(300))]
    with scripted_engine(["four"]) as scripted:
        engine = attach(scripted.url)
        counted = engine.count(messages)
        usage = ask(engine, messages)[-1]
    assert replace(usage, first_seconds=0.0) == Usage(counted, 0, 1, "stop")
    assert counted > 300


def test_the_prefix_cache_holds_whole_blocks_of_earlier_prompts():
    document = words(500)
    with scripted_engine(["one", "two", "three"]) as scripted:
        engine = attach(scripted.url)
        first, second, other = user(document + " first?"), user(document + " second!"), user("unlike " + document)
        assert ask(engine, first)[-1].cached_tokens == 0
        shared = engine.count(user(document)) - 2  # the end of the message and of the prompt differ
        assert ask(engine, second)[-1].cached_tokens == shared // BLOCK_SIZE * BLOCK_SIZE
        assert ask(engine, other)[-1].cached_tokens == 0


def test_the_last_token_of_a_prompt_is_computed_even_if_all_is_cached():
    with scripted_engine(lambda *_: "yes") as scripted:
        engine = attach(scripted.url)
        messages = user(" ".join(["word"] * (4 * BLOCK_SIZE - 3)))
        assert engine.count(messages) == 4 * BLOCK_SIZE
        ask(engine, messages)
        assert ask(engine, messages)[-1].cached_tokens == 3 * BLOCK_SIZE


def test_a_slow_prefill_climbs_in_the_gauges():
    with scripted_engine(["done"], prefill_tokens_per_second=600) as scripted:
        engine = attach(scripted.url)
        messages = user(words(900))
        events = ask(engine, messages)
        total = engine.count(messages)
    seen = [event.tokens for event in events if isinstance(event, Prefill)]
    assert len(seen) >= 2
    assert seen == sorted(seen)
    assert 0 < seen[0] < seen[-1] <= total + BLOCK_SIZE


@pytest.mark.parametrize(
    ("speeds", "events_before"),
    [({"prefill_tokens_per_second": 50}, 0), ({"tokens_per_second": 5}, 2)],
    ids=["prefill", "decoding"],
)
def test_a_client_that_goes_away_ends_the_request(speeds, events_before):
    with scripted_engine([words(500)], **speeds) as scripted:
        engine = attach(scripted.url)

        async def leave() -> None:
            stream = engine.reply(user(words(400)), max_tokens=256)
            task = asyncio.ensure_future(anext(stream))
            while not await asyncio.to_thread(engine.running):
                await asyncio.sleep(0.02)
            for _ in range(events_before):
                await task
                task = asyncio.ensure_future(anext(stream))
            task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await task
            await stream.aclose()

        asyncio.run(leave())
        assert seconds_until_idle(engine) < 5
        assert engine.client.gauges().kv_usage == 0


def test_two_requests_run_side_by_side_and_one_may_go():
    with scripted_engine(lambda *_: words(400), tokens_per_second=20) as scripted:
        engine = attach(scripted.url)
        body = {"messages": user("?"), "stream": True, "max_tokens": 400}
        http = httpx.Client(base_url=scripted.url)
        with http, http.stream("POST", "/v1/chat/completions", json=body) as stays:
            with http.stream("POST", "/v1/chat/completions", json=body) as goes:
                lines = goes.iter_lines()
                next(lines)
                assert engine.running() == 2
            until = time.monotonic() + 10
            while engine.running() == 2 and time.monotonic() < until:
                time.sleep(0.02)
            assert engine.running() == 1
            assert stays.status_code == 200
        assert seconds_until_idle(engine) < 5


def test_a_reply_that_waits_runs_until_it_may_begin():
    may = threading.Event()
    with scripted_engine([Waits(may.is_set, "now")]) as scripted:
        engine = attach(scripted.url)
        seen: list[list] = []
        asking = threading.Thread(target=lambda: seen.append(ask(engine, user("?"))))
        asking.start()
        while not engine.running():
            time.sleep(0.02)
        assert seen == []
        may.set()
        asking.join(30)
        assert text_of(seen[0]) == "now"


def test_replies_are_cut_at_max_tokens():
    with scripted_engine(["one two three", "one two three", CutOff("one two"), Endless("and on ")]) as scripted:
        engine = attach(scripted.url)
        assert ask(engine, user("?"), max_tokens=3)[-1].finish_reason == "stop"
        events = ask(engine, user("?"), max_tokens=2)
        assert (text_of(events), events[-1].finish_reason) == ("one two", "length")
        events = ask(engine, user("?"), max_tokens=50)
        assert (text_of(events), events[-1].finish_reason) == ("one two", "length")
        events = ask(engine, user("?"), max_tokens=50)
        assert (events[-1].completion_tokens, events[-1].finish_reason) == (50, "length")
        assert text_of(events).startswith("and on and on and")


def test_what_breaks_breaks_as_the_real_one_would():
    with scripted_engine([Refused("out of memory"), Broken("half a "), "fine"]) as scripted:
        engine = attach(scripted.url)
        with pytest.raises(EngineRefused, match="out of memory"):
            ask(engine, user("?"))
        with pytest.raises(EngineUnreachable):
            ask(engine, user("?"))
        assert text_of(ask(engine, user("?"))) == "fine"
        with pytest.raises(EngineRefused, match="no reply to call 4"):
            ask(engine, user("?"))
        assert engine.running() == 0


def test_a_prompt_beyond_the_limit_is_refused():
    with scripted_engine(lambda *_: "yes", limit=128) as scripted:
        engine = attach(scripted.url)
        messages = user("word " * 100)
        room = engine.limit - engine.count(messages)
        assert text_of(ask(engine, messages, max_tokens=room)) == "yes"
        with pytest.raises(EngineRefused, match="maximum context length is 128"):
            ask(engine, messages, max_tokens=room + 1)


def test_odd_requests_get_an_error_and_no_silence():
    with scripted_engine([]) as scripted, httpx.Client(base_url=scripted.url) as http:
        assert http.get("/nowhere").status_code == 404
        assert http.post("/nowhere", json={}).status_code == 404
        assert http.post("/tokenize", content=b"{").status_code == 400
        assert http.post("/v1/chat/completions", json={"messages": user("?")}).status_code == 400


def test_nothing_of_it_is_left_when_the_block_ends():
    before = threading.active_count()
    with scripted_engine([words(500)], tokens_per_second=5) as scripted:
        engine = attach(scripted.url)
        failed: list[RuntimeProblem] = []

        def read() -> None:
            try:
                ask(engine, user("?"))
            except RuntimeProblem as error:
                failed.append(error)

        reader = threading.Thread(target=read)
        reader.start()
        while not engine.running():
            time.sleep(0.02)
    reader.join(5)
    assert [type(error) for error in failed] == [EngineUnreachable]
    assert threading.active_count() == before
    with pytest.raises(EngineUnreachable):
        attach(scripted.url)


def test_the_bodies_of_requests_are_kept_as_they_came():
    with scripted_engine(["{}"]) as scripted:
        ask(attach(scripted.url), user("?"), max_tokens=7, schema={"type": "object"})
    body = scripted.requests[0]
    assert body["max_completion_tokens"] == 7
    assert body["temperature"] == 0.0
    assert json.loads(json.dumps(body)) == body
