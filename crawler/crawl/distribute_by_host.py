"""Distribute fetching over a cluster by host, so that rate limits need no shared state.

    requests -> batches (each domain in one of them) -> workers: fetch, archive, extract
    -> pages, and redirects to domains of other workers -> batches of the next round

The batch of a lost worker is repeated by another worker. This is harmless. Workers report complete
batches only, and archive segments that no row lists are deleted after the crawl.
"""

from __future__ import annotations

import asyncio
import multiprocessing
import os
import socket
import time
from collections.abc import AsyncGenerator, Callable, Iterable, Mapping, Sequence
from contextlib import aclosing
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory

from crawler.archive_storage import ArchiveFolder, upload_segments, with_spool
from crawler.archive_storage.remote_folder import RemoteFolder
from crawler.crawl.fetch_and_extract import FetchedPage, run_visits
from crawler.crawl.local_backend import (
    LocalBackend,
    open_local_backend,
    open_worker_pool,
    worker_settings,
)
from crawler.crawl.run_budget import RunBudget
from crawler.crawl.shared_archive import check_mark, mark_archive
from crawler.crawl.task_groups import as_completed
from crawler.errors import ConfigurationError, HashtrailError, StoreError
from crawler.fetch.fetcher import Fetcher, Visit
from crawler.fetch.politeness import HostBucket, bucket_domain
from crawler.fetch.robots_policy import RobotsCache, RobotsCopy
from crawler.group_by_key import group_by
from crawler.models.http_exchange import FetchRequest
from crawler.models.outcomes import Failure, Outcome
from crawler.parallel.dask_worker import UnwantedBatchError, is_wanted, report_outage
from crawler.parallel.engine import Engine, Job, open_engine
from crawler.parallel.killable_workers import KillablePool
from crawler.parallel.reused_pool import run_in_reused_pool
from crawler.settings.all_settings import Settings
from crawler.text_cleaning import slugify
from crawler.url_parser import origin_of

BATCH_VISITS = 100
_ROUNDS = 2  # with an error of the storage in succession; then the run ends
_PAUSE_SECONDS = 2.0  # between attempts to upload


@dataclass(frozen=True, slots=True)
class WorkBatch:
    """Work for one worker: visits to domains that no other worker fetches from at the same time.

    `buckets` and `robots` hold the rate limits and robots.txt files of these domains. `archive` is
    a folder with the `mark` of the run. After `until` (aware UTC) no visit begins.
    """

    visits: tuple[Visit, ...]
    buckets: Mapping[str, HostBucket]
    robots: Mapping[str, RobotsCopy]
    settings: Settings
    archive: ArchiveFolder
    mark: str = ""
    until: datetime | None = None

    @property
    def domains(self) -> frozenset[str]:
        """The domains that the visits need, redirects of their robots.txt included."""
        return _domains(self.visits)


@dataclass(slots=True)
class BatchResult:
    """The result of a batch: pages, visits for other workers (`onward`), and updated caches.

    After an `error` of the storage there are no pages: all visits have to be made again, within the
    rate limits after this attempt.
    """

    pages: list[FetchedPage] = field(default_factory=list)
    onward: list[Visit] = field(default_factory=list)
    buckets: Mapping[str, HostBucket] = field(default_factory=dict)
    robots: Mapping[str, RobotsCopy] = field(default_factory=dict)
    error: StoreError | None = None


class _Copies(dict[str, RobotsCopy]):
    """A robots.txt cache that is sent with a batch."""

    def load(self, authority: str) -> RobotsCopy | None:
        return self.get(authority)

    def save(self, authority: str, copy: RobotsCopy) -> None:
        self[authority] = copy


