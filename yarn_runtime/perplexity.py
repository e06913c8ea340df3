"""A running engine and a text in, how well it predicts the text at a context length out: sliding-window perplexity.

After section 4.1 of the YaRN paper (and Press et al., arXiv 2108.12409): in a window of the context's length the last
256 tokens are scored. The paper slides the window by 256 tokens over ten documents; here a few windows stand for all of
them, and they end at the same places for every length, so that the very same tokens are scored and only what stands
before them differs.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from yarn_runtime.engine import Engine
from yarn_runtime.errors import OptionInvalid

SCORED = 256
"""Tokens at the end of a window that count: S of the paper."""
_PIECE = 50_000  # characters that are tokenized in one request


@dataclass(frozen=True, slots=True)
class Passages:
    """A tokenized text and where the windows in it end."""

    tokens: tuple[int, ...]
    ends: tuple[int, ...]

    def window(self, end: int, length: int) -> Sequence[int]:
        """The prompt of a context of `length`: one token of it is left for the reply, which engines insist on."""
        return self.tokens[end - (length - 1) : end]


def passages(engine: Engine, text: str, longest: int, number: int) -> Passages:
    """`number` places spread evenly over the text, each with at least `longest` tokens before it.

    Raises OptionInvalid if the text is shorter than the longest context and all that is to be scored.
    """
    needed = longest + (number - 1) * SCORED
    tokens: list[int] = []
    for start in range(0, len(text), _PIECE):
        tokens += engine.client.tokenize(engine.model, text[start : start + _PIECE])
    if len(tokens) < needed:
        raise OptionInvalid(
            f"The text has {len(tokens):,} tokens, {needed:,} are needed for {number} windows of {longest:,}.",
            "Give a longer one with --text, or shorter --lengths.",
        )
    step = (len(tokens) - longest) // max(number - 1, 1)
    return Passages(tuple(tokens), tuple(longest + place * step for place in range(number)))


def perplexity(engine: Engine, among: Passages, length: int) -> float:
    """exp of the mean -ln p of the last SCORED tokens of every window of `length` tokens.

    Raises EngineUnreachable or EngineRefused.
    """
    logprobs: list[float] = []
    for end in among.ends:
        logprobs += engine.client.prompt_logprobs(engine.model, among.window(end, length))[-SCORED:]
    return math.exp(-math.fsum(logprobs) / len(logprobs))


def reference_text() -> str:
    """A long English text that every machine has: the Python reference that pydoc ships, about 110,000 tokens.

    Raises OptionInvalid where a distribution has left it out.
    """
    try:
        from pydoc_data.topics import topics
    except ImportError as error:
        raise OptionInvalid("This Python has no reference text (pydoc_data).", "Give a text with --text.") from error
    return "\n\n".join(topics[name] for name in sorted(topics))
