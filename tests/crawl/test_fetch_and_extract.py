"""Fetch pipeline: every request is returned, hosts do not delay each other, memory is bounded."""

from __future__ import annotations

import asyncio
import random
from collections import Counter
from collections.abc import AsyncGenerator, Callable
from typing import TypeVar

import pytest

from crawler.crawl.fetch_and_extract import FetchedPage, PipelineOptions, fetch_pages, group_pages
from crawler.extract.page_input import PageInput
from crawler.fetch.fetcher import Exchange, Fetcher, FetcherConfig
from crawler.fetch.politeness import PolitenessPolicy
from crawler.fetch.robots_policy import RobotsCopy
from crawler.models.articles import Article
from crawler.models.http_exchange import FetchRequest, Response
from crawler.models.outcomes import Failure, Outcome
from tests.virtual_time import now, run

A = TypeVar("A")
T = TypeVar("T")
PATIENT = PolitenessPolicy(per_host=1000)


class Forgetful:
    """A cache of robots.txt files that stores nothing."""

    def load(self, authority: str) -> RobotsCopy | None:
        return None

    def save(self, authority: str, copy: RobotsCopy) -> None:
        """Store nothing, so that tests are independent."""


class Inline:
    """An engine that extracts pages in this process and takes no virtual time."""

    async def call(
        self,
        function: Callable[[A], T],
        argument: A,
        seconds: float,
        *,
        url: str = "",
        stage: str = "extract",
    ) -> T | Failure:
        return function(argument)


class Slow(Inline):
    """An engine that extracts one page per second."""

    def __init__(self) -> None:
        self._one = asyncio.Lock()

    async def call(
        self,
        function: Callable[[A], T],
        argument: A,
        seconds: float,
        *,
        url: str = "",
        stage: str = "extract",
    ) -> T | Failure:
        async with self._one:
            await asyncio.sleep(1)
        return function(argument)


def read(page: PageInput) -> Article | Failure:
    return Article(page.url, page.body.decode(), "text")


async def web(task: FetchRequest) -> Response | Failure:
    """Return the URL of the page as its text, after 0.1 s.

    A robots.txt is missing, and `/to/X` redirects to https://X.
    """
    await asyncio.sleep(0.1)
    if task.url.endswith("/robots.txt"):
        return Response(task.url, task.url, 404, (), b"", now())
    if "/to/" in task.url:
        return Response(
            task.url,
            task.url,
            302,
            (("location", "https://" + task.url.split("/to/")[1]),),
            b"",
            now(),
        )
    status = 304 if task.etag else 200
    return Response(
        task.url,
        task.url,
        status,
        (("content-type", "text/html"),),
        task.url.encode() if status == 200 else b"",
        now(),
    )


def read_all(
    urls: list[FetchRequest],
    exchange: Exchange = web,
    policy: PolitenessPolicy = PATIENT,
    children: Inline | None = None,
    concurrency: int = 32,
) -> tuple[list[FetchedPage], float]:
    """The pages in the order in which they were done, and the seconds that took."""

    async def all_of_them() -> tuple[list[FetchedPage], float]:
        fetcher = Fetcher(
            exchange,
            FetcherConfig(agent="hashtrail", policy=policy, robots_cache=Forgetful(), now=now),
        )
        pages = [
            page
            async for page in fetch_pages(
                urls, fetcher, children or Inline(), now, PipelineOptions(concurrency, 10, read)
            )
        ]
        return pages, asyncio.get_running_loop().time()

    return run(all_of_them())


def test_every_request_is_returned_unchanged_with_its_article() -> None:
    tasks = [
        FetchRequest(f"https://h{n % 7}.example/{n}#x", "page", headers=(("x-n", str(n)),))
        for n in range(60)
    ]
    pages, _ = read_all(tasks)
    assert {page.request for page in pages} == set(tasks)
    assert all(
        isinstance(page.result, Article) and page.result.url == page.request.url.removesuffix("#x")
        for page in pages
    )
    assert all(page.response is not None and page.response.body == b"" for page in pages)


def test_request_of_an_unreadable_page_is_returned_too() -> None:
    async def broken(task: FetchRequest) -> Response | Failure:
        return (
            Failure(task.url, "fetch", Outcome.TIMEOUT, "slow")
            if task.url.endswith("/x")
            else await web(task)
        )

    tasks = [
        FetchRequest("https://a.example/x", "page"),
        FetchRequest("nonsense", "page"),
        FetchRequest("https://b.example/1", "page", etag='"1"'),
        FetchRequest("https://c.example/to/[", "page"),
    ]
    pages, _ = read_all(tasks, broken)
    outcomes = {
        page.request.url: page.result.outcome for page in pages if isinstance(page.result, Failure)
    }
    assert outcomes == {
        "https://a.example/x": Outcome.TIMEOUT,
        "nonsense": Outcome.REFUSED_URL,
        "https://b.example/1": Outcome.NOT_MODIFIED,
        "https://c.example/to/[": Outcome.BAD_REDIRECT,
    }


def test_no_requests_give_no_pages() -> None:
    assert read_all([]) == ([], 0.0)


@pytest.mark.parametrize("concurrency", [8, 64])
def test_schedule_takes_at_most_10_percent_more_than_the_optimum(concurrency: int) -> None:
    """The best possible is that of the busiest host: its pages and its robots.txt, one gap after
    another.
    """
    chance = random.Random(7)
    pages = [
        FetchRequest(f"https://h{min(int(chance.paretovariate(0.8)), 50)}.example/{n}", "page")
        for n in range(600)
    ]
    chance.shuffle(pages)
    busiest = max(Counter(task.url.split("/")[2] for task in pages).values())
    _, took = read_all(pages, concurrency=concurrency)
    best = busiest * (3 + 0.1) + 0.1
    assert best <= took <= best * 1.1


