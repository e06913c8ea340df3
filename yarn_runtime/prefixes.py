"""Prompts that an engine read in, how much of the next one should still be in its cache out; asks nothing."""

import json
import threading
from collections import OrderedDict
from collections.abc import Sequence
from hashlib import sha256

from yarn_runtime.client import Message

KEPT = 64
"""Prompts that are remembered, by hash and length."""
TEMPLATE_TOKENS = 16
"""What a chat template puts after the last message, to have the model answer: it is no part of the next prompt."""


class Prefixes:
    """The prompts that were read to the end. A later one that goes on from one of them finds it in the prefix cache,
    unless it was evicted meanwhile; the cache works in whole blocks.
    """

    def __init__(self) -> None:
        self._read: OrderedDict[str, int] = OrderedDict()
        self._lock = threading.Lock()

    def add(self, messages: Sequence[Message], prompt_tokens: int) -> None:
        """Remember a prompt that was read, by the tokens that the engine counted."""
        with self._lock:
            key = _keys(messages)[-1]
            self._read[key] = prompt_tokens
            self._read.move_to_end(key)
            while len(self._read) > KEPT:
                self._read.popitem(last=False)

    def cached(self, messages: Sequence[Message], block_size: int) -> int:
        """Tokens of this prompt that were read before, at least; 0 where it begins anew."""
        with self._lock:
            known = [self._read[key] for key in _keys(messages) if key in self._read]
        shared = max(known, default=0) - TEMPLATE_TOKENS
        return max(shared, 0) // block_size * block_size


def _keys(messages: Sequence[Message]) -> list[str]:
    """A hash for each beginning of a prompt (tools, then messages), up to the whole of it."""
    found, digest = [], sha256()
    for message in messages:
        digest.update(json.dumps(message, sort_keys=True).encode())
        found.append(digest.copy().hexdigest())
    return found
