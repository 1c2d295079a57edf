"""The way to the web for one run: sources are asked from here, articles are read here or on a
cluster, as the settings say.
"""

from __future__ import annotations

from collections.abc import AsyncGenerator, AsyncIterator, Callable, Iterable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from pathlib import Path

from crawler.crawl.distribute_by_host import read_spread
from crawler.crawl.fetch_pipeline import ReadPage
from crawler.crawl.local_backend import open_local
from crawler.fetch.fetcher import Fetcher
from crawler.fetch.robots_policy import RobotsMemory
from crawler.models.http_exchange import FetchRequest
from crawler.parallel import known_engine
from crawler.parallel.killable_workers import Pool
from crawler.workspace import Settings


@dataclass(frozen=True, slots=True)
class Reader:
    """`fetcher.fetch` for sources, `read` for articles, `pool` for whatever must be read in a child
    process.

    On one machine sources and articles share hosts' turns and what was asked.
    """

    fetcher: Fetcher
    pool: Pool
    read: Callable[[Iterable[FetchRequest]], AsyncGenerator[ReadPage, None]]


@asynccontextmanager
async def open_reader(
    settings: Settings,
    archive: Path,
    robots_memory: RobotsMemory,
    now: Callable[[], datetime],
    until: datetime | None = None,
) -> AsyncIterator[Reader]:
    """A Reader as `[engine]` says; `archive` is a folder, one for all workers.

    After `until` no visit begins. Raises ConfigurationError when `[engine]` or `[fetch]` cannot be
    used.
    """
    spread = partial(
        read_spread, settings=settings, archive=archive, robots=robots_memory, now=now, until=until
    )
    is_spread = known_engine(settings.engine.name) == "dask"
    async with open_local(settings, archive, robots_memory, now, until=until) as local:
        yield Reader(local.fetcher, local.pool, spread if is_spread else local.read)
