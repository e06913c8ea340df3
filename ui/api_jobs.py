"""Orders in, jobs over documents of the library out: begun, listed, stopped, and their results as files."""

from dataclasses import asdict
from typing import Any

from fastapi import APIRouter, Depends
from pydantic import BaseModel, Field
from starlette.responses import Response

from assistant import JobMissing, Jobs, Length
from ui.api_access import access
from ui.ordering import JobKind, Wishes, order_of
from ui.service import Service

_NAME = r"^[\w.@ -]{1,100}$"
"""Of a job that is begun here; those of the page and the command line may be called anything."""
_TYPES = {"jsonl": "application/jsonl", "csv": "text/csv", "md": "text/markdown", "html": "text/html"}


class JobRequest(BaseModel):
    """A job: one task, or questions, for each of some documents."""

    name: str = Field(pattern=_NAME, description="The same request under the same name goes on where the job was.")
    task: JobKind
    documents: list[str] = Field(min_length=1, max_length=100_000, description="Names or ids.")
    instructions: list[str] = Field(default=[], description="The questions of `ask`; else what to mind.")
    language: str = Field(default="", description="Of what is written; needed by `translate`.")
    length: Length = Field(default="medium", description="Of a summary.")
    lines: list[str] = Field(default=[], description="A checklist for `review`, the fields for `extract`.")
    glossary: list[str] = Field(default=[], description="For `translate`.")
    rounds: int | None = Field(default=None, ge=0, le=8, description="How often an answer may be revised.")


def job_routes(service: Service) -> APIRouter:
    """The jobs over the library."""
    router = APIRouter(prefix="/v1", tags=["jobs"])
    user = Depends(access(service))
    desk, jobs = service.desk, Jobs(service.library)

    @router.post("/jobs", status_code=202)
    def start(body: JobRequest, _: str = user) -> dict[str, Any]:
        """Begin a job or go on with it: what is done stays done. One job is worked on at a time."""
        rounds = service.manner.rounds if body.rounds is None else body.rounds
        wishes = Wishes(body.task, body.instructions, body.length, body.language, body.lines, body.glossary)
        order = order_of(body.name, wishes, rounds)
        desk.start(order, list(dict.fromkeys(service.library.document(each).id for each in body.documents)))
        return {"object": "job", **asdict(desk.state(body.name))}

    @router.get("/jobs")
    def listed(_: str = user) -> dict[str, Any]:
        """All jobs and how far they are."""
        return {"object": "list", "data": [{"object": "job", **asdict(each)} for each in desk.states()]}

    @router.get("/jobs/{name}")
    def state(name: str, _: str = user) -> dict[str, Any]:
        """How far a job is, and each of its items."""
        return {"object": "job", **asdict(desk.state(name)), "items": [asdict(item) for item in jobs.items(name)]}

    @router.post("/jobs/{name}/stop")
    def stop(name: str, _: str = user) -> dict[str, Any]:
        """End a job; what was running is queued again, for the next start."""
        desk.state(name)
        desk.stop(name)
        return {"object": "job", **asdict(desk.state(name))}

    @router.get("/jobs/{name}/results/{file:path}", response_class=Response)
    def result(name: str, file: str, _: str = user) -> Response:
        """What is done so far: `results.jsonl`, `results.csv`, `report.md`, `report.html`, or `translations/…`."""
        files = desk.files(name, _page)
        if file not in files:
            raise JobMissing(f"The job {name} has no “{file}”.", f"It has: {', '.join(files)}.")
        kind = _TYPES.get(file.rpartition(".")[2], "text/plain")
        return Response(files[file], media_type=f"{kind}; charset=utf-8")

    return router


def _page(citation: Any) -> str:
    return f"/v1/documents/{citation['document_id']}/pages/{citation['page']}"
