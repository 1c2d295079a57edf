"""Hashtrail's side of the crawl benchmark: one run in a separate process; prints one JSON line.

    python -m bench.crawl_ours PORT HOSTS PAGES read|fetch

`read` is the whole way: fetch, archive, extract in child processes, keep in SQLite with a
fingerprint, tag. `fetch` stops at the archive.
"""

from __future__ import annotations

import asyncio
import json
import sys
import tempfile
import time
from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from bench.crawl_server import host
from crawler.crawl.fetch_and_extract import FetchedPage, PipelineOptions, fetch_pages, group_pages
from crawler.crawl.fetch_backend import open_backend
from crawler.crawl.store_article_check import store_article_check
from crawler.fetch.robots_policy import RobotsCopy
from crawler.models.articles import Article
from crawler.models.http_exchange import FetchRequest
from crawler.models.outcomes import Failure
from crawler.models.topics import Item
from crawler.settings.all_settings import Settings
from crawler.settings.engine import EngineSettings
from crawler.settings.fetch import FetchSettings
from crawler.store.database import open_store, transaction
from crawler.store.fetch_log import save_fetch
from crawler.store.taggings import save_taggings, save_topics
from crawler.topics.tagger import Tagger
from crawler.workspace import bundled_path

CONCURRENCY = 64


class NoMemory:
    """A robots.txt cache that stores nothing: every run requests robots.txt again."""

    def load(self, authority: str) -> RobotsCopy | None:
        return None

    def save(self, authority: str, copy: RobotsCopy) -> None:
        """Nothing is kept between runs of the benchmark."""


class NoReading:
    """In place of child processes: takes every page as it is."""

    async def call(
        self,
        function: Callable[[Any], Any],
        argument: Any,
        seconds: float,
        *,
        url: str = "",
        stage: str = "extract",
    ) -> Article | Failure:
        return Article(url, "", "")


class Keeper:
    """Stores pages like a crawl, in a database that already lists their articles, and tags them."""

    def __init__(self, path: Path, urls: list[str]) -> None:
        self._db = open_store(path)
        self._tagger = Tagger.load(bundled_path("data/topics"))
        save_topics(self._db, self._tagger.taxonomy.topics.values())
        now = datetime.now(UTC).isoformat()
        self._db.table("articles").insert_all(
            {"url": url, "key": url, "host": "bench", "first_seen": now} for url in urls
        )
        self._ids: dict[str, int] = dict(
            self._db.execute("SELECT url, id FROM articles").fetchall()
        )

    def keep(self, pages: Iterable[FetchedPage]) -> None:
        """Keep and tag pages in one transaction."""
        with transaction(self._db):
            for page in pages:
                self._keep(page)

    def _keep(self, page: FetchedPage) -> None:
        now = datetime.now(UTC)
        save_fetch(self._db, None, "page", page.response or page.result, now)  # type: ignore[arg-type]
        number = self._ids[page.request.url]
        store_article_check(self._db, number, page, now, every_days=30)
        if isinstance(article := page.result, Article):
            scores = self._tagger.tag(
                Item(article.title, article.text, (), article.url, article.headings)
            )
            save_taggings(
                self._db, [(("article", number), scores)], self._tagger.name, self._tagger.version
            )


async def crawl(port: int, hosts: int, pages: int, reads: bool) -> dict[str, float]:
    """Crawl that many pages; what it took."""
    urls = [f"http://{host(number % hosts)}:{port}/{number}" for number in range(pages)]
    settings = Settings(
        fetch=FetchSettings(
            delay_seconds=0,
            per_host_nightly=pages,
            concurrency=CONCURRENCY,
            allow_private=("127.0.0.0/8",),
        ),
        engine=EngineSettings(),
    )
    with tempfile.TemporaryDirectory() as folder:
        keeper = Keeper(Path(folder) / "bench.db", urls) if reads else None
        started, done = time.perf_counter(), 0
        async with open_backend(
            settings, Path(folder) / "archive", NoMemory(), lambda: datetime.now(UTC)
        ) as reader:
            tasks = [FetchRequest(url, "page") for url in urls]
            done_pages = (
                reader.fetch(tasks)
                if reads
                else fetch_pages(
                    tasks,
                    reader.fetcher,
                    NoReading(),
                    lambda: datetime.now(UTC),
                    PipelineOptions(CONCURRENCY),
                )
            )
            async for group in group_pages(done_pages):
                done += sum(isinstance(page.result, Article) for page in group)
                if keeper:
                    keeper.keep(group)
        seconds = time.perf_counter() - started
    return {"pages": done, "seconds": seconds}


def main() -> None:
    """Crawl as the arguments say and print the figures."""
    port, hosts, pages = map(int, sys.argv[1:4])
    print(json.dumps(asyncio.run(crawl(port, hosts, pages, sys.argv[4] == "read"))))


if __name__ == "__main__":
    main()
