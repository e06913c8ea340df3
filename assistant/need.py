"""Selections and a question in, the tokens of a run that reads all of them out; needs no engine, only a tokenizer."""

from collections.abc import Sequence

from assistant import prompts
from assistant.context import Selection
from assistant.pack import pack
from assistant.reserve import TEMPLATE_TOKENS, reserve
from yarn_runtime import TokenCounter

_ENDLESS = 1 << 62
_SEAL = "documents 0123456789abcdef"
"""As long as any library's."""
_MARGIN = 1.05
"""What other tokenizers differ by on the same text at most (o200k and cl100k from Qwen: 4 %)."""


def needed(
    selections: Sequence[Selection],
    question: str,
    rounds: int,
    tokenizer: TokenCounter,
    *,
    most: int | None = None,
    thinking: int = 0,
) -> int:
    """Prompt, replies and rounds together: what the engine's limit must be for everything to go in whole, or for `most`
    tokens of it.

    Raises NothingToAsk.
    """
    text = pack(
        selections, question, _ENDLESS, count=tokenizer.count, neutralise=tokenizer.neutralise, way="whole"
    ).text
    asked = prompts.documents_and_question(text, tokenizer.neutralise(question), _SEAL)
    prompt = tokenizer.count(prompts.system(_SEAL)) + tokenizer.count(asked) + TEMPLATE_TOKENS
    if most is not None:
        prompt -= max(tokenizer.count(text) - most, 0)
    return int(prompt * (1.0 if tokenizer.exact else _MARGIN)) + reserve(rounds, thinking)