async def fetch_distributed(
    tasks: Iterable[FetchRequest],
    fetcher: Fetcher,
    settings: Settings,
    archive: ArchiveFolder,
    robots: RobotsCache,
    now: Callable[[], datetime],
    budget: RunBudget,
) -> AsyncGenerator[FetchedPage, None]:
    """Yield the page of each of the `tasks`, batch by batch, as the `settings` say.

    The rate limits continue from those of the `fetcher` of this machine, and are recorded there.
    `archive` must be one folder for all workers, and `robots` caches robots.txt. After the time of
    the `budget` no visit begins. The other budgets are checked between the rounds of batches, so
    that a run may exceed them by one round. Raises ConfigurationError if the cluster cannot be
    used, and StoreError if workers cannot store pages in two rounds in succession.
    """
    until = budget.until
    mark = mark_archive(archive, settings) if settings.archive.enabled else ""
    for_workers = worker_settings(settings)
    failed_rounds = 0
    visits = [Visit.first(task, now()) for task in tasks]
    job: Job[WorkBatch, BatchResult] = Job(run_batch, starts_children=True)
    with open_engine(settings.engine, job) as engine:
        while visits and not budget.is_used_up():
            limits = _by_domain(fetcher.buckets)
            batches = [
                WorkBatch(
                    part,
                    _of(part, limits),
                    _copies(part, robots),
                    for_workers,
                    archive,
                    mark,
                    until,
                )
                for part in _parts(visits, settings, engine.workers)
            ]
            visits, error = [], None
            async with aclosing(as_completed(_result(engine, batch) for batch in batches)) as done:
                async for result in done:
                    _save_robots(robots, result)
                    fetcher.continue_from(result.buckets)
                    visits += result.onward
                    error = result.error or error
                    for page in result.pages:
                        _count(budget, page)
                        yield page
            failed_rounds = failed_rounds + 1 if error else 0
            if error and failed_rounds == _ROUNDS:
                raise error


async def _result(engine: Engine[WorkBatch, BatchResult], batch: WorkBatch) -> BatchResult:
    """Return the result of a batch; its pages are failures if it ends its workers."""
    try:
        return await asyncio.wrap_future(engine.submit(batch))
    except HashtrailError:
        raise
    except Exception as error:
        return _lost(batch, error)


