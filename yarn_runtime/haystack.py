"""A length, a depth and a passkey in, a prompt of exactly that many tokens out that hides it; asks nothing.

Random words around one sentence, after the passkey test of Mohtashami and Jaggi (arXiv 2305.16300), as in section 4.3.2
of the YaRN paper. The words come from a seed alone, so prompts of one seed share their beginning up to the passkey, and
the engine's prefix cache spares about a third of the reading.
"""

import json
import random
from bisect import bisect_right
from collections.abc import Callable, Sequence
from hashlib import sha256

from yarn_runtime.client import Message

OPENING = "There is a pass key hidden in this text."
QUESTION = "What is the pass key?"
ANSWER = {"type": "string", "pattern": "^The pass key is [0-9]{5}$"}
"""The JSON schema of the reply, in the passkey's own words: its digits alone are the model's choice. Left free, a small
chat model goes on "a unique code that allows ...", which tests its manners, not its memory: so SmolLM2 found 0 of 2 at
4,000 tokens, and 2 of 2 by this schema.
"""
WORDS = (
    "the a river stone walks under old light green paper market slow winter bird count open door salt wind house "
    "early long field water road small bread night glass horse round snow table apple quiet north boat silver hand"
)
PADDING = (" a", " .", ",", "\n")
"""Each is one token in most vocabularies: they fill what a whole word would overfill."""
FORM = sha256(json.dumps([OPENING, QUESTION, ANSWER, WORDS]).encode()).hexdigest()[:8]
"""Results of prompts of another form are not comparable."""

Count = Callable[[Sequence[Message]], int]


def haystack(count: Count, tokens: int, depth: float, passkey: int, seed: int) -> list[Message]:
    """The prompt, counted by `count` with its chat template. `depth` is 0 at the beginning and 1 at the end.

    It has exactly `tokens` tokens, or one or two fewer where no padding of a single token exists.
    """
    words = random.Random(seed).choices(WORDS.split(), k=tokens)

    def prompt(number: int, padding: str = "") -> list[Message]:
        at = round(number * depth)
        before, after = " ".join(words[:at]), " ".join(words[at:number])
        hidden = f"{before}\nThe pass key is {passkey}. Remember it. {passkey} is the pass key.\n{after}{padding}"
        return [{"role": "user", "content": f"{OPENING}\n{hidden}\n{QUESTION}"}]

    number = max(bisect_right(range(tokens + 1), tokens, key=lambda size: count(prompt(size))) - 1, 0)
    fitting = prompt(number)
    missing = tokens - count(fitting)
    for piece in PADDING if missing > 0 else ():
        padded = prompt(number, piece * missing)
        if count(padded) == tokens:
            return padded
    return fitting
