"""The stretch is real: a passkey beyond the trained length is found with the plan's YaRN and not without it."""

import asyncio
import random
import re

import pytest

from tests.checkpoints import retold
from tests.conftest import SAMPLES, engine_place
from yarn_runtime import Memory, Text, plan, serve

pytestmark = pytest.mark.engine

WORDS = 8_400
"""With this vocabulary about 10,300 tokens; SmolLM2 was trained on 8,192."""
DEPTH = 0.1
PASSKEY = "71432"


def _messages() -> list[dict[str, str]]:
    """Random words of a small real vocabulary around one sentence with the passkey, and the question for it."""
    vocabulary = sorted(set(re.findall(r"[a-z]{3,8}", (SAMPLES / "itsdangerous" / "LICENSE.txt").read_text().lower())))
    chooser = random.Random(3)
    words = [chooser.choice(vocabulary) for _ in range(WORDS)]
    words.insert(int(WORDS * DEPTH), f". The secret magic number is {PASSKEY}.")
    return [{"role": "user", "content": f"{' '.join(words)}.\n\nWhat is the secret magic number?"}]


def _reply(engine, messages) -> str:
    async def collect() -> str:
        return "".join([event.text async for event in engine.reply(messages, max_tokens=16) if isinstance(event, Text)])

    return asyncio.run(collect())


def test_a_passkey_beyond_the_native_length_is_found(engine):
    messages = _messages()
    assert 8_192 + 1_500 < engine.count(messages) < engine.limit
    assert PASSKEY in _reply(engine, messages)


@pytest.mark.timeout(900)
def test_and_is_not_found_without_yarn(smollm2, engine_environment, tmp_path):
    """The same weights, told that they were trained on 16,384 tokens, are planned and served without a stretch."""
    unstretched = plan(
        retold(tmp_path / "unstretched", smollm2, native=16_384), context=16_384, memory=Memory.of_machine()
    )
    assert unstretched.rope is None
    with serve(unstretched, engine_environment, engine_place(tmp_path), port=None, say=print) as engine:
        assert PASSKEY not in _reply(engine, _messages())
        near = [{"role": "user", "content": f"The secret magic number is {PASSKEY}. What is the secret magic number?"}]
        assert PASSKEY in _reply(engine, near), "the model itself must be sound"
