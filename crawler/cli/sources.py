"""`hashtrail sources`: list them, check them, find feeds, add them."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from crawler.cli.common import echo_table, json_option, workspace, write_json_line
from crawler.errors import InputError, UsageError
from crawler.group_by_key import group_by
from crawler.terminal_streams import one_line
from crawler.utc_times import iso
from crawler.workspace import Workspace

if TYPE_CHECKING:
    from crawler.crawl.source_probe import SourceProbe
    from crawler.sources.configured_sources import Source
    from crawler.sources.feed_discovery import FeedCandidate


@click.group("sources")
def sources() -> None:
    """List, check, add or discover sources (data/sources.toml)."""


@sources.command("list")
@json_option
@click.pass_context
def list_(context: click.Context, as_json: bool) -> None:
    """List every source by group, with its kind, health, URL and note.

    The health is the one after the last run. It is empty for a source that was not polled yet.
    """
    here = workspace(context)
    configured, health = _configured(here), _health(here)
    if as_json:
        for source in configured:
            write_json_line(_public_source(source, health.get(source.name, "")))
        return
    for group, sources_of_group in group_by(configured, lambda source: source.group).items():
        if group:
            click.echo(one_line(group))
        rows = [_table_row(source, health.get(source.name, "")) for source in sources_of_group]
        echo_table(rows)


def _health(here: Workspace) -> dict[str, str]:
    """Return the health of each source that was polled; nothing before the first run."""
    from crawler.cli.source_health import health_by_source
    from crawler.store.database import open_existing

    return health_by_source(open_existing(here.database).conn) if here.database.exists() else {}


def _public_source(source: Source, health: str) -> dict[str, Any]:
    return {
        "name": source.name,
        "kind": source.kind,
        "group": source.group,
        "enabled": source.enabled,
        "health": health,
        "note": source.note,
        "evidence": source.evidence,
        "only_topics": source.only_topics,
        "options": source.options,
    }


def _table_row(source: Source, health: str) -> tuple[str, ...]:
    enabled = "on" if source.enabled else "off"
    url = source.first_request(None).url
    return enabled, source.kind, source.name, health, url, source.note


@sources.command()
@click.argument("names", nargs=-1)
@click.option("--all", "with_disabled", is_flag=True, help="Also check disabled sources.")
@json_option
@click.pass_context
def check(
    context: click.Context, names: tuple[str, ...], with_disabled: bool, as_json: bool
) -> None:
    """Poll each source once, or those with NAMES, and report the result. Nothing is stored."""
    here = workspace(context)
    configured = _configured(here)
    unknown = set(names) - {source.name for source in configured}
    if unknown:
        raise UsageError(f"There is no source {min(unknown)!r}.", "See: hashtrail sources list")
    if names:
        selected = [source for source in configured if source.name in names]
    else:
        selected = [source for source in configured if source.enabled or with_disabled]
    asyncio.run(_check(here, selected, as_json))


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
@click.argument("address", metavar="URL|FILE")
@click.option("--name", help="Name of the source (default: title of the feed).")
@click.option("--unchecked", is_flag=True, help="Add without polling it first.")
@click.pass_context
def add(context: click.Context, address: str, name: str | None, unchecked: bool) -> None:
    """Add the feed at URL (a feed, or a page that announces one), or every feed of an OPML FILE.

    Only feeds that can be fetched are added. Exit code 1 if nothing was added.
    """
    here = workspace(context)
    wanted = _from_file(Path(address)) if Path(address).is_file() else [(name or "", address)]
    added = asyncio.run(_add(here, wanted, unchecked))
    click.echo(f"{added} of {len(wanted)} added to {here.sources}.")
    if not added:
        context.exit(1)


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


def _configured(here: Workspace) -> tuple[Source, ...]:
    from crawler.sources.configured_sources import load_sources

    return load_sources(here.sources, {"consent": here.settings.crawl.consent})


async def _check(here: Workspace, wanted: list[Source], as_json: bool) -> None:
    from crawler.crawl.source_probe import open_fetcher, probe_sources

    async with open_fetcher(here.settings.fetch, _now) as fetcher:
        async for probe in probe_sources(wanted, fetcher):
            if as_json:
                write_json_line(_public_probe(probe))
            else:
                click.echo(_sentence(probe))


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


async def _add(here: Workspace, wanted: list[tuple[str, str]], unchecked: bool) -> int:
    from crawler.crawl.source_probe import open_fetcher
    from crawler.sources.sources_file import append_sources

    configured = _configured(here)
    listed = {source.name for source in configured}
    listed |= {source.first_request(None).url for source in configured}
    added = 0
    async with open_fetcher(here.settings.fetch, _now) as fetcher:
        async for name, url in _verified(wanted, None if unchecked else fetcher):
            if listed & {name, url}:
                click.echo(f"{name}: listed already.", err=True)
                continue
            append_sources(here.sources, [{"name": name, "kind": "feed", "url": url}])
            listed |= {name, url}
            added += 1
    return added


async def _verified(wanted: list[tuple[str, str]], fetcher: Any) -> AsyncIterator[tuple[str, str]]:
    """Yield (name, URL) of each feed that can be fetched; report the others.

    Without a `fetcher`, nothing is fetched.
    """
    from crawler.crawl.source_probe import best_feed
    from crawler.models.outcomes import Failure

    if fetcher is None:
        for name, url in wanted:
            yield name or url, url
        return
    probes = {url: asyncio.ensure_future(best_feed(url, fetcher)) for _, url in wanted}
    for name, url in wanted:
        feed = await probes[url]
        if isinstance(feed, Failure):
            click.echo(f"{url}: {feed.message}", err=True)
        else:
            yield name or feed.title or feed.url, feed.url


def _from_file(path: Path) -> list[tuple[str, str]]:
    """Return (title, URL) of the feeds of an OPML file, parsed in a child process."""
    from crawler.crawl.import_files import PRELOAD, read_feeds_in_child
    from crawler.importers.record_types import ImportOptions
    from crawler.importers.sandboxed_import import open_file
    from crawler.parallel.killable_workers import KillablePool

    async def parse() -> list[tuple[str, str]]:
        async with KillablePool(processes=1, preload=PRELOAD) as pool:
            file = open_file(path, "opml", ImportOptions(_now()))
            return list(await read_feeds_in_child(pool, file))

    return asyncio.run(parse())


def _sentence(probe: SourceProbe) -> str:
    newest = f", newest {probe.newest:%Y-%m-%d}" if probe.newest else ""
    parts = [f"{probe.entries} entries{newest}" if probe.outcome == "ok" else probe.message]
    parts += [f"moved to {probe.moved_to}"] if probe.moved_to else []
    parts += [f"use {probe.instead}"] if probe.instead else []
    line = f"{probe.outcome.value:16} {probe.status or '---'}  {probe.name}: {'; '.join(parts)}"
    return one_line(line)


def _public_probe(probe: SourceProbe) -> dict[str, Any]:
    return {
        "name": probe.name,
        "kind": probe.kind,
        "outcome": probe.outcome.value,
        "status": probe.status,
        "entries": probe.entries,
        "newest": iso(probe.newest),
        "moved_to": probe.moved_to,
        "instead": probe.instead,
        "message": probe.message,
    }


def _now() -> datetime:
    return datetime.now(UTC)
