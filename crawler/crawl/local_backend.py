"""The local backend: one fetcher, one archive and a pool of child processes on this machine."""

from __future__ import annotations

from collections.abc import AsyncGenerator, AsyncIterator, Callable, Iterable, Mapping
from contextlib import asynccontextmanager, nullcontext
from dataclasses import dataclass, replace
from datetime import datetime

from crawler.archive_storage import ArchiveFolder
from crawler.crawl.fetch_and_extract import FetchedPage, PipelineOptions, fetch_pages
from crawler.crawl.run_budget import RunBudget
from crawler.fetch.fetcher import Fetcher, FetcherConfig
from crawler.fetch.http_client import HttpClient
from crawler.fetch.http_limits import HttpLimits
from crawler.fetch.politeness import HostBucket, PolitenessPolicy
from crawler.fetch.request_headers import robots_token
from crawler.fetch.robots_policy import RobotsCache
from crawler.fetch.run_cache import RunCache
from crawler.fetch.warc_archive import WarcArchive
from crawler.models.http_exchange import FetchRequest
from crawler.parallel.killable_workers import KillablePool
from crawler.settings.all_settings import Settings
from crawler.settings.archive import ArchiveSettings
from crawler.settings.engine import EngineSettings
from crawler.settings.fetch import FetchSettings

_PRELOAD = ("crawler.extract.extract_page", "crawler.extract.preloaded_extractors")


@dataclass(frozen=True, slots=True)
class LocalBackend:
    """A fetcher, and the child processes that extract the fetched pages."""

    fetcher: Fetcher
    pool: KillablePool
    now: Callable[[], datetime]
    reading: PipelineOptions

    def fetch(self, tasks: Iterable[FetchRequest]) -> AsyncGenerator[FetchedPage, None]:
        """Return a generator of the page of each task, in the order in which they finish."""
        return fetch_pages(tasks, self.fetcher, self.pool, self.now, self.reading)


@asynccontextmanager
async def open_local_backend(
    settings: Settings,
    archive: ArchiveFolder,
    robots_cache: RobotsCache,
    now: Callable[[], datetime],
    *,
    worker: str = "main",
    buckets: Mapping[str, HostBucket] | None = None,
    domains: frozenset[str] | None = None,
    until: datetime | None = None,
    budget: RunBudget | None = None,
    pool: KillablePool | None = None,
    is_wanted: Callable[[], bool] = lambda: True,
) -> AsyncIterator[LocalBackend]:
    """Yield a backend over HTTP that archives into the folder `archive` if `settings` enable it.

    `worker` becomes part of the names of archive segments. `buckets` are the rate limits of hosts
    so far, and `robots_cache` caches robots.txt. With `domains`, no other is requested. After
    `until` (aware UTC) no fetch begins, and none when the `budget` is used up or `is_wanted`
    returns False. An open `pool` is used instead of a new one. Raises ConfigurationError if
    `[fetch]` cannot be used.
    """

    def is_used_up() -> bool:
        return bool(budget and budget.is_used_up()) or not is_wanted()

    fetch, engine = settings.fetch, settings.engine
    is_archived = settings.archive.enabled
    opened = nullcontext(pool) if pool else open_worker_pool(engine)
    async with HttpClient(fetch, now) as client, opened as pool:
        with _open_archive(archive, settings.archive, now(), worker) as segments:
            fetcher = Fetcher(
                budget.counted(client.exchange) if budget else client.exchange,
                FetcherConfig(
                    agent=robots_token(fetch),
                    policy=PolitenessPolicy.of(fetch),
                    robots_cache=robots_cache,
                    now=now,
                    store=segments.store if is_archived else None,
                    concurrency=fetch.concurrency,
                    is_used_up=is_used_up,
                ),
                cache=RunCache(segments.read if is_archived else None),
                buckets=buckets,
                domains=domains,
            )
            options = replace(_pipeline_options(settings, until), is_used_up=is_used_up)
            yield LocalBackend(fetcher, pool, now, options)


def _open_archive(
    folder: ArchiveFolder, settings: ArchiveSettings, now: datetime, worker: str
) -> WarcArchive:
    return WarcArchive(
        folder,
        now,
        worker=worker,
        segment_bytes=settings.segment_mb * 1_000_000,
        revisit_days=settings.keep_days / 2,
    )


def _pipeline_options(settings: Settings, until: datetime | None) -> PipelineOptions:
    return PipelineOptions(
        settings.fetch.concurrency,
        settings.engine.task_seconds,
        until=until,
        max_bytes=max_page_bytes(settings.fetch),
    )


def max_page_bytes(fetch: FetchSettings) -> int:
    """Return the largest page in bytes that `[fetch] max_page_mb` allows; `fetch` is that table."""
    return HttpLimits.of(fetch).page_bytes


def worker_settings(settings: Settings) -> Settings:
    """Return the `settings` that workers of a cluster need; others may contain secrets."""
    engine = replace(settings.engine, scheduler="", exchange="")
    archive = replace(settings.archive, url="")
    return Settings(fetch=settings.fetch, engine=engine, archive=archive)


def open_worker_pool(engine: EngineSettings) -> KillablePool:
    """Return the pool that `[engine]` configures, with the page extraction preloaded.

    `engine` is that table.
    """
    return KillablePool(processes=engine.processes, memory_mb=engine.memory_mb, preload=_PRELOAD)
