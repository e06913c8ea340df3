"""A model's type, name and chat template in, the parsers by which vLLM understands its calls and its thinking out.

A table; the names of the parsers and which models they are for are vLLM's own: docs.vllm.ai/en/v0.26.0, features
"tool calling" and "reasoning outputs", and the model cards where those name no parser (Thinking-2507: deepseek_r1).
A parser that does not fit does harm: with one for thinking, structured output begins only where the thinking ends, so
a model that never thinks would never be held to its form. What is not in the table is served without.
"""

import json
import re
from dataclasses import dataclass
from pathlib import Path

_TOOLS = (
    ("qwen2", r"qwen2\.5.*instruct|qwq", "hermes"),
    ("qwen3|qwen3_moe", r"coder", "qwen3_coder"),
    ("qwen3|qwen3_moe|qwen3_next", r"", "hermes"),
    ("qwen3_5|qwen3_5_moe", r"", "qwen3_coder"),
    ("llama", r"llama-3\.[123].*instruct", "llama3_json"),
    ("mistral|mistral3", r"instruct-v0\.3|nemo-instruct|small-.*instruct", "mistral"),
    ("granite|granitemoehybrid", r"granite-4", "hermes"),
    ("gpt_oss", r"", "openai"),
)
_THINKING = (
    ("qwen2", r"qwq|r1-distill", "deepseek_r1"),
    ("llama", r"r1-distill", "deepseek_r1"),
    ("qwen3|qwen3_moe|qwen3_next", r"thinking", "deepseek_r1"),
    ("qwen3|qwen3_moe", r"^(?!.*(?:instruct|coder))", "qwen3"),
    ("qwen3_5|qwen3_5_moe", r"", "qwen3"),
    ("gpt_oss", r"", "openai_gptoss"),
)
_ALWAYS_THINKS = re.compile(r"qwq|r1-distill|deepseek-r1|thinking|gpt-oss", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Parsers:
    """The values of --tool-call-parser and --reasoning-parser; None where the model has no such thing."""

    tools: str | None = None
    thinking: str | None = None


NO_PARSERS = Parsers()


def parsers(model_type: str, name: str, directory: Path | None = None) -> Parsers:
    """What suits a model. Where its files are at hand its chat template must show tools, and name thinking, too."""
    template = chat_template(directory) if directory is not None else None
    tools, thinking = _find(_TOOLS, model_type, name), _find(_THINKING, model_type, name)
    if template is not None:
        tools = tools if "tools" in template else None
        thinking = thinking if "think" in template or model_type == "gpt_oss" else None
    return Parsers(tools, thinking)


def always_thinks(name: str) -> bool:
    """Whether a model of that name thinks before it answers even where it is asked not to."""
    return bool(_ALWAYS_THINKS.search(name))


def chat_template(directory: Path) -> str | None:
    """The chat template of a checkpoint; None where it has none that can be read."""
    try:
        file = directory / "chat_template.jinja"
        if file.is_file():
            return file.read_text("utf-8")
        template = json.loads((directory / "tokenizer_config.json").read_text("utf-8")).get("chat_template")
    except (OSError, ValueError, AttributeError):
        return None
    return template if isinstance(template, str) else None


def _find(table: tuple[tuple[str, str, str], ...], model_type: str, name: str) -> str | None:
    for types, pattern, parser in table:
        if model_type.removesuffix("_text") in types.split("|") and re.search(pattern, name, re.IGNORECASE):
            return parser
    return None
