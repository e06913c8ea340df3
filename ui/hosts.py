"""An ASGI application in, one that answers only to its own names out: another site's name may be made to lead here."""

import ipaddress
from collections.abc import Sequence

from starlette.datastructures import Headers
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Receive, Scope, Send

LOOPBACK = ("127.0.0.1", "localhost", "::1")


def is_loopback(host: str) -> bool:
    """Whether only this machine reaches what listens there."""
    try:
        return host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


class Hosts:
    """Refuses a request whose Host is none of ours.

    A page that listens beyond this machine is called by any of its addresses, too: DNS rebinding needs a name.
    """

    def __init__(self, app: ASGIApp, host: str, names: Sequence[str] = ()) -> None:
        self._app = app
        self._names = {*LOOPBACK, host.lower(), *(name.lower() for name in names)}
        self._by_address = not is_loopback(host)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan" or self._ours(Headers(scope=scope).get("host", "")):
            return await self._app(scope, receive, send)
        said = "This page does not have that name. Whoever runs it can give it one: unspool ui --host-name NAME"
        return await PlainTextResponse(said, status_code=400)(scope, receive, send)

    def _ours(self, host: str) -> bool:
        if host.startswith("[") and "]" not in host:
            return False
        name = host.partition("]")[0].removeprefix("[") if host.startswith("[") else host.partition(":")[0]
        return name.lower() in self._names or (self._by_address and _is_address(name))


def _is_address(name: str) -> bool:
    try:
        ipaddress.ip_address(name)
    except ValueError:
        return False
    return True