def _parts(visits: list[Visit], settings: Settings, workers: int) -> list[tuple[Visit, ...]]:
    """Split visits so that every worker has some, and waits for many hosts at the same time."""
    hosts = len({visit.bucket for visit in visits})
    hosts_of_batch = max(1, min(settings.fetch.concurrency, hosts // (2 * workers)))
    size = max(1, min(BATCH_VISITS, len(visits) // (2 * workers)))
    return split_by_host(visits, size, hosts_of_batch)


def _count(budget: RunBudget, page: FetchedPage) -> None:
    """Count the requests of a page; those for robots.txt are not reported by workers."""
    if page.response:
        budget.add(1 + len(page.response.hops), page.response.wire_bytes)
    else:
        budget.add(1, 0)


def _save_robots(robots: RobotsCache, result: BatchResult) -> None:
    for authority, copy in result.robots.items():
        robots.save(authority, copy)


def split_by_host(
    visits: Sequence[Visit], size: int = BATCH_VISITS, hosts: int = 1
) -> list[tuple[Visit, ...]]:
    """Return the `visits` in batches of about `size`, all visits of a domain in the same batch.

    Batches that keep one domain busy longest come first. A batch of fewer than `hosts` buckets may
    be larger: its worker waits for the delays of all of them at the same time.
    """
    batches: list[list[Visit]] = []
    count = 0
    for queue in sorted(_visits_by_domain(visits), key=len, reverse=True):
        if not batches or (count >= hosts and len(batches[-1]) + len(queue) > size):
            batches.append([])
            count = 0
        batches[-1] += queue
        count += len({visit.bucket for visit in queue})
    return [tuple(batch) for batch in batches]


def _visits_by_domain(visits: Sequence[Visit]) -> Iterable[list[Visit]]:
    """Group visits by their domains. Visits that have a domain in common are in one group."""
    parents: dict[str, str] = {}

    def group_of(domain: str) -> str:
        while (parent := parents.setdefault(domain, domain)) != domain:
            domain = parent
        return domain

    for visit in visits:
        for domain in visit.robots_domains:
            parents[group_of(domain)] = group_of(bucket_domain(visit.bucket))
    return group_by(visits, lambda visit: group_of(bucket_domain(visit.bucket))).values()


def _domains(visits: Iterable[Visit]) -> frozenset[str]:
    return frozenset(domain for visit in visits for domain in visit.domains)


def run_batch(batch: WorkBatch) -> BatchResult:
    """Fetch a `batch` and return its result; this function runs on a worker.

    Raises ConfigurationError if the worker may not start child processes, StoreError if it does not
    reach the archive, so that it made no request, and UnwantedBatchError.
    """
    if multiprocessing.current_process().daemon:
        raise ConfigurationError(
            "Workers may not start child processes here.",
            "Start them with DASK_DISTRIBUTED__WORKER__DAEMON=False in their environment.",
        )
    engine = batch.settings.engine
    pool_of_worker = replace(engine, processes=engine.processes or 1)
    check_mark(batch.archive, batch.mark)
    result = BatchResult()
    with TemporaryDirectory(prefix="hashtrail-") as spool:
        archive = with_spool(batch.archive, Path(spool))
        try:
            run_in_reused_pool(
                open_worker_pool, pool_of_worker, partial(_fetch_batch, batch, archive, result)
            )
            _upload(batch, archive)
        except StoreError as error:
            return replace(result, pages=[], onward=list(batch.visits), error=error)
    return result


def _upload(batch: WorkBatch, archive: RemoteFolder) -> None:
    """Upload the segments of a batch. While the storage does not answer, they stay in the spool.

    Raises StoreError if that takes too long, and UnwantedBatchError.
    """
    wanted = is_wanted()
    until = time.monotonic() + batch.settings.engine.patience_seconds
    while True:
        try:
            check_mark(batch.archive, batch.mark)
            upload_segments(archive)
            return
        except StoreError as error:
            if time.monotonic() > until:
                raise
            if not wanted():
                raise UnwantedBatchError from None
            report_outage(error.message)
        time.sleep(_PAUSE_SECONDS)


async def _fetch_batch(
    batch: WorkBatch, archive: RemoteFolder, result: BatchResult, pool: KillablePool
) -> None:
    """Add the pages of a batch to its `result`. Raises StoreError and UnwantedBatchError."""
    robots = _Copies(batch.robots)
    wanted = is_wanted()
    async with open_local_backend(
        batch.settings,
        archive,
        robots,
        lambda: datetime.now(UTC),
        worker=f"worker-{slugify(f'{socket.gethostname()}-{os.getpid()}')}",
        buckets=batch.buckets,
        domains=batch.domains,
        until=batch.until,
        pool=pool,
        is_wanted=wanted,
    ) as backend:
        try:
            await _run_visits(batch, backend, result)
        finally:
            result.buckets, result.robots = backend.fetcher.buckets, dict(robots)
        if not wanted():  # visits are missing: nobody may take this result
            raise UnwantedBatchError


async def _run_visits(batch: WorkBatch, backend: LocalBackend, result: BatchResult) -> None:
    """Add the pages of a batch to its `result`, and the redirects to domains of other workers."""
    places = run_visits(batch.visits, backend.fetcher, backend.pool, backend.now, backend.reading)
    async with aclosing(places):
        async for place in places:
            if isinstance(place, Visit):
                result.onward.append(place)
            else:
                result.pages.append(place)


def _by_domain(buckets: Mapping[str, HostBucket]) -> dict[str, dict[str, HostBucket]]:
    groups = group_by(buckets.items(), lambda named: bucket_domain(named[0]))
    return {domain: dict(named) for domain, named in groups.items()}


def _of(
    visits: Iterable[Visit], limits: Mapping[str, Mapping[str, HostBucket]]
) -> dict[str, HostBucket]:
    """Return the rate limits of the domains of some visits, by bucket; `limits` are by domain."""
    domains = _domains(visits)
    return {name: bucket for domain in domains for name, bucket in limits.get(domain, {}).items()}


def _copies(visits: Iterable[Visit], robots: RobotsCache) -> dict[str, RobotsCopy]:
    copies = {}
    for authority in {origin_of(visit.task.url) for visit in visits if visit.bucket}:
        copy = robots.load(authority)
        if copy:
            copies[authority] = copy
    return copies


def _lost(batch: WorkBatch, error: BaseException) -> BatchResult:
    message = f"the worker that read it was lost: {type(error).__name__}"
    return BatchResult([_lost_page(visit.wanted, message) for visit in batch.visits])


def _lost_page(request: FetchRequest, message: str) -> FetchedPage:
    failure = Failure(request.url, "fetch", Outcome.CRASHED, message)
    return FetchedPage(request, None, failure)
