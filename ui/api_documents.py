"""Files in, documents of the library out: uploaded, listed, searched, opened page by page, removed."""

from dataclasses import asdict
from functools import partial
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query, Request
from starlette.concurrency import run_in_threadpool
from starlette.responses import Response

from assistant import find
from ingest import Document, Limits, Page, SourceUnsupported, render_page
from ui.api_access import access
from ui.service import Service
from ui.upload import FORM, uploaded

_PICTURED = ("pdf", "image")
Scale = Annotated[float, Query(gt=0, le=4, description="Pixels a point.")]
PNG: dict[int | str, dict[str, Any]] = {200: {"content": {"image/png": {}}, "description": "The page as a picture."}}


def document_routes(service: Service) -> APIRouter:
    """The documents of the library."""
    router = APIRouter(prefix="/v1", tags=["documents"])
    user = Depends(access(service))
    library = service.library

    @router.get("/documents")
    def documents(_: str = user) -> dict[str, Any]:
        """All documents, the newest first."""
        return {"object": "list", "data": [asdict(item) for item in library.documents()]}

    @router.post("/documents", status_code=201, openapi_extra=FORM)
    async def add(request: Request, _: str = user) -> dict[str, Any]:
        """Read a file and keep it; a known one is known at once."""
        async with uploaded(request, Limits().source_bytes) as path:
            known = await run_in_threadpool(library.known, path)
            if known is not None:
                return _described(await run_in_threadpool(library.document, known))
            document = await run_in_threadpool(service.read, str(path))
            await run_in_threadpool(library.add, document)
        return _described(document)

    @router.get("/documents/{wanted}")
    def document(wanted: str, _: str = user) -> dict[str, Any]:
        """One document, without its text."""
        return _described(library.document(wanted))

    @router.delete("/documents/{wanted}")
    def remove(wanted: str, _: str = user) -> dict[str, Any]:
        """Delete a document, and the answers that quote it."""
        found = library.document(wanted)
        library.remove(found.id)
        return {"id": found.id, "object": "document", "deleted": True}

    @router.get("/documents/{wanted}/pages/{number}")
    def page(wanted: str, number: int, _: str = user) -> dict[str, Any]:
        """The text of a page as a model sees it, with its spans."""
        return _page(library.document(wanted).page(number))

    @router.get("/documents/{wanted}/pages/{number}/image", response_class=Response, responses=PNG)
    def image(wanted: str, number: int, scale: Scale = 1.75, _: str = user) -> Response:
        """A page of a PDF or a picture as PNG."""
        found = library.document(wanted)
        file = library.file(found.id)
        found.page(number)
        if found.kind not in _PICTURED or file is None:
            raise SourceUnsupported(f"{found.name} has no pictures of its pages.", "Open the page's text instead.")
        draw = partial(render_page, file, number, scale=scale)
        return Response(draw(), media_type="image/png")

    @router.get("/search")
    def search(q: Annotated[str, Query(max_length=1_000)], _: str = user) -> dict[str, Any]:
        """Pages and old answers that hold all of these words."""
        pages, answers = find(library, q)
        return {"pages": [asdict(item) for item in pages], "answers": [asdict(item) for item in answers]}

    return router


def _described(document: Document) -> dict[str, Any]:
    return {
        "id": document.id,
        "object": "document",
        "name": document.name,
        "kind": document.kind,
        "pages": [{"number": page.number, "label": page.label, "source": page.source} for page in document.pages],
        "outline": [asdict(item) for item in document.outline],
        "warnings": [asdict(item) for item in document.warnings],
        "hidden": [asdict(item) for item in document.hidden],
        "secrets": [asdict(item) for item in document.secrets],
        "skipped": [asdict(item) for item in document.skipped],
    }


def _page(page: Page) -> dict[str, Any]:
    return {
        "number": page.number,
        "label": page.label,
        "text": page.text,
        "source": page.source,
        "spans": [{"start": span.start, "end": span.end} for span in page.spans],
    }
