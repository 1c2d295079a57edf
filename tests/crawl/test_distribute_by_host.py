"""Batches for workers: one worker at a time fetches from a domain, within the limits of the run."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from concurrent.futures import Future
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from crawler.crawl import distribute_by_host
from crawler.crawl.distribute_by_host import (
    BatchResult,
    WorkBatch,
    fetch_distributed,
    split_by_host,
)
from crawler.crawl.run_budget import RunBudget
from crawler.fetch.fetcher import Fetcher, FetcherConfig, Visit
from crawler.fetch.politeness import HostBucket, PolitenessPolicy
from crawler.models.http_exchange import FetchRequest
from crawler.settings.all_settings import Settings
from tests.fetch.test_fetcher import Memory, Web

NOW = datetime(2026, 3, 1, tzinfo=UTC)


def _visit(url: str) -> Visit:
    return Visit.first(FetchRequest(url, "page"), NOW)


def test_all_visits_of_a_cell_are_sent_in_one_batch() -> None:
    visits = [
        Visit.first(
            FetchRequest(
                f"https://h{n % 37}.{'substack.com' if n % 5 == 0 else 'example'}/{n}", "page"
            ),
            NOW,
        )
        for n in range(500)
    ]
    parcels = split_by_host(visits, 50)
    places: dict[str, set[int]] = {}
    for number, parcel in enumerate(parcels):
        for visit in parcel:
            places.setdefault(visit.bucket, set()).add(number)
    assert all(len(numbers) == 1 for numbers in places.values())
    assert sorted(visit.task.url for parcel in parcels for visit in parcel) == sorted(
        visit.task.url for visit in visits
    )


def test_worker_with_few_hosts_gets_a_larger_batch() -> None:
    visits = [
        Visit.first(FetchRequest(f"https://h{n % 8}.example/{n}", "page"), NOW) for n in range(400)
    ]
    assert [len(batch) for batch in split_by_host(visits, 100, hosts=4)] == [200, 200]
    assert [len(batch) for batch in split_by_host(visits, 100, hosts=1)] == [100] * 4


def test_hosts_of_a_domain_are_sent_in_one_batch() -> None:
    visits = [_visit("https://x.example.com/1"), _visit("https://www.example.com/2")]
    assert [len(batch) for batch in split_by_host(visits, 1)] == [2]


def test_visits_whose_robots_txt_redirects_are_sent_with_those_of_its_target() -> None:
    visits = [
        replace(_visit("https://a.example/1"), robots_domains=("b.example", "c.example")),
        _visit("https://d.example/1"),
        _visit("https://b.example/1"),
        replace(_visit("https://e.example/1"), robots_domains=("c.example",)),
    ]
    assert [len(batch) for batch in split_by_host(visits, 1)] == [3, 1]


@dataclass
class _OneWorker:
    """A worker that makes one request to each bucket of its `batches`, at the time `NOW`."""

    batches: list[WorkBatch] = field(default_factory=list)
    workers: int = 1

    def submit(self, batch: WorkBatch) -> Future[BatchResult]:
        self.batches.append(batch)
        done: Future[BatchResult] = Future()
        done.set_result(BatchResult(buckets={visit.bucket: _after(1) for visit in batch.visits}))
        return done


def _after(pages: int) -> HostBucket:
    return HostBucket(NOW + timedelta(seconds=3), pages)


def _fetch(
    monkeypatch: pytest.MonkeyPatch, worker: Any, fetcher: Fetcher, folder: Path, *urls: str
) -> None:
    @contextmanager
    def opened(*_: object) -> Iterator[Any]:
        yield worker

    monkeypatch.setattr(distribute_by_host, "open_engine", opened)
    settings = Settings()
    budget = RunBudget(settings.budget, folder, lambda: NOW)

    async def fetch_all() -> None:
        tasks = [FetchRequest(url, "page") for url in urls]
        async for _ in fetch_distributed(
            tasks, fetcher, settings, folder, Memory(), lambda: NOW, budget
        ):
            pass

    asyncio.run(fetch_all())


def test_rate_limits_of_a_run_reach_every_worker_that_fetches_from_the_domain(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    polled = HostBucket(retry_after=NOW + timedelta(hours=1))
    config = FetcherConfig("hashtrail", PolitenessPolicy(), Memory(), lambda: NOW)
    fetcher = Fetcher(Web().exchange, config, buckets={"www.example.com": polled})
    worker = _OneWorker()
    _fetch(monkeypatch, worker, fetcher, tmp_path, "https://example.com/1", "https://b.example/1")
    _fetch(monkeypatch, worker, fetcher, tmp_path, "https://b.example/2")
    buckets = [batch.buckets for batch in worker.batches]
    assert buckets == [{"www.example.com": polled}, {}, {"b.example": _after(1)}]
    assert fetcher.buckets["example.com"] == _after(1)
