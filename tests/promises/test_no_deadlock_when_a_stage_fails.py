"""The fetch pipeline ends, at every queue size, if its consumer, its producer or a child fails."""

from __future__ import annotations

import asyncio
import errno
from collections.abc import Callable, Coroutine
from contextlib import aclosing
from datetime import timedelta
from typing import Any, TypeVar

import pytest

from crawler.crawl.fetch_and_extract import PipelineOptions, fetch_pages, group_pages
from crawler.crawl.task_groups import as_completed, as_completed_limited
from crawler.errors import StoreError
from crawler.fetch.fetcher import Exchange, Fetcher, FetcherConfig
from crawler.fetch.politeness import PolitenessPolicy
from crawler.models.articles import Article
from crawler.models.http_exchange import FetchRequest, Response
from crawler.models.outcomes import Failure
from tests.crawl.test_fetch_and_extract import Forgetful, Inline, read, web
from tests.virtual_time import now, run

A = TypeVar("A")
T = TypeVar("T")
TASKS = [FetchRequest(f"https://h{n}.example/", "page") for n in range(40)]
SIZES = range(1, 9)
DEADLINE_SECONDS = 600.0  # of virtual time


class FullDisk(Inline):
    """Children that answer a few times, then report a full disk."""

    def __init__(self, answers: int) -> None:
        self._left = answers

    async def call(
        self,
        function: Callable[[A], T],
        argument: A,
        seconds: float,
        *,
        url: str = "",
        stage: str = "extract",
    ) -> T | Failure:
        self._left -= 1
        if self._left < 0:
            raise full_disk()
        return function(argument)


def full_disk() -> OSError:
    return OSError(errno.ENOSPC, "No space left on device")


def ends(coroutine: Coroutine[Any, Any, T]) -> T:
    """Run to the end within the deadline; nothing may be left running."""

    async def bounded() -> T:
        try:
            async with asyncio.timeout(DEADLINE_SECONDS):
                return await coroutine
        finally:
            assert len(asyncio.all_tasks()) == 1

    return run(bounded())


def fetcher(exchange: Exchange = web) -> Fetcher:
    return Fetcher(
        exchange,
        FetcherConfig(
            agent="hashtrail", policy=PolitenessPolicy(0), robots_cache=Forgetful(), now=now
        ),
    )


async def consume(
    size: int, exchange: Exchange = web, children: Inline | None = None, fail_after: int = 1000
) -> int:
    """Read all tasks in groups; the consumer fails after `fail_after` groups."""
    pages = fetch_pages(
        TASKS, fetcher(exchange), children or Inline(), now, PipelineOptions(size, 10, read)
    )
    groups = 0
    async with aclosing(group_pages(pages, most=1)) as grouped:
        async for _ in grouped:
            groups += 1
            if groups > fail_after:
                await asyncio.sleep(5)  # the queue is full now
                raise StoreError("the disk is full")
    return groups


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("fail_after", [0, 1, 7])
def test_failing_consumer_ends_the_run(size: int, fail_after: int) -> None:
    with pytest.raises(StoreError, match="disk is full"):
        ends(consume(size, fail_after=fail_after))


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("answers", [0, 1, 9])
def test_failing_producer_ends_the_run(size: int, answers: int) -> None:
    left = answers

    async def exchange(task: FetchRequest) -> Response | Failure:
        nonlocal left
        left -= 1
        if left < 0:
            raise full_disk()
        return await web(task)

    with pytest.raises(OSError, match="No space left"):
        ends(consume(size, exchange))


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("answers", [0, 1, 9])
def test_failing_child_ends_the_run(size: int, answers: int) -> None:
    with pytest.raises(OSError, match="No space left"):
        ends(consume(size, children=FullDisk(answers)))


@pytest.mark.parametrize("size", SIZES)
def test_run_can_be_cancelled_at_every_moment(size: int) -> None:
    """The clock stops the run after 0.05 s, 0.15 s, … of its virtual time."""

    async def cancelled(seconds: float) -> bool:
        try:
            async with asyncio.timeout(seconds):
                await consume(size)
        except TimeoutError:
            return True
        return False

    assert all(ends(cancelled(tenth / 10 + 0.05)) for tenth in range(8))


@pytest.mark.parametrize("size", SIZES)
def test_consumer_that_stops_at_once_leaves_nothing_running(size: int) -> None:
    async def idle() -> None:
        pages = fetch_pages(TASKS, fetcher(), Inline(), now, PipelineOptions(size, 10, read))
        async with aclosing(group_pages(pages, most=1)) as grouped:
            await anext(grouped)
            await asyncio.sleep(100)  # the queue fills up

    ends(idle())


@pytest.mark.parametrize("size", SIZES)
def test_failure_of_one_coroutine_ends_the_others(size: int) -> None:
    async def one(number: int) -> int:
        await asyncio.sleep(number)
        if number == 5:
            raise StoreError("the disk is full")
        return number

    async def all_at_once() -> list[int]:
        async with aclosing(as_completed(one(n) for n in range(20))) as done:
            return [each async for each in done]

    async def a_few_at_a_time() -> list[int]:
        async with aclosing(as_completed_limited((one(n) for n in range(20)), size)) as done:
            return [each async for each in done]

    for every in (all_at_once, a_few_at_a_time):
        with pytest.raises(StoreError, match="disk is full"):
            ends(every())


def test_all_pages_are_read_when_nothing_fails() -> None:
    assert [ends(consume(size)) for size in SIZES] == [len(TASKS)] * len(SIZES)


def test_no_visit_begins_after_the_time_budget() -> None:
    async def read_until() -> list[Article | Failure]:
        reading = PipelineOptions(2, 10, read, until=now())
        return [page.result async for page in fetch_pages(TASKS, fetcher(), Inline(), now, reading)]

    assert ends(read_until()) == []


def test_budget_that_ends_mid_run_keeps_the_fetched_pages() -> None:
    async def read_until() -> int:
        reading = PipelineOptions(4, 10, read, until=now() + timedelta(seconds=1.5))
        pages = fetch_pages(TASKS, fetcher(), Inline(), now, reading)
        return len([page async for page in pages])

    assert 0 < ends(read_until()) < len(TASKS)
