"""A name and a password in, a session out, or the seconds until the next try; guessing is slow and soon refused."""

import asyncio
import math

from starlette.concurrency import run_in_threadpool

from ui.sessions import Sessions
from ui.throttle import Throttle
from ui.users import User, Users, plain

_SECONDS = 300.0
TRIES_OF_ADDRESS = 10
"""In vain from one address within `_SECONDS`."""
_TRIES_OF_NAME = 50
"""In vain at one name: so many more that nobody is easily shut out by others who try theirs."""


class TooManyTries(Exception):
    """Nothing is tried before some seconds have passed."""

    def __init__(self, seconds: float) -> None:
        super().__init__(f"Wait {seconds:.0f} s.")
        self.seconds = math.ceil(seconds)


class Login:
    """Who may come in, and who is in."""

    def __init__(self, users: Users) -> None:
        self._users = users
        self._sessions = Sessions()
        self._by_address = Throttle(TRIES_OF_ADDRESS, _SECONDS)
        self._by_name = Throttle(_TRIES_OF_NAME, _SECONDS)
        self._hashing = asyncio.Semaphore(1)
        """A hash takes 32 MiB and half a second: no flood of tries takes more."""

    async def enter(self, name: str, password: str, address: str) -> str | None:
        """The token of a new session, or None where it was wrong. Raises TooManyTries."""
        counted = ((self._by_address, address), (self._by_name, plain(name)))
        for throttle, key in counted:
            if wait := throttle.enter(key):
                raise TooManyTries(wait)
        async with self._hashing:
            user = await run_in_threadpool(self._users.check, name, password)
        if user is None:
            return None
        for throttle, key in counted:
            throttle.take_back(key)
        return self._sessions.begin(user)

    def user(self, token: str) -> User | None:
        """Whose session it is, as long as they are a user by the same password."""
        user = self._sessions.user(token)
        return user if user is not None and self._users.current(user) else None

    def leave(self, token: str) -> None:
        """End a session; nothing is fine too."""
        self._sessions.end(token)
