"""`hashtrail sources add`: the source of a URL, or the feeds of an OPML file."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from crawler.cli.common import is_interactive, workspace
from crawler.cli.sources_list import configured_sources
from crawler.errors import UsageError
from crawler.terminal_streams import one_line
from crawler.workspace import Workspace

if TYPE_CHECKING:
    from crawler.fetch.fetcher import Fetcher
    from crawler.importers.opml import Subscription
    from crawler.models.outcomes import Failure
    from crawler.sources.service_urls import ServiceSource

_Table = dict[str, Any]


@click.command()
@click.argument("address", metavar="URL|FILE|NAME")
@click.option("--name", help="Name of the source (default: title of the feed).")
@click.option("--unchecked", is_flag=True, help="Add without polling it first.")
@click.option(
    "--pick",
    type=click.IntRange(min=1),
    metavar="NUMBER",
    help="Which source to add if the page announces several.",
)
@click.pass_context
def add(
    context: click.Context, address: str, name: str | None, unchecked: bool, pick: int | None
) -> None:
    """Add the source at URL, or every feed of an OPML FILE.

    URL is a feed, a page that announces one, or a page of a service. Services are GitHub, YouTube,
    Mastodon, Reddit, Lemmy, Substack, Medium and others. NAME is @account@server,
    !community@server or r/subreddit. If there are several, a terminal asks for a number. Without a
    terminal they are listed, and --pick chooses.

    Only sources that can be polled are added. Exit code 1 if nothing was added.
    """
    here = workspace(context)
    if Path(address).is_file():
        tables = _tables_of_file(here, Path(address), unchecked)
    else:
        tables = [asyncio.run(_table_of_url(here, address, name or "", unchecked, pick))]
    added = _append(here, [table for table in tables if table])
    click.echo(f"{added} of {len(tables)} added to {here.sources}.")
    if not added:
        context.exit(1)


def _append(here: Workspace, tables: Iterable[_Table]) -> int:
    """Append the tables whose URL is not listed yet, each with a unique name."""
    from crawler.sources.configured_sources import make_source
    from crawler.sources.sources_file import append_sources

    configured = configured_sources(here)
    names = {source.name for source in configured}
    listed = {_key(source.first_request(None).url) for source in configured}
    new: list[_Table] = []
    for table in tables:
        url = make_source(table, str(here.sources)).first_request(None).url
        if _key(url) in listed:
            click.echo(one_line(f"{table['name']}: listed already."), err=True)
            continue
        unique = _unique_name(table["name"], url, names)
        text = {} if unique == table["name"] else {"text": table["name"]}
        new.append({**table, **text, "name": unique})
        names.add(unique)
        listed.add(_key(url))
    if new:
        append_sources(here.sources, new)
    return len(new)


def _key(url: str) -> str:
    from crawler.links.article_key import normalize_url

    return normalize_url(url).key or url


def _unique_name(name: str, url: str, taken: set[str]) -> str:
    """Return `name`, with the host of the URL or a number if another source has it already."""
    from crawler.url_parser import host_of

    if name not in taken:
        return name
    with_host = f"{name} ({host_of(url) or 'feed'})"
    numbered = (f"{with_host} {number}" for number in range(2, len(taken) + 3))
    return next(text for text in (with_host, *numbered) if text not in taken)


async def _table_of_url(
    here: Workspace, address: str, name: str, unchecked: bool, pick: int | None
) -> _Table:
    """Return the table of the source at `address`, or an empty one that was reported."""
    from crawler.crawl.source_probe import open_fetcher
    from crawler.html_text_and_links import absolute_web_url
    from crawler.models.outcomes import Failure
    from crawler.sources.service_urls import ServiceSource, sources_of_url, web_url

    url = web_url(address)
    if not absolute_web_url(url):
        hint = "Write a URL in full (https://…), @account@server or the path of an OPML file."
        raise UsageError(f"{address!r} is neither a URL nor a file.", hint)
    of_service = next(sources_of_url(url), None)
    if unchecked:
        return _table(of_service or ServiceSource("feed", {"url": url}, url), name)
    async with open_fetcher(here.settings.fetch, _now) as fetcher:
        candidates = await _candidates(url, of_service, fetcher)
    if isinstance(candidates, Failure):
        click.echo(one_line(f"{url}: {candidates.message}"), err=True)
        return {}
    chosen = candidates[_choice(candidates, pick) - 1]
    return _table(chosen, name) | {"evidence": _evidence()}


async def _candidates(
    url: str, of_service: ServiceSource | None, fetcher: Fetcher
) -> Sequence[ServiceSource] | Failure:
    """Return the sources of a URL that can be polled: `of_service`, or feeds of the page."""
    from crawler.crawl.source_probe import probe_source, working_feeds
    from crawler.models.outcomes import Failure
    from crawler.sources.configured_sources import make_source
    from crawler.sources.service_urls import ServiceSource

    if of_service:
        probe = await probe_source(make_source(_table(of_service, ""), url), fetcher)
        if probe.outcome == "ok":
            return [of_service]
        if of_service.is_certain:
            return Failure(url, "collect", probe.outcome, probe.message)
    feeds = await working_feeds(url, fetcher)
    if isinstance(feeds, Failure):
        return feeds
    return [ServiceSource("feed", {"url": feed.url}, feed.title or feed.url) for feed in feeds]


def _choice(candidates: Sequence[ServiceSource], pick: int | None) -> int:
    """Return the number of the source to add; a terminal asks if there are several.

    Raises UsageError if there is no terminal, or no such number.
    """
    if pick and pick > len(candidates):
        hint = f"Choose a number from 1 to {len(candidates)}. Without --pick they are listed."
        raise UsageError(f"There is no source {pick}: {len(candidates)} were found.", hint)
    if pick or len(candidates) == 1:
        return pick or 1
    for place_in_list, candidate in enumerate(candidates, 1):
        place = ", ".join(map(str, candidate.options.values()))
        click.echo(one_line(f"{place_in_list}  {candidate.name}  {place}"))
    if is_interactive():
        numbers = click.IntRange(1, len(candidates))
        number = click.prompt("Number of the source to add", type=numbers, default=1)
        return int(number)
    raise UsageError(f"{len(candidates)} sources were found.", "Choose one with: --pick NUMBER")


def _table(source: ServiceSource, name: str) -> _Table:
    return {"name": name or source.name, "kind": source.kind, **source.options}


def _tables_of_file(here: Workspace, path: Path, unchecked: bool) -> list[_Table]:
    """Return a table for each feed of an OPML file; an empty one for a feed that fails."""
    subscriptions = _subscriptions(path)
    if unchecked:
        return [_table_of_subscription(subscription) for subscription in subscriptions]
    return list(asyncio.run(_checked(here, subscriptions)))


async def _checked(here: Workspace, subscriptions: Sequence[Subscription]) -> Iterator[_Table]:
    """Poll the enabled feeds together. Return the tables in the order of the file."""
    from crawler.crawl.source_probe import open_fetcher

    async with open_fetcher(here.settings.fetch, _now) as fetcher:
        tables = [_checked_table(subscription, fetcher) for subscription in subscriptions]
        return iter(await asyncio.gather(*tables))


async def _checked_table(subscription: Subscription, fetcher: Fetcher) -> _Table:
    from crawler.crawl.source_probe import best_feed
    from crawler.models.outcomes import Failure

    if not subscription.enabled:
        return _table_of_subscription(subscription)
    feed = await best_feed(subscription.url, fetcher)
    if isinstance(feed, Failure):
        click.echo(one_line(f"{subscription.url}: {feed.message}"), err=True)
        return {}
    text = subscription.text or feed.title
    checked = subscription._replace(url=feed.url, text=text)
    return _table_of_subscription(checked) | {"evidence": _evidence()}


def _table_of_subscription(feed: Subscription) -> _Table:
    """Return the table of a feed of an OPML file, without empty values."""
    name = feed.text or feed.url
    values = {"group": feed.folder, "kind": "feed", "url": feed.url, "home": feed.home}
    if feed.title not in ("", name):
        values["title"] = feed.title
    table: _Table = {"name": name, **{key: value for key, value in values.items() if value}}
    return table if feed.enabled else {**table, "enabled": False}


def _subscriptions(path: Path) -> Sequence[Subscription]:
    """Return the feeds of an OPML file, parsed in a child process."""
    from crawler.crawl.import_files import PRELOAD, read_feeds_in_child
    from crawler.importers.record_types import ImportOptions
    from crawler.importers.sandboxed_import import open_file
    from crawler.parallel.killable_workers import KillablePool

    async def parse() -> Sequence[Subscription]:
        async with KillablePool(processes=1, preload=PRELOAD) as pool:
            file = open_file(path, "opml", ImportOptions(_now()))
            return await read_feeds_in_child(pool, file)

    return asyncio.run(parse())


def _evidence() -> str:
    return f"probe {_now():%Y-%m-%d}"


def _now() -> datetime:
    return datetime.now(UTC)
