"""The fetch backend of one run: local processes, or a cluster for articles."""

from __future__ import annotations

from collections.abc import AsyncGenerator, AsyncIterator, Callable, Iterable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime
from functools import partial

from crawler.archive_storage import ArchiveFolder
from crawler.crawl.distribute_by_host import fetch_distributed
from crawler.crawl.fetch_and_extract import FetchedPage
from crawler.crawl.local_backend import open_local_backend
from crawler.crawl.run_budget import RunBudget
from crawler.fetch.fetcher import Fetcher
from crawler.fetch.robots_policy import RobotsCache
from crawler.models.http_exchange import FetchRequest
from crawler.parallel.killable_workers import KillablePool
from crawler.settings.all_settings import Settings


@dataclass(frozen=True, slots=True)
class FetchBackend:
    """Fetch sources with `fetcher.fetch` and articles with `fetch`.

    `pool` parses untrusted input in child processes. Sources and articles share the rate limits per
    host, and on one machine the cache of the run.
    """

    fetcher: Fetcher
    pool: KillablePool
    fetch: Callable[[Iterable[FetchRequest]], AsyncGenerator[FetchedPage, None]]


@asynccontextmanager
async def open_backend(
    settings: Settings,
    archive: ArchiveFolder,
    robots_cache: RobotsCache,
    now: Callable[[], datetime],
    budget: RunBudget | None = None,
) -> AsyncIterator[FetchBackend]:
    """Yield the backend that the `settings` select.

    `archive` is a folder that all workers share, and `robots_cache` caches robots.txt. No fetch
    begins when the `budget` is used up, by default that of the settings. Raises
    ConfigurationError if `[engine]` or `[fetch]` cannot be used.
    """
    budget = budget or RunBudget(settings.budget, archive.parent, now)
    until = budget.until
    is_spread = settings.engine.name == "dask"
    async with open_local_backend(
        settings, archive, robots_cache, now, until=until, budget=budget
    ) as local:
        spread = partial(
            fetch_distributed,
            fetcher=local.fetcher,
            settings=settings,
            archive=archive,
            robots=robots_cache,
            now=now,
            budget=budget,
        )
        yield FetchBackend(local.fetcher, local.pool, spread if is_spread else local.fetch)