def test_thousand_hosts_with_one_page_each_are_fetched_in_parallel() -> None:
    _, took = read_all(
        [FetchRequest(f"https://h{n}.example/", "page") for n in range(1000)], concurrency=32
    )
    assert took < 2 * 1000 / 32 * 0.1 + 3.5


def test_short_links_to_one_host_do_not_delay_other_hosts() -> None:
    short = [FetchRequest(f"https://s{n}.example/to/busy.example/{n}", "page") for n in range(100)]
    others = [FetchRequest(f"https://h{n}.example/", "page") for n in range(100)]
    pages, _ = read_all(short + others, concurrency=4)
    last_other = max(index for index, page in enumerate(pages) if page.request in set(others))
    assert last_other < 115
    assert len(pages) == 200


def test_slow_extraction_pauses_downloads() -> None:
    """At most `concurrency` bodies are held: fetched, and not yet read."""
    fetched = 0

    async def counted(task: FetchRequest) -> Response | Failure:
        nonlocal fetched
        fetched += not task.url.endswith("/robots.txt")
        return await web(task)

    async def most_held() -> int:
        fetcher = Fetcher(
            counted,
            FetcherConfig(
                agent="hashtrail", policy=PolitenessPolicy(0), robots_cache=Forgetful(), now=now
            ),
        )
        tasks = [FetchRequest(f"https://h{n}.example/", "page") for n in range(100)]
        most = done = 0
        async for _ in fetch_pages(tasks, fetcher, Slow(), now, PipelineOptions(5, 10, read)):
            done += 1
            most = max(most, fetched - done)
        return most

    assert run(most_held()) <= 5


def test_consumer_that_stops_leaves_nothing_running() -> None:
    async def stop_early() -> int:
        fetcher = Fetcher(
            web,
            FetcherConfig(
                agent="hashtrail", policy=PolitenessPolicy(), robots_cache=Forgetful(), now=now
            ),
        )
        pages = fetch_pages(
            [FetchRequest(f"https://h{n}.example/", "page") for n in range(50)],
            fetcher,
            Inline(),
            now,
            PipelineOptions(4, 10, read),
        )
        async for _ in pages:
            break
        await pages.aclose()
        return len(asyncio.all_tasks()) - 1

    assert run(stop_early()) == 0


def test_host_with_retry_after_does_not_delay_the_run() -> None:
    async def refusing(task: FetchRequest) -> Response | Failure:
        if "busy.example" not in task.url or task.url.endswith("/robots.txt"):
            return await web(task)
        return Response(task.url, task.url, 429, (("retry-after", "7200"),), b"", now())

    tasks = [FetchRequest(f"https://busy.example/{n}", "page") for n in range(50)] + [
        FetchRequest("https://a.example/", "page")
    ]
    pages, took = read_all(tasks, refusing)
    outcomes = Counter(page.result.outcome for page in pages if isinstance(page.result, Failure))
    assert outcomes == {Outcome.RATE_LIMITED: 1, Outcome.DEFERRED: 49}
    assert took < 10


def test_error_in_the_extraction_of_a_page_fails_only_that_page() -> None:
    def buggy(page: PageInput) -> Article:
        if page.url == "https://a.example/":
            raise ZeroDivisionError("no")
        return Article(page.url, "title", "text")

    async def all_of_them() -> list[FetchedPage]:
        fetcher = Fetcher(
            web,
            FetcherConfig(
                agent="hashtrail", policy=PolitenessPolicy(), robots_cache=Forgetful(), now=now
            ),
        )
        tasks = [
            FetchRequest("https://a.example/", "page"),
            FetchRequest("https://b.example/", "page"),
        ]
        return [
            page
            async for page in fetch_pages(
                tasks, fetcher, Inline(), now, PipelineOptions(4, 10, buggy)
            )
        ]

    results = {page.request.url: page.result for page in run(all_of_them())}
    assert isinstance(results["https://b.example/"], Article)
    bad = results["https://a.example/"]
    assert isinstance(bad, Failure)
    assert bad.outcome is Outcome.CRASHED
    assert "ZeroDivisionError" in bad.message


async def at(*seconds: float) -> AsyncGenerator[FetchedPage, None]:
    """A page at each of these times; the pages are numbered."""
    for number, due in enumerate(seconds):
        await asyncio.sleep(due - asyncio.get_running_loop().time())
        yield FetchedPage(FetchRequest(str(number), "page"), None, Article("", "", ""))


@pytest.mark.parametrize(
    ("times", "groups"),
    [
        ((), []),
        ((5.0,), [(5.0, "0")]),
        ((0.0, 0.5, 3.0), [(1.0, "01"), (3.0, "2")]),
        ((0.0,) * 7, [(0.0, "012"), (0.0, "345"), (0.0, "6")]),
        ((0.0, 0.1, 0.2, 0.3), [(0.2, "012"), (0.3, "3")]),
    ],
)
def test_pages_are_stored_within_a_second_in_groups_of_limited_size(
    times: tuple[float, ...], groups: list[tuple[float, str]]
) -> None:
    async def group_times() -> list[tuple[float, str]]:
        clock = asyncio.get_running_loop().time
        return [
            (pytest.approx(clock()), "".join(page.request.url for page in group))
            async for group in group_pages(at(*times), most=3)
        ]

    assert groups == run(group_times())


def test_error_between_pages_is_raised_where_groups_are_stored() -> None:
    async def broken() -> AsyncGenerator[FetchedPage, None]:
        raise OSError("the disk")
        yield

    with pytest.raises(OSError, match="the disk"):
        run(anext(group_pages(broken())))  # type: ignore[arg-type]
