"""The reader under LangChain's own interfaces: pages or spans with their places, from sources and from blobs."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import pytest
from langchain_core.document_loaders import BaseBlobParser, BaseLoader
from langchain_core.documents.base import Blob
from test_ingest_document import SAMPLES

from ingest import SourceMissing, UnspoolBlobParser, UnspoolLoader, read

GUIDE = SAMPLES / "reportlab-userguide.pdf"


def test_a_document_a_page() -> None:
    loader = UnspoolLoader(GUIDE)
    assert isinstance(loader, BaseLoader)
    found, document = loader.load(), read(GUIDE)
    assert [each.page_content for each in found] == [page.text for page in document.pages]
    about = found[20].metadata
    assert (about["source"], about["page"], about["page_label"]) == (str(GUIDE), 20, document.page(21).label)
    assert (about["total_pages"], about["kind"], about["document_id"]) == (len(document.pages), "pdf", document.id)
    assert len({each.id for each in found}) == len(found)


def test_a_document_a_span_with_its_place() -> None:
    document = read(SAMPLES / "itsdangerous")
    found = UnspoolLoader(SAMPLES / "itsdangerous", each="span", exclude=["*.md"]).load()
    assert len(found) == sum(len(page.spans) for page in document.pages if not page.label.endswith(".md"))
    for each in found:
        about: dict[str, Any] = each.metadata
        page = next(page for page in document.pages if page.label == about["page_label"])
        assert page.text[about["start"] : about["end"]] == each.page_content
        lines = page.text.split("\n")[about["first_line"] - 1 : about["last_line"]]
        assert each.page_content.strip() in "\n".join(lines)
    assert {each.metadata["language"] for each in found} == {"Python", "Text"}
    boxed = next(UnspoolLoader(GUIDE, each="span").lazy_load()).metadata["boxes"][0]
    assert len(boxed) == 4 and boxed[0] < boxed[2]


def test_lazily_and_from_another_thread() -> None:
    first = next(iter(UnspoolLoader(SAMPLES / "README.md").lazy_load()))
    assert first.metadata["kind"] == "markdown"
    assert [each.id for each in asyncio.run(UnspoolLoader(SAMPLES / "README.md").aload())] == [first.id]
    with pytest.raises(SourceMissing):
        UnspoolLoader("no/such/file").load()


def test_blobs_by_path_and_by_bytes(tmp_path: Path) -> None:
    parser = UnspoolBlobParser()
    assert isinstance(parser, BaseBlobParser)
    by_path = parser.parse(Blob.from_path(GUIDE, metadata={"owner": "me"}))
    assert by_path[0].metadata["source"] == str(GUIDE) and by_path[0].metadata["owner"] == "me"
    by_bytes = parser.parse(Blob.from_data(GUIDE.read_bytes(), mime_type="application/pdf"))
    assert [each.id for each in by_bytes] == [each.id for each in by_path]
    named = parser.parse(Blob.from_data("x = 1\n", path="far/away/a.py"))
    assert named[0].metadata["source"] == "far/away/a.py" and named[0].metadata["language"] == "Python"
    assert parser.parse(Blob.from_data("Words."))[0].page_content == "Words."
