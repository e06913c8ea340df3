"""The tokens that are kept free of documents for the replies and rounds of one run; knows no engine.

Only the last draft is carried into a later round, so the reserve does not grow with the number of rounds.
"""

import json
from collections.abc import Sequence

from assistant import prompts
from yarn_runtime import Message, TokenCounter

CITED_TOKENS = 512
"""Most that the cited passages take when a critique sees them again."""

ANSWER_TOKENS = 512
"""Longest draft or revision: five statements of 300 characters (about 75 tokens each), their marks and the JSON."""

CRITIQUE_TOKENS = 192
"""Longest critique: three problems of 200 characters (about 50 tokens each) and the JSON."""

REPORT_TOKENS = 384
"""What the check and the critique hand on: per statement a few findings."""

TEMPLATE_TOKENS = 32
"""What a chat template puts around two more messages."""


def reserve(rounds: int, thinking: int = 0) -> int:
    """Tokens to keep free of the limit for a run with up to `rounds` revisions; `thinking` may come before an answer,
    and is not carried into a later round.
    """
    if rounds == 0:
        return ANSWER_TOKENS + thinking
    requests = max(_words(prompts.critique_request("", "")), _words(prompts.revision_request("", ())))
    return ANSWER_TOKENS + requests + REPORT_TOKENS + CITED_TOKENS + TEMPLATE_TOKENS + ANSWER_TOKENS + thinking


def added_tokens(messages: Sequence[Message], tokenizer: TokenCounter) -> int:
    """What further messages add to a prompt, at most."""
    calls = (json.dumps(message["tool_calls"]) for message in messages if "tool_calls" in message)
    texts = [*(message["content"] for message in messages), *calls]
    return sum(map(tokenizer.count, texts)) + (TEMPLATE_TOKENS if messages else 0) * max(1, len(messages) // 2)


def _words(text: str) -> int:
    """An upper bound for English text: no common tokenizer makes more than one token of two characters of it."""
    return len(text) // 2
