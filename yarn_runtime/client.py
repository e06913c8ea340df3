"""An engine's address in, its facts and counts out: the only file that speaks plain HTTP; knows no documents."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import httpx

from yarn_runtime.errors import EngineRefused, EngineUnreachable

Message = Mapping[str, Any]
"""One chat message, {"role": ..., "content": ...}; with "tool_calls" where the model called tools, or "tool_call_id"
where it is what a tool gave.
"""
Tool = Mapping[str, Any]
"""A tool that a model may call, {"type": "function", "function": {"name": ..., "description": ..., "parameters": ...}}.
"""

_GAUGE = re.compile(r"^(vllm:\w+)(?:\{(.*)\})? (\S+)$", re.MULTILINE)
_LABEL = re.compile(r'(\w+)="([^"]*)"')
_SECONDS = 60.0


@dataclass(frozen=True, slots=True)
class Served:
    """What the server says of itself under /v1/models."""

    model: str
    root: str
    """The directory or id that it was started with."""
    max_model_len: int


@dataclass(frozen=True, slots=True)
class Gauges:
    """The engine's own figures at one moment, from /metrics."""

    running: int
    waiting: int
    kv_usage: float
    """Share of the KV pool that running requests hold, 0 to 1; climbs chunk by chunk during a prefill."""
    block_size: int
    """Tokens in one block of the KV cache: prefix caching works in whole blocks."""
    blocks: int
    tokens: int
    """Prompt tokens read and tokens written since its start: grows for as long as it computes."""

    cache_queries: int = 0
    """Prompt tokens that were looked up in the prefix cache since the engine's start."""
    cache_hits: int = 0
    """Those of them that were found there."""

    @property
    def kv_tokens(self) -> int:
        """Tokens that the KV pool holds."""
        return self.blocks * self.block_size

    @property
    def kv_tokens_in_use(self) -> int:
        """Tokens whose keys and values running requests hold, up to one block too many each."""
        return round(self.kv_usage * self.blocks) * self.block_size


