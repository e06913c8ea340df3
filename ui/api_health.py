"""A service in, what watches it needs out: whether it can answer, and figures in Prometheus' form."""

from typing import Any

from fastapi import APIRouter, Depends
from starlette.responses import JSONResponse, Response

from ui.api_access import access
from ui.metrics import CONTENT_TYPE
from ui.service import Service
from yarn_runtime import RuntimeProblem


def health_routes(service: Service) -> APIRouter:
    """Health needs no key, metrics do."""
    router = APIRouter(tags=["operation"])
    user = Depends(access(service))

    @router.get("/health", responses={503: {"description": "The engine does not answer."}})
    def health() -> Response:
        """Whether the engine that would answer is there."""
        try:
            engine = service.engine()
            well = engine.client.healthy()
            value: dict[str, Any] = {"url": engine.url, "model": engine.model, "max_model_len": engine.limit}
        except RuntimeProblem as problem:
            well, value = False, {"problem": problem.message}
        state = {"status": "ok" if well else "engine unreachable", "engine": value}
        return JSONResponse(state, 200 if well else 503)

    @router.get("/metrics", response_class=Response)
    def metrics(_: str = user) -> Response:
        """Questions, tokens computed and cached, seconds a step, the queue and failures."""
        return Response(service.metrics.text(), media_type=CONTENT_TYPE)

    return router
