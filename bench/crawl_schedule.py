"""The polite schedule on a clock that jumps: how long a night takes, against the longest queue that
one host's delay dictates.
"""

from __future__ import annotations

import asyncio
import random
from collections import Counter
from collections.abc import Callable

from bench.crawl_ours import NoMemory, NoReading
from crawler.crawl.fetch_and_extract import PipelineOptions, fetch_pages
from crawler.fetch.fetcher import Fetcher, FetcherConfig
from crawler.fetch.politeness import PolitenessPolicy
from crawler.models.http_exchange import FetchRequest, Response
from crawler.models.outcomes import Failure
from tests.virtual_time import now, run

SECONDS = 0.2  # that a server takes to answer
_SHAPES: dict[str, Callable[[random.Random, int], int]] = {
    "40 pages on each of 50 hosts": lambda chance, number: number % 50,
    "2,000 pages, few hosts with many": lambda chance, number: min(
        int(chance.paretovariate(0.7)), 800
    ),
    "2,000 hosts with a page each": lambda chance, number: number,
}


async def _answer(task: FetchRequest) -> Response | Failure:
    await asyncio.sleep(SECONDS)
    return Response(
        task.url, task.url, 404 if task.url.endswith("/robots.txt") else 200, (), b"page", now()
    )


async def night_seconds(
    tasks: list[FetchRequest], policy: PolitenessPolicy, concurrency: int
) -> float:
    """Return the seconds in which the pipeline fetches the `tasks` under a `policy`.

    At most `concurrency` requests are sent at the same time.
    """
    fetcher = Fetcher(
        _answer,
        FetcherConfig(
            concurrency=concurrency,
            agent="hashtrail",
            policy=policy,
            robots_cache=NoMemory(),
            now=now,
        ),
    )
    done = [
        page
        async for page in fetch_pages(
            tasks, fetcher, NoReading(), now, PipelineOptions(concurrency)
        )
    ]
    assert len(done) == len(tasks)
    return asyncio.get_running_loop().time()


def best(tasks: list[FetchRequest], policy: PolitenessPolicy, concurrency: int) -> float:
    """The least seconds any polite schedule needs: the busiest host's requests (robots.txt is one)
    a gap apart, or all answers through the slots.
    """
    busiest = max(Counter(task.url.split("/")[2] for task in tasks).values())
    hosts = len({task.url.split("/")[2] for task in tasks})
    return max(
        busiest * (policy.delay_seconds + SECONDS) + SECONDS,
        (len(tasks) + hosts) * SECONDS / concurrency,
    )


def schedule() -> None:
    """Print the length of three nights, and how far each is from the best possible."""
    policy, concurrency = PolitenessPolicy(3.0, 2000), 32
    for name, host in _SHAPES.items():
        chance = random.Random(7)
        tasks = [
            FetchRequest(f"https://h{host(chance, number)}.example/{number}", "page")
            for number in range(2000)
        ]
        chance.shuffle(tasks)
        took = run(night_seconds(tasks, policy, concurrency))
        least = best(tasks, policy, concurrency)
        print(f"{name:34} {took:8.1f} s, best possible {least:8.1f} s: {took / least - 1:+.1%}")
