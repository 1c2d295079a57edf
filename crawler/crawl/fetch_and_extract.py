"""The fetch pipeline: fetch, extract and archive many URLs concurrently, in bounded memory.

    requests -> frontier (one visit per bucket at a time) -> step -> child process -> FetchedPage
                ^------------ redirect, in its own bucket ----'

At most `concurrency` visits are in progress, each with at most one body in memory. Waiting visits
hold a URL.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Callable, Iterable
from contextlib import aclosing, suppress
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Protocol, TypeVar

from crawler.error_isolation import concerns_item, item_failure
from crawler.extract.extract_page import MAX_BYTES, PageInput, extract_page
from crawler.fetch.fetcher import Fetcher, Visit
from crawler.fetch.frontier import Frontier
from crawler.fetch.politeness import MAX_GAP_SECONDS
from crawler.models.articles import Article
from crawler.models.http_exchange import FetchRequest, Response
from crawler.models.outcomes import Failure, Outcome

A = TypeVar("A")
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class FetchedPage:
    """One finished request: the response without its body, and the extracted article or failure.

    `response` is None if the server did not answer.
    """

    request: FetchRequest
    response: Response | None
    result: Article | Failure

    @property
    def outcome(self) -> Outcome:
        """Return how fetching and extracting the page ended."""
        return self.result.outcome if isinstance(self.result, Failure) else Outcome.OK


class ExtractionPool(Protocol):
    """A pool that runs functions with a deadline: `KillablePool`, or a stub in tests."""

    async def call(
        self,
        function: Callable[[A], T],
        argument: A,
        seconds: float,
        *,
        url: str = "",
        stage: str = "extract",
    ) -> T | Failure:
        """Return the value of `function(argument)`, or a failure that names `url` and `stage`.

        The call may take `seconds`.
        """
        ...


@dataclass(frozen=True, slots=True)
class PipelineOptions:
    """The limits of a pipeline, and the function `read` that extracts a page in a child process.

    `concurrency` is the number of visits at a time, `task_seconds` the deadline of an extraction,
    and `max_bytes` the largest body. After `until` (aware UTC), or while `is_used_up` returns True,
    no visit begins; those that wait yield nothing.
    """

    concurrency: int = 32
    task_seconds: float = 10.0
    read: Callable[[PageInput], Article | Failure] = extract_page
    until: datetime | None = None
    max_bytes: int = MAX_BYTES
    is_used_up: Callable[[], bool] = lambda: False


async def fetch_pages(
    tasks: Iterable[FetchRequest],
    fetcher: Fetcher,
    pool: ExtractionPool,
    now: Callable[[], datetime],
    reading: PipelineOptions | None = None,
) -> AsyncGenerator[FetchedPage, None]:
    """Yield the page of each of the `tasks`, in the order in which they finish.

    Pages come from the `fetcher` and are extracted in the `pool`, within the limits of `reading`.
    Close the generator to cancel all visits.
    """
    async with aclosing(
        run_visits(map(fetcher.visit, tasks), fetcher, pool, now, reading or PipelineOptions())
    ) as done:
        async for page in done:
            if isinstance(page, FetchedPage):
                yield page


def _not_modified(url: str) -> Failure:
    message = "not changed since the last visit"
    return Failure(url, "fetch", Outcome.NOT_MODIFIED, message, status=304)


async def group_pages(
    pages: AsyncGenerator[FetchedPage, None], most: int = 50, seconds: float = 1.0
) -> AsyncGenerator[list[FetchedPage], None]:
    """Yield `pages` in groups for one transaction each: at most `most`, within `seconds`.

    A crash loses one group. `pages` is closed when the consumer stops or fails.
    """
    clock = asyncio.get_running_loop().time
    group: list[FetchedPage] = []
    coming = asyncio.ensure_future(anext(pages, None))
    until = 0.0
    try:
        while True:
            await asyncio.wait([coming], timeout=max(until - clock(), 0) if group else None)
            if page := coming.result() if coming.done() else None:
                until = until if group else clock() + seconds
                group.append(page)
                coming = asyncio.ensure_future(anext(pages, None))
            elif not group:
                return
            if page is None or len(group) == most:
                yield group
                group = []
    finally:
        coming.cancel()
        await asyncio.gather(coming, return_exceptions=True)
        await pages.aclose()


async def run_visits(
    visits: Iterable[Visit],
    fetcher: Fetcher,
    pool: ExtractionPool,
    now: Callable[[], datetime],
    reading: PipelineOptions,
) -> AsyncGenerator[FetchedPage | Visit, None]:
    """Yield the page of each of the `visits`, or the visit that another fetcher has to make.

    Redirects to domains that are not those of the `fetcher` are yielded as visits. `fetcher`,
    `pool` and `reading` are those of `fetch_pages`.
    """
    batch = _Batch(visits, fetcher, pool, now, reading)
    runner = asyncio.create_task(batch.run())
    try:
        while (place := await batch.done.get()) is not None:
            yield place
        await runner
    except ExceptionGroup as group:
        raise group.exceptions[0] from None  # the first is the cause; it cancelled the others
    finally:
        runner.cancel()
        await asyncio.wait([runner])


class _Done:
    """Finished visits on their way to the consumer, at most `size` at a time.

    The end never waits for room: a queue whose consumer has failed is never emptied.
    """

    def __init__(self, size: int) -> None:
        self._room = asyncio.Semaphore(size)
        self._queue: asyncio.Queue[FetchedPage | Visit | None] = asyncio.Queue()

    async def put(self, place: FetchedPage | Visit) -> None:
        """Add a finished visit, when there is room."""
        await self._room.acquire()
        self._queue.put_nowait(place)

    def end(self) -> None:
        """Say that nothing more follows; does not wait."""
        self._queue.put_nowait(None)

    async def get(self) -> FetchedPage | Visit | None:
        """The next finished visit; None at the end."""
        place = await self._queue.get()
        self._room.release()
        return place


class _Batch:
    def __init__(
        self,
        visits: Iterable[Visit],
        fetcher: Fetcher,
        pool: ExtractionPool,
        now: Callable[[], datetime],
        reading: PipelineOptions,
    ) -> None:
        self.done = _Done(reading.concurrency)
        self._fetcher = fetcher
        self._pool = pool
        self._now = now
        self._reading = reading
        self._frontier = Frontier()
        self._under_way = 0
        self._changed = asyncio.Event()
        for visit in visits:
            self._queue(visit)

    async def run(self) -> None:
        """Start visits as their buckets come free, at most `concurrency` at a time.

        The last entry of `done` is None.
        """
        slots = asyncio.Semaphore(self._reading.concurrency)
        try:
            async with asyncio.TaskGroup() as group:
                while (visit := await self._next(slots)) is not None:
                    group.create_task(self._make(visit, slots))
        finally:
            self.done.end()

    async def _next(self, slots: asyncio.Semaphore) -> Visit | None:
        await slots.acquire()
        while (self._frontier and not self._is_late()) or self._under_way:
            self._changed.clear()
            if not self._is_late() and (visit := self._frontier.take(self._now())):
                self._under_way += 1
                return visit
            with suppress(TimeoutError):
                await asyncio.wait_for(self._changed.wait(), self._nap())
        return None

    def _is_late(self) -> bool:
        """Whether a budget is used up: visits under way end, no other begins."""
        until = self._reading.until
        return (until is not None and self._now() >= until) or self._reading.is_used_up()

    def _nap(self) -> float | None:
        """Seconds until a bucket comes free by itself; bounded, so that a clock put back does not
        hold us up. None while all are busy.
        """
        at = self._frontier.next_at()
        return (
            None
            if at is None or self._is_late()
            else min(max((at - self._now()).total_seconds(), 0.001), MAX_GAP_SECONDS)
        )

    async def _make(self, visit: Visit, slots: asyncio.Semaphore) -> None:
        try:
            place = await self._step(visit)
            continues = isinstance(place, Visit) and self._fetcher.may_make(place)
            if isinstance(place, Visit) and continues:
                # After reading robots.txt the visit keeps its place: it waits longest.
                self._queue(place, is_first=place is visit)
            self._frontier.release(visit.bucket, self._fetcher.free_at(visit.bucket))
            self._changed.set()
            if not continues:
                await self.done.put(
                    place if isinstance(place, Visit) else await self._read(visit, place)
                )
        finally:
            self._under_way -= 1
            self._changed.set()
            slots.release()

    async def _step(self, visit: Visit) -> Visit | Response | Failure:
        """Make one visit; an error becomes the Failure of its article."""
        try:
            return await self._fetcher.step(visit)
        except Exception as error:
            if not concerns_item(error):
                raise
            return item_failure("article", visit.wanted.url, error)

    def _queue(self, visit: Visit, *, is_first: bool = False) -> None:
        free_at = self._fetcher.free_at(visit.bucket)
        self._frontier.add(visit, free_at, is_first=is_first)

    async def _read(self, visit: Visit, response: Response | Failure) -> FetchedPage:
        task = visit.wanted
        if isinstance(response, Failure):
            return FetchedPage(task, None, response)
        facts = replace(response, body=b"")
        if response.status == 304:
            return FetchedPage(task, facts, _not_modified(task.url))

        article = await self._extract(task.url, response)
        # Only the extracted directives show whether the page allows copies. So a page is archived
        # after its extraction.
        if isinstance(article, Article) and not article.directives.noarchive:
            facts = replace(self._fetcher.archive(visit.task, response), body=b"")
        return FetchedPage(task, facts, article)

    async def _extract(self, url: str, response: Response) -> Article | Failure:
        reading = self._reading
        try:
            page = to_page(response, reading.max_bytes)
            return await self._pool.call(reading.read, page, reading.task_seconds, url=url)
        except Exception as error:
            if not concerns_item(error):
                raise
            return item_failure("article", url, error)


def to_page(response: Response, max_bytes: int) -> PageInput:
    """Return a `response` as input of the extraction, which accepts at most `max_bytes`."""
    content_type, fetched_at = response.header("content-type"), response.fetched_at
    return PageInput(
        response.final_url, response.body, content_type, response.headers, fetched_at, max_bytes
    )
