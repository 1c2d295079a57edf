"""`hashtrail sources`: the group of its commands, and those that find feeds and enter new URLs."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import click

from crawler.cli.common import echo_table, json_option, workspace, write_json_line
from crawler.cli.sources_add import add
from crawler.cli.sources_check import check
from crawler.cli.sources_list import list_
from crawler.errors import InputError, UsageError
from crawler.terminal_streams import one_line
from crawler.workspace import Workspace

if TYPE_CHECKING:
    from crawler.sources.feed_discovery import FeedCandidate


@click.group("sources")
def sources() -> None:
    """List, check, add or discover sources (data/sources.toml)."""


for _command in (list_, check, add):
    sources.add_command(_command)


@sources.command()
@click.argument("url")
@json_option
@click.pass_context
def discover(context: click.Context, url: str, as_json: bool) -> None:
    """List the feeds that the page at URL announces, best first."""
    candidates = asyncio.run(_discover(workspace(context), url))
    if as_json:
        for candidate in candidates:
            write_json_line(
                {"url": candidate.url, "title": candidate.title, "reason": candidate.reason}
            )
    else:
        echo_table((candidate.url, candidate.title, candidate.reason) for candidate in candidates)


@sources.command()
@click.pass_context
def update(context: click.Context) -> None:
    """Enter the new URLs of moved sources in data/sources.toml.

    A source has moved if three polls in a row were permanently redirected to one URL. The old URL
    stays as `formerly`, so that the entries of the feed are recognized.
    """
    from crawler.sources.sources_file import enter_new_url
    from crawler.store.database import open_existing
    from crawler.store.run_monitoring import changed_sources

    here = workspace(context)
    changed = changed_sources(open_existing(here.database).conn)
    moved = [source for source in changed if source.polled_url]
    for source in moved:
        old = enter_new_url(here.sources, source.name, source.polled_url)
        click.echo(one_line(f"{source.name}: {old} is now {source.polled_url}"))
    click.echo(f"{len(moved)} URLs entered in {here.sources}.")


async def _discover(here: Workspace, url: str) -> tuple[FeedCandidate, ...]:
    from crawler.crawl.source_probe import find_feeds, open_fetcher
    from crawler.html_text_and_links import absolute_web_url
    from crawler.models.outcomes import Failure

    if not absolute_web_url(url):
        raise UsageError(f"{url!r} is not an http or https URL.", "Write it in full: https://…")
    async with open_fetcher(here.settings.fetch, _now) as fetcher:
        feeds = await find_feeds(url, fetcher)
    if isinstance(feeds, Failure):
        raise InputError(
            f"{url}: {feeds.outcome.value}: {feeds.message}.",
            "Open it in a browser to see whether it is there.",
        )
    if not feeds:
        raise InputError(
            f"{url} does not announce a feed, and the usual places of feeds have none.",
            "Look for the word RSS on the page.",
        )
    return feeds


def _now() -> datetime:
    return datetime.now(UTC)
