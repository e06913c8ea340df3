"""A source or a Blob in, LangChain Documents out: a page each, or a span. The one user of LangChain in this package.

For those who want this reader in a LangChain program of their own. Loaded when it is first asked for.
"""

from __future__ import annotations

import mimetypes
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Literal

from langchain_core.document_loaders import BaseBlobParser, BaseLoader
from langchain_core.documents import Document as LangChainDocument
from langchain_core.documents.base import Blob

from ingest.document import Document, Page, Span
from ingest.languages import language
from ingest.source import read

Each = Literal["page", "span"]
"""What becomes a LangChain Document."""


class UnspoolLoader(BaseLoader):
    """Loads anything that `ingest.read` reads: a file, a folder, an archive, a repository.

    The metadata are those of LangChain's own PDF loaders, `source`, `page` (from 0), `page_label` and `total_pages`,
    with `document_id`, `kind`, `read_by` ("text" or "ocr"), `warnings`, what the file says of itself, of source code
    the `language`, and of a span its `start` and `end` in the page, `first_line` and `last_line` (from 1) and `boxes`
    (x0, y0, x1, y1 in points from the top left). Options are those of `ingest.read`. Raises an IngestError.
    """

    def __init__(self, source: str | Path, *, each: Each = "page", **options: Any) -> None:
        self._source = source
        self._each: Each = each
        self._options = options

    def lazy_load(self) -> Iterator[LangChainDocument]:
        """The pages or spans in reading order."""
        yield from _documents(read(self._source, **self._options), str(self._source), self._each, {})


class UnspoolBlobParser(BaseBlobParser):
    """Parses a Blob, by its path, or its bytes as what its path or MIME type says that they are."""

    def __init__(self, *, each: Each = "page", **options: Any) -> None:
        self._each: Each = each
        self._options = options

    def lazy_parse(self, blob: Blob) -> Iterator[LangChainDocument]:
        """The pages or spans in reading order, with the metadata of `UnspoolLoader` over those of the blob."""
        own = dict(blob.metadata)
        if blob.data is None and blob.path is not None:
            yield from _documents(read(str(blob.path), **self._options), blob.source or "", self._each, own)
            return
        name = Path(blob.path).name if blob.path else f"blob{mimetypes.guess_extension(blob.mimetype or '') or '.txt'}"
        with TemporaryDirectory(prefix="unspool-blob-") as folder:
            file = Path(folder) / name
            file.write_bytes(blob.as_bytes())
            document = read(file, **self._options)
        yield from _documents(document, blob.source or name, self._each, own)


def _documents(document: Document, source: str, each: Each, own: dict[str, Any]) -> Iterator[LangChainDocument]:
    for page in document.pages:
        about = {**own, **document.metadata, **_about(document, page, source)}
        if each == "page":
            yield LangChainDocument(page.text, metadata=about, id=f"{document.id}:{page.number}")
            continue
        for span in page.spans:
            identity = f"{document.id}:{page.number}:{span.start}"
            yield LangChainDocument(span.text, metadata={**about, **_place(page, span)}, id=identity)


def _about(document: Document, page: Page, source: str) -> dict[str, Any]:
    return {
        "source": source,
        "page": page.number - 1,
        "page_label": page.label,
        "total_pages": len(document.pages),
        "document_id": document.id,
        "kind": document.kind,
        "read_by": page.source,
        **({"language": language(page.label, page.text)} if document.kind == "code" else {}),
        **({"warnings": list(page.warnings)} if page.warnings else {}),
    }


def _place(page: Page, span: Span) -> dict[str, Any]:
    first, last = page.lines(span)
    return {
        "start": span.start,
        "end": span.end,
        "first_line": first,
        "last_line": last,
        **({"boxes": [(box.x0, box.y0, box.x1, box.y1) for box in span.boxes]} if span.boxes else {}),
    }
