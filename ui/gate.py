"""An ASGI request in, the application of whoever's it is out: nothing of anyone is reached but by their own login.

Each person has an application with a library, runs and an event queue of its own, so that nothing within has to ask
who is asking. Without users there is one for whoever sits at this machine.
"""

from collections.abc import Callable
from urllib.parse import parse_qs, quote

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, PlainTextResponse, RedirectResponse, Response
from starlette.types import ASGIApp, Receive, Scope, Send

from ui.api_access import USER
from ui.api_keys import ApiKeys
from ui.api_problem import error_json
from ui.language import words_of
from ui.lives import Lives, Pages
from ui.login import Login, TooManyTries
from ui.login_html import login_html
from ui.problem_html import PROBLEMS
from ui.secret_file import SecretFileDamaged
from ui.sessions import LONGEST_SECONDS
from ui.users import User, Users
from ui.words import Words

COOKIE = "unspool-session"
_FORM_BYTES = 8_192


class Gate:
    """In front of everything."""

    def __init__(
        self, users: Users, pages: Pages, healthy: Callable[[], bool], head: str, *, open_without: bool
    ) -> None:
        """`head` is HTML that the page to log in by begins with; `open_without` users whoever comes is let in."""
        self._users = users
        self._login = Login(users)
        self._lives = Lives(pages)
        self._healthy = healthy
        self._head = head
        self._open_without = open_without

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            return await self._lifespan(receive, send)
        if scope["type"] != "http":
            return await send({"type": "websocket.close"})
        try:
            answer = await self._answer(Request(scope, receive))
        except PROBLEMS as problem:
            answer = PlainTextResponse(f"{problem.message}\n{problem.hint}", 503)
        return await answer(scope, receive, send)

    async def _lifespan(self, receive: Receive, send: Send) -> None:
        await receive()
        if self._open_without and not self._users.all():
            await self._lives.of(None)
        await send({"type": "lifespan.startup.complete"})
        await receive()
        await self._lives.close()
        await send({"type": "lifespan.shutdown.complete"})

    async def _answer(self, request: Request) -> ASGIApp:
        users = self._users.all()
        if not users and self._open_without:
            return await self._lives.of(None)
        user = self._user(request, users)
        path = request.url.path
        if path == "/login":
            return await self._enter(request) if request.method == "POST" else self._page(request)
        if path == "/logout" and request.method == "POST":
            return self._leave(request)
        if user is not None:
            request.scope[USER] = user.name
            return await self._lives.of(user)
        if path == "/health":
            well = await run_in_threadpool(self._healthy)
            return JSONResponse({"status": "ok" if well else "engine unreachable"}, 200 if well else 503)
        return _refused(request)

    def _user(self, request: Request, users: list[User]) -> User | None:
        scheme, _, key = request.headers.get("authorization", "").partition(" ")
        if scheme.lower() == "bearer":
            return next((user for user in users if _holds(user, key.strip())), None)
        return self._login.user(request.cookies.get(COOKIE, ""))

    def _page(self, request: Request, *, name: str = "", problem: str = "", status: int = 200) -> Response:
        text = login_html(_words(request), self._head, _place(request.query_params.get("place", "")), name, problem)
        return HTMLResponse(text, status, {"Cache-Control": "no-store"})

    async def _enter(self, request: Request) -> Response:
        form = await _form(request)
        name, said = form.get("name", ""), _words(request)
        try:
            token = await self._login.enter(
                name, form.get("password", ""), request.client.host if request.client else ""
            )
        except TooManyTries as refused:
            answer = self._page(request, name=name, problem=said.wait_to_log_in(refused.seconds), status=429)
            answer.headers["Retry-After"] = str(refused.seconds)
            return answer
        if token is None:
            return self._page(request, name=name, problem=said.wrong_login, status=401)
        self._login.leave(request.cookies.get(COOKIE, ""))
        entered = RedirectResponse(_place(form.get("place", "")), 303)
        secure = request.url.scheme == "https"
        entered.set_cookie(COOKIE, token, max_age=int(LONGEST_SECONDS), httponly=True, samesite="strict", secure=secure)
        return entered

    def _leave(self, request: Request) -> Response:
        self._login.leave(request.cookies.get(COOKIE, ""))
        left = RedirectResponse("/login", 303)
        left.delete_cookie(COOKIE, httponly=True, samesite="strict")
        return left


def _holds(user: User, key: str) -> bool:
    """Whether the key is one of theirs; a damaged file of keys shuts nobody else out."""
    try:
        return bool(ApiKeys(user.keys).user(key))
    except SecretFileDamaged:
        return False


def _refused(request: Request) -> Response:
    """A browser is shown where to log in, a program is told."""
    if request.method == "GET" and "text/html" in request.headers.get("accept", ""):
        place = request.url.path + (f"?{request.url.query}" if request.url.query else "")
        return RedirectResponse("/login" if place == "/" else f"/login?place={quote(place)}", 303)
    said = "Log in at /login, or send “Authorization: Bearer KEY”; unspool key add NAME --user USER makes one."
    return JSONResponse(error_json(said, 401, code="KeyMissing"), 401, {"WWW-Authenticate": "Bearer"})


def _place(wanted: str) -> str:
    """A place of this page only: “//host” and “/\\host” are others."""
    inside = wanted.startswith("/") and not wanted.startswith(("//", "/\\")) and wanted.isprintable()
    return wanted if inside else "/"


def _words(request: Request) -> Words:
    return words_of(request.cookies, request.headers.get("accept-language", ""))


async def _form(request: Request) -> dict[str, str]:
    """The last value of each field of a short form; of a longer one nothing."""
    body = b""
    async for part in request.stream():
        body += part
        if len(body) > _FORM_BYTES:
            return {}
    return {name: values[-1] for name, values in parse_qs(body.decode("utf-8", "replace")).items()}
