"""A run without a network gives up after the first hosts; a run with one never does."""

from __future__ import annotations

import errno
from dataclasses import replace
from typing import Any

import pytest

from crawler.fetch.network_reachability import FIRST_HOSTS, NO_NETWORK, is_without_route
from crawler.fetch.politeness import ExchangeOutcome, HostBucket, PolitenessPolicy, bucket_after
from crawler.models.http_exchange import FetchRequest
from crawler.models.outcomes import Failure, Outcome
from tests.fetch.test_fetcher import Web, fetch_all, fetcher
from tests.virtual_time import START, run

LOOKUP = Failure("", "fetch", Outcome.DNS, "no name server responded", no_network=True)
NO_SUCH_NAME = replace(LOOKUP, message="no such name", no_network=False)


def feeds(count: int) -> list[FetchRequest]:
    return [FetchRequest(f"https://h{number}.example/feed", "feed") for number in range(count)]


def web_of(tasks: list[FetchRequest], **pages: Any) -> Web:
    return Web({task.url: pages.get(task.url.split("/")[2][:-8], LOOKUP) for task in tasks})


def test_run_without_a_network_requests_only_the_first_hosts() -> None:
    tasks = feeds(60)
    web = web_of(tasks)
    results = fetch_all(web, *tasks, concurrency=FIRST_HOSTS)
    assert len(web.asked) == FIRST_HOSTS
    assert [result.outcome for result in results].count(Outcome.DNS) == FIRST_HOSTS
    assert all(result.no_network for result in results)
    assert {result.message for result in results} == {LOOKUP.message, NO_NETWORK}


@pytest.mark.parametrize(
    "first", [b"<rss/>", NO_SUCH_NAME, replace(NO_SUCH_NAME, outcome=Outcome.CONNECT)]
)
def test_run_continues_if_one_of_the_first_hosts_fails_differently(first: Any) -> None:
    tasks = feeds(60)
    web = web_of(tasks, h3=first)
    fetch_all(web, *tasks, concurrency=FIRST_HOSTS)
    assert {task.url for _, task in web.asked} == {task.url for task in tasks}


def test_late_response_of_a_later_host_keeps_the_run_alive() -> None:
    tasks = feeds(60)
    web = web_of(tasks, h40=b"<rss/>")
    fetch_all(web, *reversed(tasks), concurrency=60)
    assert len(web.asked) == len(tasks)


def test_hosts_of_one_run_decide_whether_it_was_offline() -> None:
    async def offline(*tasks: FetchRequest, web: Web) -> bool:
        working = fetcher(web)
        for task in tasks:
            await working.fetch(task)
        return working.is_offline

    tasks = feeds(3)
    assert run(offline(*tasks, web=web_of(tasks)))
    assert not run(offline(*tasks, web=web_of(tasks, h2=(500, "", b""))))
    assert not run(offline(*tasks[:1], web=web_of(tasks)))
    secret = Failure("", "fetch", Outcome.FORBIDDEN, "the secret is not set")
    assert run(offline(*tasks, web=web_of(tasks, h0=secret)))


def test_host_without_a_connection_needs_no_pause() -> None:
    unsent = ExchangeOutcome(START, 4.0, is_unreachable=True, is_unsent=True)
    assert bucket_after(HostBucket(), PolitenessPolicy(), unsent).free_at is None
    refused = replace(unsent, is_unsent=False)
    assert bucket_after(HostBucket(), PolitenessPolicy(), refused).free_at > START


def test_lookups_of_one_host_fail_without_pauses() -> None:
    tasks = [FetchRequest(f"https://h.example/{number}", "feed") for number in range(5)]
    web = Web({task.url: LOOKUP for task in tasks})
    fetch_all(web, *tasks)
    assert [at for at, _ in web.asked] == pytest.approx([0.0, 0.1, 0.2])


@pytest.mark.parametrize(
    ("code", "missing"),
    [(errno.ENETUNREACH, True), (errno.ENETDOWN, True), (errno.ECONNREFUSED, False)],
)
def test_error_of_a_missing_route_is_recognized(code: int, missing: bool) -> None:
    assert is_without_route(OSError(code, "")) is missing
