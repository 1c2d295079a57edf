"""`hashtrail feed`: a filter from a feed to its entries."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime
from typing import Any

import click

from crawler.cli.common import echo_table, json_option, progress, standard_input, write_json_line
from crawler.counted_nouns import counted_noun
from crawler.models.http_exchange import Response
from crawler.models.outcomes import Failure, Outcome
from crawler.utc_times import iso

PARSE_SECONDS = 20.0


@click.command("feed")
@click.option("--url", default="", help="URL of the feed, to resolve relative links.")
@click.option("--content-type", default="", help="Content-Type header of the feed.")
@json_option
def feed(url: str, content_type: str, as_json: bool) -> None:
    """Read one feed from stdin (RSS, RDF, Atom or JSON Feed) and write its entries."""
    from crawler.sources.formats.feed_body import MAX_BYTES
    from crawler.sources.formats.feed_model import Feed

    headers = (("content-type", content_type),) if content_type else ()
    body = standard_input().buffer.read(MAX_BYTES + 1)
    response = Response(
        url, url, 200, headers, body[:MAX_BYTES], datetime.now(UTC), is_cut=len(body) > MAX_BYTES
    )
    parsed = asyncio.run(_parse_in_child(response))
    if response.is_cut:
        limit = f"{MAX_BYTES // 1_000_000} MB"
        click.echo(f"The feed exceeds {limit}. Entries after the limit are not read.", err=True)
    if as_json:
        write_json_line(_public(parsed))
    elif isinstance(parsed, Feed):
        entries = counted_noun(len(parsed.entries), "entry", "entries")
        click.echo(f"{parsed.title} ({parsed.format}), {entries}")
        echo_table((iso(entry.published) or "", entry.title, entry.url) for entry in parsed.entries)
    else:
        click.echo(f"{parsed.outcome.value}: {parsed.message}", err=True)


async def _parse_in_child(response: Response) -> Any:
    """Return the feed, or a Failure with the reason why it cannot be parsed within the limits."""
    from crawler.parallel.killable_workers import KillablePool
    from crawler.sources.formats.parse_feed import parse_feed

    preload = ("crawler.sources.formats.parse_feed",)
    async with KillablePool(processes=1, preload=preload) as pool:
        with progress("Reading the feed"):
            return await pool.call(
                parse_feed, response, PARSE_SECONDS, url=response.url, stage="collect"
            )


def _public(parsed: Any) -> dict[str, Any]:
    if isinstance(parsed, Failure):
        return {"format": "", "title": "", "entries": [], "outcome": parsed.outcome.value}
    return {
        "format": parsed.format,
        "title": parsed.title,
        "entries": [_entry(entry) for entry in parsed.entries],
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
