"""Whoever comes in, the application that is theirs out: made when they first come, alive until all of it is closed."""

import asyncio
from collections.abc import Callable
from pathlib import Path

from fastapi import FastAPI
from starlette.concurrency import run_in_threadpool

from ui.users import User

Pages = Callable[[User | None], FastAPI]
"""Makes the application of a user or, for None, of the one person at this machine."""


class Lives:
    """Applications beside each other, each between its own startup and shutdown; everything of it on one event loop."""

    def __init__(self, pages: Pages) -> None:
        self._pages = pages
        self._making = asyncio.Lock()
        self._made: dict[Path | None, asyncio.Future[FastAPI]] = {}
        self._over = asyncio.Event()
        self._lives: list[asyncio.Task[None]] = []

    async def of(self, user: User | None) -> FastAPI:
        """Theirs; raises what making it raised, and is tried again by the next one who comes."""
        key = user.folder if user else None
        making = self._made.get(key)
        if making is None:
            making = self._made[key] = asyncio.ensure_future(self._begun(user))
            making.add_done_callback(lambda done: self._made.pop(key) if done.cancelled() or done.exception() else None)
        return await asyncio.shield(making)  # whoever came first may go away again

    async def close(self) -> None:
        """End all of them."""
        self._over.set()
        await asyncio.gather(*self._lives, return_exceptions=True)

    async def _begun(self, user: User | None) -> FastAPI:
        async with self._making:  # a page is laid out by one thread at a time
            application = await run_in_threadpool(self._pages, user)
        begun: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._lives.append(asyncio.create_task(self._live(application, begun)))
        await begun
        return application

    async def _live(self, application: FastAPI, begun: asyncio.Future[None]) -> None:
        """Startup and shutdown must happen in one task."""
        try:
            async with application.router.lifespan_context(application):
                begun.set_result(None)
                await self._over.wait()
        except BaseException as error:
            if begun.done():
                raise
            begun.set_exception(error)
