"""The estimate of the remaining time, compared with simulated schedules of a fetch step."""

from __future__ import annotations

import heapq
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime

import pytest

from crawler.crawl.fetch_and_extract import FetchedPage
from crawler.crawl.fetch_progress import FetchProgress
from crawler.fetch.politeness import HostBucket, PolitenessPolicy
from crawler.fetch.remaining_time import remaining_seconds, seconds_of_bucket
from crawler.models.http_exchange import FetchRequest, Response
from crawler.models.outcomes import Failure, Outcome

NOW = datetime(2026, 11, 20, 3, tzinfo=UTC)
POLICY = PolitenessPolicy(delay_seconds=3.0, per_host=50)
HOUR = 3600.0


@dataclass(frozen=True)
class Host:
    """A host with its number of pages, its Crawl-delay and the duration of a response."""

    pages: int
    crawl_delay: float = 0.0
    seconds: float = 0.4


SCHEDULES = {
    "one slow host": {"slow": Host(45), **{f"h{n}": Host(2) for n in range(60)}},
    "equal hosts": {f"h{n}": Host(20) for n in range(20)},
    "a long Crawl-delay": {"delayed": Host(20, crawl_delay=20.0), "h": Host(40)},
    "slow responses": {f"h{n}": Host(12, seconds=6.0) for n in range(8)},
    "more hosts than the machine serves": {f"h{n}": Host(1) for n in range(900)},
}


def url(name: str, page: int) -> str:
    """Return the URL of a page of a host."""
    return f"https://{name}.example/{page}"


def simulate(hosts: dict[str, Host], at_a_time: int = 32) -> Iterator[tuple[float, str, int]]:
    """Yield (end, host, page number) of each page of `hosts`, at most `at_a_time` together.

    robots.txt is the first request of a host.
    """
    running: list[tuple[float, str, int]] = []
    ready = [(0.0, name, 0) for name in hosts]
    heapq.heapify(ready)
    now = 0.0
    while ready or running:
        while ready and len(running) < at_a_time:
            free_at, name, number = heapq.heappop(ready)
            start = max(now, free_at)
            heapq.heappush(running, (start + hosts[name].seconds, name, number))
        now, name, number = heapq.heappop(running)
        host = hosts[name]
        if number:
            yield now, name, number
        if number < host.pages:
            gap = min(max(3.0, host.crawl_delay, 2 * host.seconds), 30.0)
            heapq.heappush(ready, (now + gap, name, number + 1))


def page_of(name: str, number: int, seconds: float) -> FetchedPage:
    """Return a page of a host whose response took `seconds`."""
    request = FetchRequest(url(name, number), "page")
    response = Response(
        request.url,
        request.url,
        200,
        (),
        b"",
        fetched_at=NOW,
        elapsed_ms=round(seconds * 1000),
    )
    return FetchedPage(request, response, Failure(request.url, "extract", Outcome.EMPTY, ""))


@pytest.mark.parametrize("name", SCHEDULES)
def test_estimate_is_close_to_the_simulated_end(name: str) -> None:
    hosts = SCHEDULES[name]
    ends = list(simulate(hosts))
    total = ends[-1][0]
    clock = [0.0]
    buckets = {host: HostBucket(crawl_delay=h.crawl_delay) for host, h in hosts.items()}
    buckets = {f"{host}.example": bucket for host, bucket in buckets.items()}
    progress = FetchProgress(lambda: buckets, POLICY, lambda: HOUR * 9, lambda: clock[0])
    progress.expect(
        FetchRequest(url(host, number), "page")
        for host, h in hosts.items()
        for number in range(1, h.pages + 1)
    )
    worst = 0.0
    for at, host, number in ends:
        clock[0] = at
        bucket = buckets[f"{host}.example"]
        buckets[f"{host}.example"] = HostBucket(
            pages=bucket.pages + 1, crawl_delay=bucket.crawl_delay
        )
        progress.finish(page_of(host, number, hosts[host].seconds))
        if at > 0.2 * total:
            worst = max(worst, abs(progress.seconds() - (total - at)))
    assert worst <= max(0.15 * total, 8.0)


def test_average_rate_would_be_far_off_for_one_slow_host() -> None:
    ends = list(simulate(SCHEDULES["one slow host"]))
    total, done = ends[-1][0], len(ends) * 3 // 4
    at = ends[done - 1][0]
    by_rate = (len(ends) - done) / (done / at)
    assert by_rate < 0.2 * (total - at)


def test_pages_beyond_the_limit_of_a_host_cost_no_time() -> None:
    bucket = HostBucket(pages=48)
    assert seconds_of_bucket(500, bucket, POLICY, 1.0) == seconds_of_bucket(2, bucket, POLICY, 1.0)
    assert seconds_of_bucket(5, HostBucket(closed="refused"), POLICY, 1.0) == 0.0


def test_nothing_waiting_needs_no_time() -> None:
    assert remaining_seconds({}, {}, POLICY, 1.0, 0.0) == 0.0


def test_estimate_never_exceeds_the_budget() -> None:
    progress = FetchProgress(dict, POLICY, lambda: 60.0, lambda: 0.0)
    progress.expect(FetchRequest(url("a", number), "page") for number in range(50))
    assert progress.seconds() == 60.0
