"""Engines of one model and the tokens of an item in, the engine that takes it now out; knows no library and no task.

Each item is admitted only where the KV pool holds it beside what runs there. All of one document goes to the engine
that has its beginning in the cache; which one that is at first follows from the document's id, unless that engine has
more to do than the others.
"""

import hashlib
import math
from collections.abc import Hashable, Sequence

from yarn_runtime import Engine, EngineMismatch, EngineUnreachable

MOST_AT_ONCE = 64
"""Items that run at the same time at most: each is a thread."""
_OVERLOAD = 1.25
"""Of the mean number of items; more, and a document goes to the next engine (Mirrokni, Thorup, Zadimoghaddam 2018,
“Consistent Hashing with Bounded Loads”, where c = 1.25 is what Google Cloud uses)."""


class Fleet:
    """The engines of a job that live. Used under the job's lock."""

    def __init__(self, engines: Sequence[Engine]) -> None:
        """Raises EngineMismatch where they serve different models, EngineUnreachable where none answers."""
        self._pools: dict[str, int] = {}
        gone: EngineUnreachable | None = None
        for engine in engines:
            try:
                self._pools[engine.url] = engine.kv_tokens()
            except EngineUnreachable as problem:
                gone = problem
        self.engines = [engine for engine in engines if engine.url in self._pools]
        """Those that live."""
        if gone is not None and not self.engines:
            raise gone
        if len({engine.model for engine in engines}) > 1:
            raise EngineMismatch(
                f"The engines serve different models: {', '.join(engine.model for engine in engines)}.",
                "Give only those of one model: a job's answers are of one.",
            )
        self._running: dict[Hashable, tuple[str, int]] = {}
        """The address and the tokens of every item that runs."""
        self._homes: dict[str, str] = {}
        """The address of the engine that has a document's beginning in its cache, by the document's id."""

    @property
    def smallest(self) -> Engine:
        """The one with the lowest limit: what fits there, fits everywhere."""
        return min(self.engines, key=lambda engine: engine.limit)

    @property
    def limit(self) -> int:
        """What all of them hold, in tokens of a prompt and its reply."""
        return self.smallest.limit

    def knows(self, document: str) -> bool:
        """Whether one that lives has a document's beginning in its cache."""
        return self._homes.get(document) in {engine.url for engine in self.engines}

    @property
    def idle(self) -> bool:
        """Whether nothing runs."""
        return not self._running

    def admit(self, item: Hashable, document: str, tokens: int) -> Engine | None:
        """The engine for an item, if one has room: alone on an engine, any item is admitted."""
        if len(self._running) >= MOST_AT_ONCE:
            return None
        for engine in self._wanted(document):
            held = [tokens for url, tokens in self._running.values() if url == engine.url]
            if not held or sum(held) + tokens <= self._pools[engine.url]:
                self._running[item] = (engine.url, tokens)
                self._homes[document] = engine.url
                return engine
        return None

    def leave(self, item: Hashable) -> None:
        """It runs no longer."""
        self._running.pop(item, None)

    def lose(self, engine: Engine) -> bool:
        """Take one out that ended; False where it was the last."""
        if len(self.engines) > 1:
            self.engines = [each for each in self.engines if each.url != engine.url]
        return engine.url not in {each.url for each in self.engines}

    def _wanted(self, document: str) -> list[Engine]:
        """Those that may take a document, the best first: the one that knows it, alone, or all with little to do."""
        home = [engine for engine in self.engines if engine.url == self._homes.get(document)]
        if home or len(self.engines) == 1:
            return home or self.engines
        most = math.ceil(_OVERLOAD * (len(self._running) + 1) / len(self.engines))
        free = [engine for engine in self.engines if self._number(engine) < most]
        return sorted(free, key=lambda engine: hashlib.sha256(f"{document} {engine.url}".encode()).digest())

    def _number(self, engine: Engine) -> int:
        return sum(1 for url, _ in self._running.values() if url == engine.url)
