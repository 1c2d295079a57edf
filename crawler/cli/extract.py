"""`hashtrail extract`: a filter from a manifest of page files to articles, each page read in a child that is killed at its deadline."""

from __future__ import annotations

import gzip
import sys
from collections.abc import Iterator
from concurrent.futures import TimeoutError as FutureTimeout
from typing import Any

import click

from crawler.cli.common import json_option, read_json_lines, write_json_line
from crawler.extract.page import MAX_BYTES, Page, read_page
from crawler.model import Article, Failure, Outcome
from crawler.text import iso

SECONDS = 10.0
MEMORY = 1024**3


@click.command()
@json_option
def extract(as_json: bool) -> None:
    """Filter: {"id","path","url"} lines in, {"id","title","authors","published","site_name","language","text","outcome"} lines out."""
    for item, result in _read_all(read_json_lines(sys.stdin)):
        row = _row(str(item.get("id", "")), result)
        if as_json:
            write_json_line(row)
        else:
            click.echo(f"{row['id']}  {row['outcome']}  {row['title'] or result_message(result)}")


def result_message(result: Article | Failure) -> str:
    """What a person is told of a page without a title."""
    return result.message if isinstance(result, Failure) else ""


def read_manifest_page(path: str, url: str) -> Article | Failure:
    """Read one file of a manifest, `.gz` or plain; at most one byte more than a page may have is ever held."""
    try:
        with gzip.open(path) if path.endswith(".gz") else open(path, "rb") as stream:
            body = stream.read(MAX_BYTES + 1)
    except (OSError, EOFError) as error:
        return Failure(url, "extract", Outcome.BAD_CONTENT, f"{path}: {error}")
    return read_page(Page(url, body))


def _read_all(items: Iterator[dict[str, Any]]) -> Iterator[tuple[dict[str, Any], Article | Failure]]:
    from pebble import ProcessExpired, ProcessPool

    with ProcessPool(initializer=_limit_memory, max_tasks=2000) as pool:
        waiting = [(item, pool.schedule(read_manifest_page, args=[str(item["path"]), str(item.get("url", ""))], timeout=SECONDS)) for item in items]
        for item, future in waiting:
            url = str(item.get("url", ""))
            try:
                yield item, future.result()
            except FutureTimeout:
                yield item, Failure(url, "extract", Outcome.TIMEOUT, f"The page was not read within {SECONDS:.0f} seconds.")
            except ProcessExpired as error:
                yield item, Failure(url, "extract", Outcome.CRASHED, f"The reading process ended: {error}")


def _limit_memory() -> None:
    """Run first in every child: more memory than this raises MemoryError there, and only there."""
    import resource

    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))


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
