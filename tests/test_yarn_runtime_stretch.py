"""The stretch is real: a passkey beyond the trained length is found with the plan's YaRN and not without it."""

import asyncio
import random

import pytest

from tests.checkpoints import retold
from tests.conftest import engine_place
from yarn_runtime import Memory, Text, plan, serve

pytestmark = pytest.mark.engine

LENGTH = 10_400
"""Prompt tokens; SmolLM2 was trained on 8,192."""
DEPTH = 0.1
PASSKEY = "71432"
WORDS = "the a river stone walks under old light green paper market slow winter bird count open door salt".split()


def _messages(count) -> list[dict[str, str]]:
    """Random words around one sentence with the passkey, cut to LENGTH tokens by the engine's own count."""
    chooser = random.Random(7)
    words = [chooser.choice(WORDS) for _ in range(LENGTH)]

    def prompt(number: int) -> list[dict[str, str]]:
        kept = words[:number]
        kept.insert(int(number * DEPTH), f". The pass key is {PASSKEY}. Remember it. {PASSKEY} is the pass key.")
        text = f"There is a pass key hidden in this text.\n{' '.join(kept)}\nWhat is the pass key? The pass key is"
        return [{"role": "user", "content": text}]

    number = len(words)
    while (over := count(prompt(number)) - LENGTH) > 0:
        number -= over
    return prompt(number)


def _reply(engine, messages) -> str:
    async def collect() -> str:
        return "".join([event.text async for event in engine.reply(messages, max_tokens=16) if isinstance(event, Text)])

    return asyncio.run(collect())


def test_a_passkey_beyond_the_native_length_is_found(engine):
    messages = _messages(engine.count)
    assert engine.count(messages) > 8_192
    assert PASSKEY in _reply(engine, messages)


@pytest.mark.timeout(900)
def test_and_is_not_found_without_yarn(smollm2, engine_environment, tmp_path):
    """The same weights, told that they were trained on 16,384 tokens, are planned and served without a stretch."""
    unstretched = plan(
        retold(tmp_path / "unstretched", smollm2, native=16_384), context=16_384, memory=Memory.of_machine()
    )
    assert unstretched.rope is None
    with serve(unstretched, engine_environment, engine_place(tmp_path), port=None, say=print) as engine:
        messages = _messages(engine.count)
        assert PASSKEY not in _reply(engine, messages)
        near = [{"role": "user", "content": f"The pass key is {PASSKEY}. Remember it. What is the pass key?"}]
        assert PASSKEY in _reply(engine, near), "the model itself must be sound"
