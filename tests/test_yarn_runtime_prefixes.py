"""What should be in the cache: whatever was read of the same beginning; what is not any more is told."""

import asyncio
from dataclasses import replace

import pytest

from yarn_runtime import Usage, attach
from yarn_runtime.prefixes import KEPT, TEMPLATE_TOKENS, Prefixes
from yarn_runtime.scripted import scripted_engine

DOCUMENT = {"role": "user", "content": "word " * 2000 + "Question?"}
REPLY = {"role": "assistant", "content": "An answer."}
NEXT = {"role": "user", "content": "And then?"}


def test_what_goes_on_from_a_prompt_shares_its_blocks():
    read = Prefixes()
    read.add([DOCUMENT], 1000)
    assert read.cached([DOCUMENT, REPLY, NEXT], 16) == (1000 - TEMPLATE_TOKENS) // 16 * 16
    assert read.cached([DOCUMENT, REPLY, NEXT], 128) == 896
    assert read.cached([DOCUMENT], 128) == 896


@pytest.mark.parametrize("others", [[NEXT], [{"role": "user", "content": DOCUMENT["content"] + " "}, REPLY], [REPLY]])
def test_what_begins_otherwise_shares_nothing(others):
    read = Prefixes()
    read.add([DOCUMENT], 1000)
    assert read.cached(others, 16) == 0


def test_the_longest_beginning_counts():
    read = Prefixes()
    read.add([DOCUMENT], 1000)
    read.add([DOCUMENT, REPLY, NEXT], 1200)
    assert read.cached([DOCUMENT, REPLY, NEXT, REPLY], 16) == (1200 - TEMPLATE_TOKENS) // 16 * 16


def test_only_the_last_prompts_are_remembered():
    read = Prefixes()
    for number in range(KEPT + 1):
        read.add([{"role": "user", "content": str(number)}], 1000)
    assert read.cached([{"role": "user", "content": "0"}], 16) == 0
    assert read.cached([{"role": "user", "content": str(KEPT)}], 16) > 0


def _usage(engine, messages) -> Usage:
    async def last() -> Usage:
        return [event async for event in engine.reply(messages, max_tokens=4)][-1]

    return asyncio.run(last())


def test_a_cache_that_kept_everything_is_not_suspected():
    with scripted_engine(lambda *_: "yes") as scripted:
        engine = attach(scripted.url)
        assert _usage(engine, [DOCUMENT]).evicted_tokens == 0
        again = _usage(engine, [DOCUMENT, REPLY, NEXT])
    assert (again.evicted_tokens, again.cached_tokens > 1900) == (0, True)


def test_a_cache_that_lost_a_document_is_told_of():
    """Another engine at the same address, as after a restart: it has read nothing."""
    with scripted_engine(lambda *_: "yes") as scripted:
        engine = attach(scripted.url)
        read = _usage(engine, [DOCUMENT]).prompt_tokens
    with scripted_engine(lambda *_: "yes") as other:
        moved = replace(attach(other.url), prefixes=engine.prefixes)
        assert _usage(moved, [DOCUMENT, REPLY, NEXT]).evicted_tokens == (read - TEMPLATE_TOKENS) // 16 * 16
