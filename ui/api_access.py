"""A service in, what every route asks first out: who it is for."""

from collections.abc import Callable
from typing import Annotated

from fastapi import Depends, Request
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer

from ui.service import Service

USER = "unspool.user"
"""In an ASGI scope: who was let in already."""

_BEARER = HTTPBearer(auto_error=False, description="A key of `unspool key add`; none is needed before there is one.")


def access(service: Service) -> Callable[..., str]:
    """A dependency that gives the user's name, and raises KeyMissing where nobody may be let in."""

    def user(request: Request, given: Annotated[HTTPAuthorizationCredentials | None, Depends(_BEARER)]) -> str:
        known: str | None = request.scope.get(USER)
        return known or service.user(given.credentials if given else None)

    return user
