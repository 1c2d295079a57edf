"""Distribute fetching over a cluster by host, so that rate limits need no shared state.

    requests -> batches (each cell in one of them) -> workers: fetch, archive, extract
    -> pages, and redirects to cells of other workers -> batches of the next round

The batch of a lost worker is repeated by another worker, which is harmless.
"""

from __future__ import annotations

import asyncio
import multiprocessing
import os
import socket
from collections import defaultdict
from collections.abc import AsyncGenerator, Callable, Iterable, Mapping
from contextlib import aclosing
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from crawler.crawl.fetch_pipeline import FetchedPage, run_visits
from crawler.crawl.local_backend import open_local_backend
from crawler.errors import ConfigurationError
from crawler.fetch.fetcher import Visit
from crawler.fetch.politeness import HostBucket
from crawler.fetch.robots_policy import RobotsCache, RobotsCopy
from crawler.models.http_exchange import FetchRequest
from crawler.models.outcomes import Failure, Outcome
from crawler.parallel.dask_cluster import Cluster
from crawler.text_cleaning import slugify
from crawler.url_parser import origin_of
from crawler.workspace import Settings

BATCH_VISITS = 100


@dataclass(frozen=True, slots=True)
class WorkBatch:
    """Work for one worker: visits to cells that no other worker fetches from at the same time.

    `cells` and `robots` hold the rate limits and robots.txt files of these cells. `archive` is a
    folder. After `until` (aware UTC) no visit begins.
    """

    visits: tuple[Visit, ...]
    cells: Mapping[str, HostBucket]
    robots: Mapping[str, RobotsCopy]
    settings: Settings
    archive: Path
    until: datetime | None = None


@dataclass(slots=True)
class BatchResult:
    """The result of a batch: pages, visits for other workers (`onward`), and updated caches."""

    pages: list[FetchedPage] = field(default_factory=list)
    onward: list[Visit] = field(default_factory=list)
    cells: Mapping[str, HostBucket] = field(default_factory=dict)
    robots: Mapping[str, RobotsCopy] = field(default_factory=dict)


class _Copies(dict[str, RobotsCopy]):
    """A robots.txt cache that is sent with a batch."""

    def load(self, authority: str) -> RobotsCopy | None:
        return self.get(authority)

    def save(self, authority: str, copy: RobotsCopy) -> None:
        self[authority] = copy


async def fetch_distributed(
    tasks: Iterable[FetchRequest],
    settings: Settings,
    archive: Path,
    robots: RobotsCache,
    now: Callable[[], datetime],
    until: datetime | None = None,
) -> AsyncGenerator[FetchedPage, None]:
    """Yield the page of each of the `tasks`, batch by batch, as the `settings` say.

    `archive` must be one folder for all workers, and `robots` caches robots.txt. After `until`
    (aware UTC) no visit begins. Raises ConfigurationError if the cluster cannot be used.
    """
    visits = [Visit.first(task, now()) for task in tasks]
    cells: dict[str, HostBucket] = {}
    async with Cluster(settings.engine.scheduler) as cluster:
        while visits and (until is None or now() < until):
            parcels = [
                WorkBatch(part, _of(part, cells), _copies(part, robots), settings, archive, until)
                for part in split_by_host(visits)
            ]
            visits = []
            async for parcel, unpacked in cluster.map(run_batch, parcels):
                if isinstance(unpacked, BaseException):
                    unpacked = _lost(parcel, unpacked)
                for authority, copy in unpacked.robots.items():
                    robots.save(authority, copy)
                cells |= unpacked.cells
                visits += unpacked.onward
                for page in unpacked.pages:
                    yield page


def split_by_host(visits: Iterable[Visit], size: int = BATCH_VISITS) -> list[tuple[Visit, ...]]:
    """Return the `visits` in batches of about `size`, all visits of a cell in the same batch.

    Batches that keep one host busy longest come first.
    """
    by_cell: dict[str, list[Visit]] = defaultdict(list)
    for visit in visits:
        by_cell[visit.cell].append(visit)
    parcels: list[list[Visit]] = []
    for queue in sorted(by_cell.values(), key=len, reverse=True):
        if not parcels or len(parcels[-1]) + len(queue) > size:
            parcels.append([])
        parcels[-1] += queue
    return [tuple(parcel) for parcel in parcels]


def run_batch(parcel: WorkBatch) -> BatchResult:
    """Fetch a batch and return its result; this function runs on a worker.

    Raises ConfigurationError if the worker may not start child processes.
    """
    if multiprocessing.current_process().daemon:
        raise ConfigurationError(
            "Workers may not start child processes here.",
            "Start them with DASK_DISTRIBUTED__WORKER__DAEMON=False in their environment.",
        )
    return asyncio.run(_unpack(parcel))


async def _unpack(parcel: WorkBatch) -> BatchResult:
    robots = _Copies(parcel.robots)
    worker = slugify(f"{socket.gethostname()}-{os.getpid()}")
    unpacked = BatchResult()
    async with open_local_backend(
        parcel.settings,
        parcel.archive,
        robots,
        lambda: datetime.now(UTC),
        worker=worker,
        cells=parcel.cells,
        until=parcel.until,
    ) as local:
        ours = {visit.cell for visit in parcel.visits}
        places = run_visits(
            parcel.visits, local.fetcher, local.pool, local.now, local.reading, ours
        )
        async with aclosing(places):
            async for place in places:
                if isinstance(place, Visit):
                    unpacked.onward.append(place)
                else:
                    unpacked.pages.append(place)
        unpacked.cells, unpacked.robots = local.fetcher.cells, dict(robots)
    return unpacked


def _of(visits: Iterable[Visit], cells: Mapping[str, HostBucket]) -> dict[str, HostBucket]:
    return {visit.cell: cells[visit.cell] for visit in visits if visit.cell in cells}


def _copies(visits: Iterable[Visit], robots: RobotsCache) -> dict[str, RobotsCopy]:
    known = {
        authority: robots.load(authority)
        for authority in {origin_of(visit.task.url) for visit in visits if visit.cell}
    }
    return {authority: copy for authority, copy in known.items() if copy}


def _lost(parcel: WorkBatch, error: BaseException) -> BatchResult:
    if isinstance(error, ConfigurationError):
        raise error
    message = f"the worker that read it was lost: {type(error).__name__}"
    failures = [
        Failure(visit.wanted.url, "fetch", Outcome.CRASHED, message) for visit in parcel.visits
    ]
    return BatchResult(
        [
            FetchedPage(visit.wanted, None, failure)
            for visit, failure in zip(parcel.visits, failures, strict=True)
        ]
    )
