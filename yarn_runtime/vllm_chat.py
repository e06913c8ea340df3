"""LangChain's chat model in, the same with what vLLM adds to its stream out: what a model thinks before it writes."""

from typing import Any

from langchain_core.outputs import ChatGenerationChunk
from langchain_openai import ChatOpenAI

THOUGHT = "thought"
"""Under this key of a chunk's `additional_kwargs` stands a piece of what the model thinks."""


class VllmChat(ChatOpenAI):
    """ChatOpenAI leaves out what OpenAI does not have: `delta.reasoning` (`reasoning_content` before vLLM 0.12)."""

    def _convert_chunk_to_generation_chunk(
        self, chunk: dict[str, Any], default_chunk_class: type, base_generation_info: dict[str, Any] | None
    ) -> ChatGenerationChunk | None:
        made = super()._convert_chunk_to_generation_chunk(chunk, default_chunk_class, base_generation_info)
        choices = chunk.get("choices") or []
        if made is not None and choices:
            delta = choices[0].get("delta") or {}
            thought = delta.get("reasoning") or delta.get("reasoning_content")
            if isinstance(thought, str):
                made.message.additional_kwargs[THOUGHT] = thought
        return made
