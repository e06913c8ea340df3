"""What goes wrong around a request in, OpenAI's form of an error and its status out."""

from assistant import ConversationMissing, DocumentMissing, JobBusy, JobDiffers, JobMissing, LibraryDamaged
from ingest import IngestError, PageMissing, SourceTooHeavy
from ui.problem_html import Problem
from ui.service import KeyMissing
from yarn_runtime import EngineProblem

RETRY_SECONDS = 10
"""After which something that is busy or starting again may be asked again."""

_STATUS: tuple[tuple[type[Exception], int], ...] = (
    (KeyMissing, 401),
    (DocumentMissing, 404),
    (ConversationMissing, 404),
    (JobMissing, 404),
    (PageMissing, 404),
    (JobBusy, 409),
    (JobDiffers, 409),
    (SourceTooHeavy, 413),
    (IngestError, 422),
    (EngineProblem, 503),
    (LibraryDamaged, 503),
)


def status_of(problem: Problem) -> int:
    """The status under which it is told."""
    return next((status for kind, status in _STATUS if isinstance(problem, kind)), 400)


def problem_json(problem: Problem) -> dict[str, object]:
    """What happened, and what to do."""
    said = f"{problem.message} {problem.hint}".strip()
    return error_json(said, status_of(problem), code=type(problem).__name__)


def error_json(message: str, status: int, *, param: str | None = None, code: str | None = None) -> dict[str, object]:
    """An error as OpenAI's clients read it."""
    kind = "rate_limit_error" if status == 429 else "invalid_request_error" if status < 500 else "server_error"
    return {"error": {"message": message, "type": kind, "param": param, "code": code}}
