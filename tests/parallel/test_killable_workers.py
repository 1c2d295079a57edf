"""Children that loop, use too much memory, die or raise: the parent gets a Failure and goes on."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from typing import Any

import pytest

from crawler.errors import ConfigurationError
from crawler.models.outcomes import Failure, Outcome
from crawler.parallel.killable_workers import KillablePool
from tests.parallel import hostile

HOSTILE_SECONDS = 0.25


def _call(function: Callable[[Any], Any], seconds: float = 5) -> Any:
    async def one() -> Any:
        async with KillablePool(processes=1, memory_mb=512) as pool:
            failure = await pool.call(
                function, 0, seconds, url="https://a.example/", stage="extract"
            )
            return failure, await pool.call(hostile.double, 21, 5)

    return asyncio.run(one())


@pytest.mark.parametrize(
    ("function", "outcome", "words"),
    [
        (hostile.spin, Outcome.TIMEOUT, "not read within 1 s"),
        (hostile.hoard, Outcome.CRASHED, "more than 512 MB"),
        (hostile.die, Outcome.CRASHED, "ended with code -9"),
        (hostile.fall, Outcome.CRASHED, "ended with code 7"),
        (hostile.dig, Outcome.CRASHED, "RecursionError"),
        (hostile.throw, Outcome.CRASHED, ""),
        (hostile.return_lambda, Outcome.CRASHED, ""),
    ],
)
def test_misbehaving_child_is_a_failure_and_the_next_call_works(
    function: Callable[[Any], Any], outcome: Outcome, words: str
) -> None:
    failure, next_value = _call(function, seconds=1)
    assert isinstance(failure, Failure)
    assert (failure.url, failure.stage, failure.outcome) == (
        "https://a.example/",
        "extract",
        outcome,
    )
    assert words in failure.message
    assert next_value == 42


def test_child_ignores_ctrl_c_which_its_parent_handles() -> None:
    assert _call(hostile.interrupt) == ("alive", 42)


def test_argument_that_cannot_be_pickled_is_a_failure() -> None:
    async def one() -> Any:
        async with KillablePool(processes=1) as pool:
            return await pool.call(hostile.double, lambda: None, 5), await pool.call(
                hostile.double, 21, 5
            )  # type: ignore[arg-type]

    failure, value = asyncio.run(one())
    assert isinstance(failure, Failure)
    assert value == 42


def test_500_calls_finish_while_20_hostile_calls_run_into_their_deadlines() -> None:
    """The hostile ones come first. The parent's loop does not pause until each has ended."""
    finished: list[int | Failure | None] = []
    pauses = [0.0]

    async def watch() -> None:
        while True:
            before = time.perf_counter()
            await asyncio.sleep(0.01)
            pauses.append(time.perf_counter() - before)

    async def one(pool: KillablePool, number: int) -> None:
        finished.append(await pool.call(hostile.spin_or_double, number, HOSTILE_SECONDS))

    async def all_of_them() -> None:
        async with KillablePool(processes=2, memory_mb=512, quick_seconds=0.1) as pool:
            watcher = asyncio.create_task(watch())
            await asyncio.gather(*(one(pool, number) for number in [*range(-20, 0), *range(500)]))
            watcher.cancel()

    asyncio.run(all_of_them())
    assert (
        sum(isinstance(value, Failure) and value.outcome == Outcome.TIMEOUT for value in finished)
        == 20
    )
    assert sorted(value for value in finished if isinstance(value, int)) == [
        2 * number for number in range(500)
    ]
    assert all(isinstance(value, Failure) for value in finished[-10:]), (
        "the good ones do not wait for the hostile ones"
    )
    assert sum(pause >= HOSTILE_SECONDS for pause in pauses) < 10


def test_children_that_cannot_start_raise_an_error_without_waiting() -> None:
    async def one() -> None:
        async with KillablePool(processes=1, memory_mb=10**14) as pool:
            await pool.call(hostile.double, 21, 5)

    with pytest.raises(ConfigurationError, match="do not start"):
        asyncio.run(one())
