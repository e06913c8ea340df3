"""A document and a tokenizer in, all that was read as plain JSON values out; prints nothing."""

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from ingest import Document, Page, language
from yarn_runtime import TokenCounter

Value = Mapping[str, Any]


def document_value(document: Document, tokenizer: TokenCounter) -> dict[str, Any]:
    """The document with the tokens of its pages; what stands beside the text of a page stands beside it here, too."""
    pages = [_page(page, tokenizer, is_file=document.kind == "code") for page in document.pages]
    return {
        "id": document.id,
        "name": document.name,
        "kind": document.kind,
        "sha256": document.sha256,
        "reader": document.reader,
        "tokens": sum(page["tokens"] for page in pages),
        "tokens_exact": tokenizer.exact,
        "pages": pages,
        "outline": [asdict(item) for item in document.outline],
        "metadata": dict(document.metadata),
        "warnings": [asdict(item) for item in document.warnings],
        "hidden": [asdict(item) for item in document.hidden],
        "annotations": [asdict(item) for item in document.annotations],
        "secrets": [asdict(item) for item in document.secrets],
        "skipped": [asdict(item) for item in document.skipped],
    }


def page_value(value: Value, number: int) -> dict[str, Any]:
    """The same of one page alone."""
    beside = ("outline", "warnings", "hidden", "annotations", "secrets")
    return {
        **value,
        "pages": [page for page in value["pages"] if page["number"] == number],
        **{name: [item for item in value[name] if item["page"] == number] for name in beside},
    }


def _page(page: Page, tokenizer: TokenCounter, *, is_file: bool) -> dict[str, Any]:
    return {
        "number": page.number,
        "label": page.label,
        "text": page.text,
        "tokens": tokenizer.count(page.text),
        **({"language": language(page.label, page.text)} if is_file else {}),
        "source": page.source,
        "confidence": None if page.confidence is None else round(page.confidence, 3),
        "spans": len(page.spans),
        "warnings": list(page.warnings),
        "margins": list(page.margins),
    }
