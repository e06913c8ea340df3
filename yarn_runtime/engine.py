"""A running server in, one value out that counts, replies and tells its limit: what the product holds on to."""

from collections.abc import AsyncGenerator, Mapping, Sequence
from contextlib import aclosing
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Protocol

from yarn_runtime import chat
from yarn_runtime.abilities import Abilities
from yarn_runtime.client import EngineClient, Gauges, Message, Tool
from yarn_runtime.errors import TokenizerInvalid
from yarn_runtime.families import always_thinks
from yarn_runtime.pace import Pace
from yarn_runtime.prefixes import Prefixes
from yarn_runtime.remote_tokenizer import RemoteTokenizer
from yarn_runtime.speed import Prefilled
from yarn_runtime.tokenizer import Tokenizer
from yarn_runtime.wish import Wish


class TokenCounter(Protocol):
    """What counting needs of a tokenizer, local or not."""

    @property
    def exact(self) -> bool:
        """False if counts are estimates."""

    def count(self, text: str) -> int:
        """Tokens of the text inside a prompt."""

    def neutralise(self, text: str) -> str:
        """The text with every control token of the model broken into plain characters."""


@dataclass(frozen=True, slots=True)
class Engine:
    """An OpenAI-compatible vLLM server with a known model, limit and tokenizer."""

    client: EngineClient
    model: str
    limit: int
    """max_model_len as the running server reports it: prompt and reply together, in tokens."""
    block_size: int
    """Tokens in a block of the prefix cache."""
    tokenizer: TokenCounter
    pace: Pace = field(default_factory=Pace)
    """How fast it reads."""
    prefixes: Prefixes = field(default_factory=Prefixes)
    """What it should have in its cache."""
    abilities: Abilities | None = None
    """What its model can do besides writing; None where nothing is known of it."""

    @property
    def url(self) -> str:
        """The server's address, without /v1."""
        return self.client.url

    @property
    def calls_tools(self) -> bool:
        """Whether its model can call tools."""
        return self.abilities is not None and self.abilities.tools

    @property
    def always_thinks(self) -> bool:
        """Whether its model thinks before it writes even where it is asked not to."""
        return always_thinks(self.model)

    def count(self, messages: Sequence[Message], tools: Sequence[Tool] = ()) -> int:
        """Exact tokens of a prompt, the chat template included: the server counts it itself."""
        return self.client.count(self.model, messages, tools)

    def kv_tokens(self) -> int:
        """Tokens whose keys and values its pool holds; more at once, and requests wait or are preempted. The limit
        where the server does not tell."""
        gauges = self.gauges()
        return gauges.blocks * gauges.block_size or self.limit

    def gauges(self) -> Gauges:
        """The engine's own figures at this moment."""
        return self.client.gauges()

    def running(self) -> int:
        """How many requests the engine works on now."""
        gauges = self.gauges()
        return gauges.running + gauges.waiting

    async def reply(
        self,
        messages: Sequence[Message],
        *,
        max_tokens: int,
        schema: Mapping[str, Any] | None = None,
        tools: Sequence[Tool] = (),
        may_call: bool = False,
        thinking: int = 0,
    ) -> AsyncGenerator[chat.Event]:
        """Stream one reply, with the progress of its prefill; see `Wish`. Learns the engine's speed from it."""
        prompt = [*tools, *messages]
        before = self.prefixes.cached(prompt, self.block_size)
        bounds = thinking > 0 and self.abilities is not None and self.abilities.thinking_budget
        wish = Wish(max_tokens, schema, tools, may_call, thinking, bounds)
        events = chat.reply(self.client, self.model, messages, wish)
        async with aclosing(events):
            async for event in events:
                match event:
                    case chat.Waiting():
                        if progress := self._progress(event, before):
                            yield progress
                    case chat.Usage():
                        if event.alone:
                            self.pace.add(Prefilled(event.prompt_tokens, event.cached_tokens, event.first_seconds))
                        self.prefixes.add(prompt, event.prompt_tokens)
                        yield replace(event, evicted_tokens=max(before - event.cached_tokens, 0))
                    case _:
                        yield event

    def _progress(self, look: chat.Waiting, before: int) -> chat.Prefill | None:
        """The engine's own figure while it works for this request alone, else what its speed lets expect."""
        if look.running == 1:
            return chat.Prefill(look.kv_tokens)
        speed = self.pace.speed
        if speed is None or look.running == 0:
            return None
        return chat.Prefill(speed.tokens_after(look.seconds / look.running, before), estimated=True)


def attach(url: str, checkpoint: Path | None = None, paces: Path | None = None) -> Engine:
    """The engine that already runs at `url`; what is known of its speed is kept in the file `paces`.

    Its tokenizer is read from `checkpoint`, or from the directory the server names if that is on this disk; otherwise
    the server itself is asked to count, which is as exact and slower. Raises EngineUnreachable or EngineRefused.
    """
    client = EngineClient(url)
    served = client.served()
    directory = checkpoint or Path(served.root)
    return Engine(
        client,
        served.model,
        served.max_model_len,
        client.gauges().block_size,
        _tokenizer(client, served.model, directory),
        Pace(paces, pace_subject(served.model, served.max_model_len)),
        abilities=Abilities(client, served.model),
    )


def pace_subject(model: str, limit: int) -> str:
    """The name under which an engine's speed is kept."""
    return f"{model}, {limit} tokens"


def _tokenizer(client: EngineClient, model: str, directory: Path) -> TokenCounter:
    if (directory / "tokenizer.json").is_file():
        try:
            return Tokenizer.load(directory)
        except TokenizerInvalid:
            pass
    return RemoteTokenizer(client, model)
