"""Everything that reading the web needs, opened together from the settings and closed together."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Iterable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from pathlib import Path

from crawler.crawl.batch import Reading, ReadPage, read_batch
from crawler.crawl.spread import read_spread
from crawler.engines import known_engine
from crawler.engines.local import Pool
from crawler.fetch.archive import Archive
from crawler.fetch.client import Client
from crawler.fetch.fetcher import Fetcher
from crawler.fetch.headers import robots_token
from crawler.fetch.once import Once
from crawler.fetch.permission import RobotsMemory
from crawler.fetch.politeness import Cell, Manners
from crawler.model import FetchTask
from crawler.workspace import EngineSettings, Settings

_PRELOAD = ("crawler.extract.page", "crawler.extract.html")


@dataclass(frozen=True, slots=True)
class Reader:
    """One run's fetcher and children: `fetcher.fetch` for sources, `read` for articles. On one machine both share hosts' turns and what was asked."""

    fetcher: Fetcher
    pool: Pool
    now: Callable[[], datetime]
    reading: Reading
    spread: Callable[[Iterable[FetchTask]], AsyncIterator[ReadPage]] | None = None

    def read(self, tasks: Iterable[FetchTask]) -> AsyncIterator[ReadPage]:
        """Every task's ReadPage, as they are done: here, or spread over a cluster."""
        return self.spread(tasks) if self.spread else read_batch(tasks, self.fetcher, self.pool, self.now, self.reading)


@asynccontextmanager
async def open_reader(
    settings: Settings,
    archive: Path,
    robots_memory: RobotsMemory,
    now: Callable[[], datetime],
    *,
    worker: str = "main",
    cells: Mapping[str, Cell] | None = None,
) -> AsyncIterator[Reader]:
    """A Reader over real HTTP, archiving into the folder `archive` when the settings say so; `worker` names its segments.

    `cells` is what is remembered of them. Raises ConfigurationError when `[engine]` or `[fetch]` cannot be used.
    """
    fetch, engine = settings.fetch, settings.engine
    spread = partial(read_spread, settings=settings, archive=archive, robots=robots_memory, now=now) if known_engine(engine.name) == "dask" else None
    async with Client(fetch, now) as client, open_pool(engine) as pool:
        with Archive(archive, now(), worker=worker, segment_bytes=settings.archive.segment_mb * 1_000_000) as segments:
            fetcher = Fetcher(
                client.exchange,
                agent=robots_token(fetch),
                manners=Manners.of(fetch),
                robots_memory=robots_memory,
                now=now,
                keep=segments.keep if settings.archive.enabled else None,
                once=Once(segments.read if settings.archive.enabled else None),
                concurrency=fetch.concurrency,
                cells=cells,
            )
            yield Reader(fetcher, pool, now, Reading(fetch.concurrency, engine.task_seconds), spread)


def open_pool(engine: EngineSettings) -> Pool:
    """The child processes that the settings ask for, with the readers of pages loaded."""
    return Pool(processes=engine.processes, memory_mb=engine.memory_mb, preload=_PRELOAD)
