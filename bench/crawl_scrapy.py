"""Scrapy's side of the crawl benchmark: one run in a separate process; prints one JSON line.

Needs Scrapy, and from Hashtrail only the function that extracts a page.

python -m bench.crawl_scrapy PORT HOSTS PAGES read|fetch
"""

from __future__ import annotations

import gzip
import json
import sys
import tempfile
import time
from collections.abc import AsyncIterator
from typing import IO, Any

import scrapy
from scrapy.crawler import CrawlerProcess

from bench.crawl_server import host
from crawler.extract.extract_page import PageInput, extract_page
from crawler.models.articles import Article

SETTINGS = {
    "CONCURRENT_REQUESTS": 64,
    "CONCURRENT_REQUESTS_PER_DOMAIN": 8,
    "DOWNLOAD_DELAY": 0,
    "ROBOTSTXT_OBEY": False,
    "RETRY_ENABLED": False,
    "COOKIES_ENABLED": False,
    "REFERER_ENABLED": False,
    "TELNETCONSOLE_ENABLED": False,
    "LOG_LEVEL": "ERROR",
}


def main() -> None:
    """One run; prints what it took."""
    with tempfile.TemporaryFile() as archive:
        print(json.dumps(crawl(archive)))


def crawl(archive: IO[bytes]) -> dict[str, float]:
    """Crawl as the command line specifies and return the figures.

    Bodies that are not extracted are written to `archive`.
    """
    port, hosts, pages = map(int, sys.argv[1:4])
    done = 0

    class Pages(scrapy.Spider):
        name = "pages"
        custom_settings = SETTINGS

        async def start(self) -> AsyncIterator[scrapy.Request]:
            for number in range(pages):
                yield scrapy.Request(
                    f"http://{host(number % hosts)}:{port}/{number}", dont_filter=True
                )

        def parse(self, response: Any) -> None:
            nonlocal done
            if sys.argv[4] == "read":
                done += isinstance(
                    extract_page(
                        PageInput(response.url, response.body, "text/html; charset=utf-8")
                    ),
                    Article,
                )
            else:
                archive.write(gzip.compress(response.body, 1))
                done += 1

    process = CrawlerProcess()
    process.crawl(Pages)
    started = time.perf_counter()
    process.start()
    seconds = time.perf_counter() - started
    return {"pages": done, "seconds": seconds}


if __name__ == "__main__":
    main()
