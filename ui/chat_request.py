"""A chat request in OpenAI's form in, what is asked about which documents out; what cannot be honoured is refused."""

from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from assistant import AssistantError, Library, Selection, Turn
from ui.asking import parse_pages

ALL = "unspool"
"""The model that answers from the documents that are named, or from all of the library."""

Role = Literal["system", "developer", "user", "assistant", "tool", "function"]


class RequestUnsupported(AssistantError):
    """The request wants something that no answer with citations can be."""


class ChatMessage(BaseModel):
    """One message; of content in parts, the texts and the files."""

    role: Role
    content: str | list[dict[str, Any]] | None = None

    @property
    def text(self) -> str:
        """What it says. Raises RequestUnsupported."""
        if not isinstance(self.content, list):
            return self.content or ""
        return "\n".join(str(part.get("text", "")) for part in self.content if _kind(part) == "text")

    @property
    def files(self) -> list[str]:
        """Ids of the documents that it brings. Raises RequestUnsupported."""
        parts = self.content if isinstance(self.content, list) else []
        files = [part["file"] for part in parts if _kind(part) == "file"]
        if any(not isinstance(file, dict) or not isinstance(file.get("file_id"), str) for file in files):
            raise RequestUnsupported("A file is named by its file_id only.", "Upload it to /v1/documents first.")
        return [file["file_id"] for file in files]


class StreamOptions(BaseModel):
    """Of a stream."""

    include_usage: bool = False


class ChatRequest(BaseModel):
    """OpenAI's request, as far as it means something here, and what this project adds (`documents` and after).

    How a token is sampled (`temperature`, `top_p`, `seed` ...) and `max_tokens` are the plan's own and are ignored.
    """

    model_config = ConfigDict(extra="ignore")

    model: str = Field(default=ALL, description="`unspool`, or `unspool:` and the name or id of a document.")
    messages: list[ChatMessage] = Field(min_length=1)
    stream: bool = False
    stream_options: StreamOptions | None = None
    n: int | None = None
    tools: list[dict[str, Any]] | None = None
    response_format: dict[str, Any] | None = None
    store: bool | None = Field(default=None, description="Whether the answer is kept in the library.")
    documents: list[str] = Field(default=[], description="Names or ids of documents; without any, all of the library.")
    pages: str | None = Field(default=None, description="Physical pages of the one document, such as 1-8.")
    way: Literal["auto", "whole", "search", "read"] = "auto"
    rounds: int | None = Field(default=None, ge=0, le=8, description="How often the answer may be revised.")

    @property
    def question(self) -> str:
        """The last message, after what the system says. Raises RequestUnsupported."""
        self._refuse()
        said = [item.text.strip() for item in self.messages if item.role in ("system", "developer")]
        return "\n\n".join(text for text in (*said, self.messages[-1].text.strip()) if text)

    @property
    def history(self) -> list[Turn]:
        """The questions before it, each with its answer."""
        turns, question = [], ""
        for item in self.messages[:-1]:
            if item.role == "user":
                question = f"{question}\n{item.text}".strip()
            elif item.role == "assistant" and question:
                turns.append(Turn(question, item.text))
                question = ""
        return turns

    def selections(self, library: Library) -> list[Selection]:
        """The documents it is about. Raises DocumentMissing, PagesInvalid, RequestUnsupported."""
        named = [*self.documents, *(file for item in self.messages for file in item.files)]
        if self.model.startswith(f"{ALL}:"):
            named.append(self.model.removeprefix(f"{ALL}:"))
        elif self.model != ALL:
            raise RequestUnsupported(f"There is no model “{self.model}”.", "See /v1/models.")
        wanted = named or [item.id for item in library.documents()]
        documents = {found.id: found for found in (library.document(name) for name in dict.fromkeys(wanted))}
        if self.pages is None:
            return [Selection(document) for document in documents.values()]
        if len(documents) != 1:
            raise RequestUnsupported("Pages go with one document.", "Name one document, or leave pages out.")
        document = next(iter(documents.values()))
        return [Selection(document, parse_pages(self.pages, document))]

    def _refuse(self) -> None:
        if self.n not in (None, 1):
            raise RequestUnsupported("There is one answer to a request.", "Leave n out, or ask again.")
        if self.tools:
            raise RequestUnsupported("Answers call no tools of yours.", "Leave tools out.")
        if self.response_format and self.response_format.get("type") != "text":
            raise RequestUnsupported(
                "Answers are text with citations.", "Leave response_format out: the field `unspool` is structured."
            )
        if self.messages[-1].role != "user":
            raise RequestUnsupported("The last message is not the user's.", "End with the question.")


def _kind(part: dict[str, Any]) -> str:
    kind = part.get("type")
    if kind not in ("text", "file"):
        raise RequestUnsupported(f"Content of type “{kind}” cannot be asked about.", "Send text, or files by id.")
    return str(kind)
