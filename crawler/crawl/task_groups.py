"""Run coroutines concurrently. When one fails or the consumer stops, all are cancelled."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Collection, Coroutine, Iterable
from itertools import islice
from typing import Any, TypeVar

T = TypeVar("T")


async def as_completed(coroutines: Iterable[Coroutine[Any, Any, T]]) -> AsyncGenerator[T, None]:
    """Yield the results of all `coroutines` as they finish.

    Raises the error of the first coroutine that fails. Use with `aclosing`: the other coroutines
    are then cancelled and have ended when the block is left.
    """
    tasks = [asyncio.ensure_future(coroutine) for coroutine in coroutines]
    try:
        for done in asyncio.as_completed(tasks):
            yield await done
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


async def as_completed_limited(
    coroutines: Iterable[Coroutine[Any, Any, T]], at_a_time: int
) -> AsyncGenerator[T, None]:
    """Yield the results of all `coroutines` as they finish, like `as_completed`.

    At most `at_a_time` of them are started and not yet consumed.
    """
    waiting = iter(coroutines)
    running: set[asyncio.Task[T]] = set()
    try:
        while True:
            for coroutine in islice(waiting, at_a_time - len(running)):
                running.add(asyncio.create_task(coroutine))
            if not running:
                return
            done, running = await asyncio.wait(running, return_when=asyncio.FIRST_COMPLETED)
            while done:
                yield done.pop().result()
    finally:
        await _cancel(running)


async def _cancel(tasks: Collection[asyncio.Task[Any]]) -> None:
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
