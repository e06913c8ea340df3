"""What goes to the model, as values: the spans it is shown under their marks, and the ledger; knows no model."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from ingest import Document, Page, Span


@dataclass(frozen=True, slots=True)
class Selection:
    """A document and the pages of it that a person wants asked."""

    document: Document
    pages: frozenset[int] | None = None
    """Physical page numbers; None for all."""

    def includes(self, page: Page) -> bool:
        """Whether the person wants this page."""
        return self.pages is None or page.number in self.pages


@dataclass(frozen=True, slots=True, eq=False)
class ShownSpan:
    """A span under the mark by which the model points at it; equal only to itself, so that it is cheap as a key."""

    mark: int
    """Counts from 1 over all documents of the context, in reading order."""
    document: Document
    page: Page
    span: Span


@dataclass(frozen=True, slots=True)
class Omission:
    """Something that was not sent, and why."""

    label: str
    tokens: int
    why: str


@dataclass(frozen=True, slots=True)
class DocumentCoverage:
    """How much of one document was sent; tokens are those of the text as it is or would be sent, marks included."""

    name: str
    tokens: int
    included_tokens: int
    omitted: tuple[Omission, ...]
    pages: tuple[float, ...] = ()
    """Of every page, the share of its passages that was sent, 0 to 1; an empty page is 1."""

    @property
    def whole(self) -> bool:
        """Whether nothing was left out."""
        return not self.omitted


@dataclass(frozen=True, slots=True)
class WindowRead:
    """One of the prompts by which everything is read, window after window; `first` and `last` count all passages."""

    first: int
    last: int
    begins: str
    ends: str
    """The places of its first and last passage."""
    tokens: int
    """The whole prompt, as the engine itself counted it."""
    notes: int | None = None
    """How many notes were taken; None before it is read."""
    cited: tuple[int, ...] = ()
    """The passages that its notes name."""

    def to_json(self) -> dict[str, Any]:
        """The window as plain JSON values."""
        return {
            "passages": [self.first, self.last],
            "begins": self.begins,
            "ends": self.ends,
            "tokens": self.tokens,
            "notes": self.notes,
            "cited": list(self.cited),
        }


@dataclass(frozen=True, slots=True)
class ToolUse:
    """Something that the model looked up by itself, after the first prompt."""

    tool: str
    asked: str
    """What it was asked, in a line."""
    tokens: int
    """Of what it gave, as the model saw it."""
    places: tuple[str, ...]
    """Of the passages that were not shown before."""

    def to_json(self) -> dict[str, Any]:
        """The use as plain JSON values."""
        return {"tool": self.tool, "asked": self.asked, "tokens": self.tokens, "places": list(self.places)}


How = Literal["whole", "recalled", "left out"]


@dataclass(frozen=True, slots=True)
class TurnCoverage:
    """How an earlier question and its answer stand in a prompt."""

    question: str
    how: How
    """Word for word with its answer; its question and statements with the passages that they cite; or not at all."""

    def to_json(self) -> dict[str, Any]:
        """The turn as plain JSON values."""
        return {"question": self.question, "how": self.how}


@dataclass(frozen=True, slots=True)
class Ledger:
    """Where every token of a prompt goes, against the limit of the engine that runs."""

    limit: int
    """max_model_len of the running engine."""
    prompt_tokens: int
    """The first prompt of the run, as the engine itself counted it."""
    reserve_tokens: int
    """Kept free for the replies and the later rounds."""
    parts: Mapping[str, int]
    """Tokens by part (instructions, documents, history, question, template); they add up to `prompt_tokens`."""
    documents: tuple[DocumentCoverage, ...]
    windows: tuple[WindowRead, ...] = ()
    """Where everything was read before the prompt was made of notes: by which prompts."""
    turns: tuple[TurnCoverage, ...] = ()
    """The conversation so far."""
    tools: tuple[ToolUse, ...] = ()
    """What the model looked up after the first prompt, known once it has answered."""

    @property
    def prompts(self) -> int:
        """Over how many prompts `prompt_tokens` is the sum: where all is read window after window, more than one, each
        of which the limit and the reserve are for."""
        return len(self.windows) if set(self.parts) == {"windows"} else 1

    def to_json(self) -> dict[str, Any]:
        """The ledger as plain JSON values."""
        return {
            "limit": self.limit,
            "prompts": self.prompts,
            "prompt_tokens": self.prompt_tokens,
            "reserve_tokens": self.reserve_tokens,
            "parts": dict(self.parts),
            "documents": [
                {
                    "name": document.name,
                    "tokens": document.tokens,
                    "included_tokens": document.included_tokens,
                    "pages": [round(share, 2) for share in document.pages],
                    "omitted": [
                        {"label": omission.label, "tokens": omission.tokens, "why": omission.why}
                        for omission in document.omitted
                    ],
                }
                for document in self.documents
            ],
            "windows": [window.to_json() for window in self.windows],
            "turns": [turn.to_json() for turn in self.turns],
            "tools": [use.to_json() for use in self.tools],
        }


@dataclass(frozen=True, slots=True)
class Context:
    """The text of the documents as the model sees it, and what every mark in it stands for."""

    text: str
    shown: Mapping[int, ShownSpan]
    """By mark."""
    documents: tuple[DocumentCoverage, ...]
