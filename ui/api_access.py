"""A service in, what every route asks first out: who it is for."""

from collections.abc import Callable
from typing import Annotated

from fastapi import Depends
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer

from ui.service import Service

_BEARER = HTTPBearer(auto_error=False, description="A key of `unspool key add`; none is needed before there is one.")


def access(service: Service) -> Callable[..., str]:
    """A dependency that gives the user's name, and raises KeyMissing where nobody may be let in."""

    def user(given: Annotated[HTTPAuthorizationCredentials | None, Depends(_BEARER)]) -> str:
        return service.user(given.credentials if given else None)

    return user
