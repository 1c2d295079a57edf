"""`hashtrail feed`: one feed's bytes on stdin, its entries on stdout."""

from __future__ import annotations

import asyncio
import sys
from datetime import UTC, datetime
from typing import Any

import click

from crawler.cli.common import echo_table, json_option, progress, write_json_line
from crawler.errors import InputError
from crawler.models.http_exchange import Response
from crawler.models.outcomes import Failure, Outcome
from crawler.text_cleaning import iso

MAX_BYTES = 20_000_000
READ_SECONDS = 20.0


@click.command("feed")
@click.option("--url", default="", help="URL of the feed, to resolve relative links.")
@click.option("--content-type", default="", help="Content-Type header of the feed.")
@json_option
def feed(url: str, content_type: str, as_json: bool) -> None:
    """Read one feed from stdin (RSS, RDF, Atom or JSON Feed) and write its entries."""
    from crawler.sources.formats.feed_entry import Feed

    headers = (("content-type", content_type),) if content_type else ()
    body = sys.stdin.buffer.read(MAX_BYTES + 1)
    if len(body) > MAX_BYTES:
        hint = "Feeds on the web are refused at the same size."
        raise InputError(f"The feed has more than {MAX_BYTES // 1_000_000} MB.", hint)
    response = Response(url, url, 200, headers, body, datetime.now(UTC))
    found = asyncio.run(_read_in_child(response))
    if as_json:
        write_json_line(_public(found))
    elif isinstance(found, Feed):
        click.echo(f"{found.title} ({found.format}), {len(found.entries)} entries")
        echo_table((iso(entry.published) or "", entry.title, entry.url) for entry in found.entries)
    else:
        click.echo(f"{found.outcome.value}: {found.message}", err=True)


async def _read_in_child(response: Response) -> Any:
    """The feed, or a Failure that says why it cannot be read within the limits."""
    from crawler.parallel.killable_workers import KillablePool
    from crawler.sources.formats.detect_feed_format import parse_feed

    preload = ("crawler.sources.formats.detect_feed_format",)
    async with KillablePool(processes=1, preload=preload) as pool:
        with progress("Reading the feed"):
            return await pool.call(
                parse_feed, response, READ_SECONDS, url=response.url, stage="collect"
            )


def _public(found: Any) -> dict[str, Any]:
    if isinstance(found, Failure):
        return {"format": "", "title": "", "entries": [], "outcome": found.outcome.value}
    return {
        "format": found.format,
        "title": found.title,
        "entries": [_entry(entry) for entry in found.entries],
        "outcome": Outcome.OK.value,
    }


def _entry(entry: Any) -> dict[str, Any]:
    return {
        "id": entry.id,
        "url": entry.url,
        "title": entry.title,
        "published": iso(entry.published),
        "authors": list(entry.authors),
        "summary": entry.summary,
        "tags": list(entry.tags),
    }
