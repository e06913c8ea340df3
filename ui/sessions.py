"""Users in, random tokens that stand for them for a while out; kept in memory, so that a restart ends them all."""

import hashlib
import secrets
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass

from ui.users import User

IDLE_SECONDS = 12 * 3600.0
"""After which a session that nobody used is over."""
LONGEST_SECONDS = 7 * 24 * 3600.0
"""After which any is."""
_MOST = 10_000


@dataclass(slots=True)
class _Session:
    user: User
    begun: float
    used: float


class Sessions:
    """Who is logged in. Of a token only the hash is kept, so that no timing tells one."""

    def __init__(self, now: Callable[[], float] = time.monotonic) -> None:
        self._now = now
        self._lock = threading.Lock()
        self._sessions: dict[bytes, _Session] = {}

    def begin(self, user: User) -> str:
        """A token for them."""
        token, now = secrets.token_urlsafe(32), self._now()
        with self._lock:
            self._sessions = {key: each for key, each in self._sessions.items() if not _over(each, now)}
            if len(self._sessions) >= _MOST:
                del self._sessions[next(iter(self._sessions))]
            self._sessions[_digest(token)] = _Session(user, now, now)
        return token

    def user(self, token: str) -> User | None:
        """Whose it is; None where it is nobody's, or over."""
        now = self._now()
        with self._lock:
            session = self._sessions.get(_digest(token))
            if session is None or _over(session, now):
                return None
            session.used = now
            return session.user

    def end(self, token: str) -> None:
        """Log out; nothing is fine too."""
        with self._lock:
            self._sessions.pop(_digest(token), None)


def _over(session: _Session, now: float) -> bool:
    return now - session.used > IDLE_SECONDS or now - session.begun > LONGEST_SECONDS


def _digest(token: str) -> bytes:
    return hashlib.sha256(token.encode("utf-8", "replace")).digest()