class EngineClient:
    """Asks one vLLM server. Every method raises EngineUnreachable or EngineRefused."""

    def __init__(self, url: str) -> None:
        self.url = url.rstrip("/").removesuffix("/v1")
        self._http = httpx.Client(base_url=self.url, trust_env=False)

    def healthy(self) -> bool:
        """Whether /health answers 200; no answer is a plain no."""
        try:
            return self._http.get("/health", timeout=5.0).status_code == 200
        except httpx.HTTPError:
            return False

    def served(self) -> Served:
        """The model, where it came from, and the real maximum length."""
        entry = self._json("GET", "/v1/models")["data"][0]
        if not entry.get("max_model_len"):
            raise EngineRefused(
                f"The server at {self.url} does not say its maximum length, so it is no vLLM.",
                "Give the address of a vLLM server.",
            )
        return Served(entry["id"], entry.get("root") or entry["id"], int(entry["max_model_len"]))

    def count(self, model: str, messages: Sequence[Message], tools: Sequence[Tool] = ()) -> int:
        """Tokens of the whole prompt, chat template and generation prompt included, as the server will count them."""
        body = {
            "model": model,
            "messages": list(messages),
            "chat_template_kwargs": {"enable_thinking": False},
            **({"tools": list(tools)} if tools else {}),
        }
        return int(self._json("POST", "/tokenize", body)["count"])

    def tokenize(self, model: str, text: str) -> list[int]:
        """Token ids of bare text, without a template and without a beginning-of-text token."""
        body = {"model": model, "prompt": text, "add_special_tokens": False}
        return list(self._json("POST", "/tokenize", body)["tokens"])

    def version(self) -> str:
        """The server's own version."""
        return str(self._json("GET", "/version").get("version", "unknown"))

    def prompt_logprobs(self, model: str, tokens: Sequence[int]) -> list[float]:
        """ln p of each of these token ids after all before it, the first left out: one number fewer than tokens.

        The engine computes them anew, prefix cache or not, so this takes as long as reading the whole prompt.
        """
        # 0 asks for the prompt's own tokens only; each entry is {token id: {"logprob": ...}}.
        body = {"model": model, "prompt": list(tokens), "max_tokens": 1, "temperature": 0.0, "prompt_logprobs": 0}
        choice = self._json("POST", "/v1/completions", body, timeout=None)["choices"][0]
        entries = (choice.get("prompt_logprobs") or [])[1:]
        if len(entries) != len(tokens) - 1:
            raise EngineRefused(
                f"The engine at {self.url} gives no logarithms of probabilities for a prompt.",
                "Use a vLLM server; other servers leave them out.",
            )
        return [float(entry[str(token)]["logprob"]) for token, entry in zip(tokens[1:], entries, strict=True)]

    def one_token(self, model: str) -> None:
        """Have one token computed: proof that there is an engine behind the server."""
        body = {"model": model, "prompt": "1", "max_tokens": 1, "temperature": 0.0}
        self._json("POST", "/v1/completions", body)

    def one_message(self, model: str, messages: Sequence[Message], wanted: Mapping[str, Any]) -> None:
        """Have a reply of one token written with these further fields; EngineRefused where the server does not know
        what to do with them.
        """
        body = {"model": model, "messages": list(messages), "max_tokens": 1, "temperature": 0.0, **wanted}
        self._json("POST", "/v1/chat/completions", body)

    def gauges(self) -> Gauges:
        """What runs now and how full the KV pool is."""
        values: dict[str, float] = {}
        config: dict[str, str] = {}
        for name, labels, value in _GAUGE.findall(self._request("GET", "/metrics").text):
            if name == "vllm:cache_config_info":
                config = dict(_LABEL.findall(labels))
            else:
                values[name] = values.get(name, 0.0) + float(value)
        return Gauges(
            running=int(values.get("vllm:num_requests_running", 0)),
            waiting=int(values.get("vllm:num_requests_waiting", 0)),
            kv_usage=values.get("vllm:kv_cache_usage_perc", 0.0),
            block_size=_number(config.get("block_size"), 16),
            blocks=_number(config.get("num_gpu_blocks"), 0),
            tokens=int(values.get("vllm:prompt_tokens_total", 0) + values.get("vllm:generation_tokens_total", 0)),
            cache_queries=int(values.get("vllm:prefix_cache_queries_total", 0)),
            cache_hits=int(values.get("vllm:prefix_cache_hits_total", 0)),
        )

    def _json(
        self, method: str, path: str, body: Mapping[str, Any] | None = None, timeout: float | None = _SECONDS
    ) -> dict[str, Any]:
        answer = self._request(method, path, body, timeout)
        try:
            return dict(answer.json())
        except ValueError as error:
            raise EngineRefused(
                f"What answers at {self.url} is no vLLM server.", "Give the address of a vLLM server."
            ) from error

    def _request(
        self, method: str, path: str, body: Mapping[str, Any] | None = None, timeout: float | None = _SECONDS
    ) -> httpx.Response:
        try:
            answer = self._http.request(method, path, json=body, timeout=httpx.Timeout(timeout, connect=5.0))
        except httpx.HTTPError as error:
            raise EngineUnreachable(
                f"No engine answers at {self.url} ({type(error).__name__}).",
                "Start one with: unspool serve, or give another --engine-url.",
            ) from error
        if answer.is_error:
            raise EngineRefused(
                f"The engine refused {path}: {_reason(answer)}", "See the engine's log: unspool engine status."
            )
        return answer


def _number(text: str | None, otherwise: int) -> int:
    return int(text) if text and text.isdigit() else otherwise


def _reason(answer: httpx.Response) -> str:
    try:
        return str(answer.json()["error"]["message"])
    except (ValueError, KeyError, TypeError):
        return f"HTTP {answer.status_code}"
