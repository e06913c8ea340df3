"""Who is let in next: users by turns, nobody lost, also where some give up waiting at the worst moment."""

import asyncio
import random

import pytest

from ui.turnstile import Full, Turnstile


def test_two_users_take_turns():
    async def story() -> list[str]:
        turnstile, let_in = Turnstile(1, 100), []

        async def come(user: str) -> None:
            turn = await turnstile.enter(user)
            let_in.append(user)
            await asyncio.sleep(0)
            turn.leave()

        waiting = [asyncio.ensure_future(come("greedy")) for _ in range(6)]
        await asyncio.sleep(0)
        waiting.append(asyncio.ensure_future(come("modest")))
        await asyncio.gather(*waiting)
        return let_in

    assert asyncio.run(story()).index("modest") <= 3  # one is inside, one turn of the other passes


def test_those_too_many_are_refused():
    async def story() -> None:
        turnstile = Turnstile(1, 1)
        turn = await turnstile.enter("a")
        waits = asyncio.ensure_future(turnstile.enter("b"))
        await asyncio.sleep(0)
        with pytest.raises(Full):
            await turnstile.enter("c")
        turn.leave()
        turn.leave()
        (await waits).leave()
        (await turnstile.enter("c")).leave()

    asyncio.run(story())


@pytest.mark.parametrize("seed", range(20))
def test_never_too_many_inside_and_none_forgotten(seed):
    chance = random.Random(seed)

    async def story() -> None:
        turnstile, inside, most = Turnstile(3, 1_000), 0, 0

        async def come(user: str) -> None:
            nonlocal inside, most
            turn = await turnstile.enter(user)
            inside += 1
            most = max(most, inside)
            try:
                for _ in range(chance.randrange(4)):
                    await asyncio.sleep(0)
            finally:
                inside -= 1
                turn.leave()

        visits = [asyncio.ensure_future(come(chance.choice("abcd"))) for _ in range(60)]
        for _ in range(40):
            await asyncio.sleep(0)
            chance.choice(visits).cancel()
        await asyncio.gather(*visits, return_exceptions=True)
        assert (inside, most, turnstile.waiting) == (0, 3, 0)
        free = [await asyncio.wait_for(turnstile.enter("z"), 1) for _ in range(3)]
        assert len(free) == 3

    asyncio.run(story())
