"""`hashtrail extract`: a manifest of page files in, their articles out.

Each page is extracted in a child process that is killed at its deadline.
"""

from __future__ import annotations

import asyncio
import gzip
import os
from collections import deque
from collections.abc import AsyncIterator, Iterable
from typing import Any

import click

from crawler.cli.common import json_option, read_json_lines, standard_input, write_json_line
from crawler.extract.extract_page import MAX_BYTES, PageInput, extract_page
from crawler.models.articles import Article
from crawler.models.outcomes import Failure, Outcome
from crawler.utc_times import iso

SECONDS = 10.0
_PRELOAD = (
    "crawler.extract.extract_page",
    "crawler.extract.preloaded_extractors",
    "trafilatura",
)


@click.command()
@json_option
def extract(as_json: bool) -> None:
    """Filter: {"id","path","url"} lines in,
    {"id","title","authors","published","site_name","language","text","outcome"} lines out.
    """
    asyncio.run(_filter(as_json))


def read_file(location: tuple[str, str]) -> Article | Failure:
    """Return the article of a file, or a Failure; `.gz` files are decompressed.

    `location` is the path of the file and the URL of the page. At most one byte more than the
    limit of a page is read.
    """
    path, url = location
    try:
        with gzip.open(path) if path.endswith(".gz") else open(path, "rb") as stream:
            body = stream.read(MAX_BYTES + 1)
    except (OSError, EOFError) as error:
        return Failure(url, "extract", Outcome.BAD_CONTENT, f"{path}: {error}")
    return extract_page(PageInput(url, body))


async def _filter(as_json: bool) -> None:
    async for name, result in _read_all(read_json_lines(standard_input())):
        row = _row(name, result)
        if as_json:
            write_json_line(row)
        else:
            summary = result.title if isinstance(result, Article) else result.message
            click.echo(f"{name}  {row['outcome']}  {summary}")


async def _read_all(
    items: Iterable[dict[str, Any]],
) -> AsyncIterator[tuple[str, Article | Failure]]:
    """Yield the results in the order of the items, with at most four pages per core at a time."""
    from crawler.parallel.killable_workers import KillablePool

    waiting: deque[tuple[str, asyncio.Task[Article | Failure]]] = deque()
    async with KillablePool(preload=_PRELOAD) as pool:
        for item in items:
            location = str(item.get("path", "")), str(item.get("url", ""))
            waiting.append(
                (
                    str(item.get("id", "")),
                    asyncio.create_task(pool.call(read_file, location, SECONDS, url=location[1])),
                )
            )
            if len(waiting) >= 4 * (os.cpu_count() or 1):
                name, task = waiting.popleft()
                yield name, await task
        for name, task in waiting:
            yield name, await task


def _row(name: str, result: Article | Failure) -> dict[str, Any]:
    article = result if isinstance(result, Article) else Article(url="", title="", text="")
    return {
        "id": name,
        "title": article.title,
        "authors": list(article.authors),
        "published": iso(article.published),
        "site_name": article.site_name,
        "language": article.language,
        "text": article.text,
        "outcome": str(Outcome.OK if isinstance(result, Article) else result.outcome),
    }
