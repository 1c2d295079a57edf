"""Batches for workers: one worker at a time fetches from a domain, within the limits of the run."""

from __future__ import annotations

import asyncio
import pickle
import re
from collections.abc import Iterator
from concurrent.futures import Future
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from bench.cluster_site import LoopbackSite, loopback_site
from crawler.archive_storage import list_segments
from crawler.crawl import distribute_by_host
from crawler.crawl.distribute_by_host import (
    BatchResult,
    WorkBatch,
    fetch_distributed,
    run_batch,
    split_by_host,
)
from crawler.crawl.local_backend import worker_settings
from crawler.crawl.run_budget import RunBudget
from crawler.crawl.shared_archive import mark_archive
from crawler.errors import ConfigurationError, StoreError, store_error_from_os
from crawler.fetch.fetcher import Fetcher, FetcherConfig, Visit
from crawler.fetch.politeness import HostBucket, PolitenessPolicy
from crawler.models.http_exchange import FetchRequest
from crawler.parallel.reused_pool import end_reused_pool
from crawler.settings.all_settings import Settings
from crawler.settings.archive import ArchiveSettings
from crawler.settings.engine import EngineSettings
from crawler.settings.fetch import FetchSettings
from crawler.settings.monitor import MonitorSettings
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


def _batch(site: LoopbackSite, archive: Path, patience: float) -> WorkBatch:
    """A batch of two pages of a host, for an `archive` with the mark of its run."""
    settings = Settings(
        fetch=FetchSettings(allow_private=("127.0.0.0/8",), delay_seconds=0.01),
        engine=EngineSettings("dask", "tcp://127.0.0.1:1", patience_seconds=patience),
    )
    visits = tuple(_visit(f"{site.url(0)}/{number}") for number in range(2))
    mark = mark_archive(archive, settings)
    return WorkBatch(visits, {}, {}, settings, archive, mark)


def _pages(site: LoopbackSite) -> list[str]:
    return sorted(path for _, path in site.requests if path != "/robots.txt")


@pytest.fixture
def site() -> Iterator[LoopbackSite]:
    pytest.importorskip("distributed")
    with loopback_site(1, 3) as running:
        yield running
    end_reused_pool()


def test_worker_that_does_not_see_the_archive_makes_no_request(
    site: LoopbackSite, tmp_path: Path
) -> None:
    batch = _batch(site, tmp_path / "archive", 60)
    (tmp_path / "archive").rename(tmp_path / "away")
    with pytest.raises(StoreError, match="does not reach the archive"):
        run_batch(batch)
    _batch(site, tmp_path / "archive", 60)
    with pytest.raises(StoreError, match="has another folder"):
        run_batch(batch)
    assert not site.requests


def test_outage_of_the_archive_repeats_only_the_upload(
    site: LoopbackSite, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    archive, away = tmp_path / "archive", tmp_path / "away"
    reasons: list[str] = []

    def come_back(reason: str) -> None:
        reasons.append(reason)
        away.rename(archive)

    batch = _batch(site, archive, 60)
    site.before_page = lambda _: archive.exists() and archive.rename(away)
    monkeypatch.setattr(distribute_by_host, "_PAUSE_SECONDS", 0)
    monkeypatch.setattr(distribute_by_host, "report_outage", come_back)
    result = run_batch(batch)
    assert len(reasons) == 1
    assert _pages(site) == ["/0", "/1"]
    places = [page.response for page in result.pages]
    assert {place.archive_file for place in places if place} == {
        segment.name for segment in list_segments(archive)
    }


def test_outage_that_lasts_returns_the_visits_with_their_rate_limits(
    site: LoopbackSite, tmp_path: Path
) -> None:
    archive = tmp_path / "archive"
    batch = _batch(site, archive, 0)
    site.before_page = lambda _: archive.exists() and archive.rename(tmp_path / "away")
    result = run_batch(batch)
    assert isinstance(result.error, StoreError)
    assert (result.pages, tuple(result.onward)) == ([], batch.visits)
    assert [bucket.pages for bucket in result.buckets.values()] == [2]


@dataclass
class _WorkerWithoutArchive(_OneWorker):
    """A worker that cannot store the pages of its first batches, as many as `failures`."""

    failures: int = 1

    def submit(self, batch: WorkBatch) -> Future[BatchResult]:
        done = super().submit(batch)
        if len(self.batches) <= self.failures:
            result = done.result()
            result.onward, result.error = list(batch.visits), StoreError("no answer")
        return done


def test_batch_that_could_not_be_stored_is_repeated_once_within_its_rate_limits(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    config = FetcherConfig("hashtrail", PolitenessPolicy(), Memory(), lambda: NOW)
    fetcher = Fetcher(Web().exchange, config)
    worker = _WorkerWithoutArchive()
    _fetch(monkeypatch, worker, fetcher, tmp_path, "https://a.example/1")
    assert [batch.buckets for batch in worker.batches] == [{}, {"a.example": _after(1)}]
    worker = _WorkerWithoutArchive(failures=9)
    with pytest.raises(StoreError, match="no answer"):
        _fetch(monkeypatch, worker, fetcher, tmp_path, "https://a.example/1")
    assert len(worker.batches) == 2


def test_cluster_of_machines_without_a_common_archive_is_refused(tmp_path: Path) -> None:
    engine = EngineSettings("dask", "tcp://scheduler.example:8786")
    with pytest.raises(ConfigurationError, match=r"\[archive\] url is empty"):
        mark_archive(tmp_path, Settings(engine=engine))
    shared = ArchiveSettings(url=str(tmp_path))
    assert mark_archive(tmp_path, Settings(engine=engine, archive=shared))
    assert not mark_archive(tmp_path, Settings())


def test_workers_get_no_secret_setting_and_no_message_has_a_password() -> None:
    settings = Settings(
        monitor=MonitorSettings(webhook_url="https://hooks.example/token"),
        engine=EngineSettings(exchange="sftp://ann:pw@host.example/exchange", memory_mb=512),
        archive=ArchiveSettings(url="sftp://ann:pw@host.example/archive", keep_days=7),
    )
    sent = worker_settings(settings)
    assert not re.findall(r"hooks\.example|pw@", repr(sent))
    assert (sent.engine.memory_mb, sent.archive.keep_days) == (512, 7)
    error = store_error_from_os(OSError(5, "no answer"), settings.archive.url)
    assert str(pickle.loads(pickle.dumps(error))).startswith("sftp://host.example/archive: no")
