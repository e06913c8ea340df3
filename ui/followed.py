"""A run that tells its steps to a thread in, the same steps on an event loop out; knows no web framework."""

import asyncio
import threading
from collections.abc import AsyncGenerator

from assistant import Run, Step


async def followed(run: Run) -> AsyncGenerator[Step]:
    """Every step as it happens; raises what the run raises. However it is left, the run is told to stop."""
    loop = asyncio.get_running_loop()
    events: asyncio.Queue[Step | BaseException | None] = asyncio.Queue()

    def tell(event: Step | BaseException | None) -> None:
        if not loop.is_closed():
            loop.call_soon_threadsafe(events.put_nowait, event)

    def follow() -> None:
        try:
            for step in run.steps():
                tell(step)
            tell(None)
        except BaseException as error:  # handed to whoever follows, whatever it is
            tell(error)

    threading.Thread(target=follow, name="followed", daemon=True).start()
    try:
        while (event := await events.get()) is not None:
            if isinstance(event, BaseException):
                raise event
            yield event
    finally:
        run.stop(0)  # it ends by itself from here on: nobody is waited for on the loop
