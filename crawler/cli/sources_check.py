"""`hashtrail sources check`: poll sources once, in parallel, and suggest what to change."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import click

from crawler.cli.common import echo_table, json_option, workspace, write_json_line
from crawler.cli.completion_values import complete_source
from crawler.cli.sources_list import configured_sources
from crawler.errors import UsageError
from crawler.utc_times import iso
from crawler.workspace import Workspace

if TYPE_CHECKING:
    from collections.abc import Callable

    from crawler.crawl.source_probe import SourceProbe
    from crawler.sources.configured_sources import Source

_OLD = timedelta(days=365)


@click.command()
@click.argument("names", nargs=-1, shell_complete=complete_source)
@click.option("--all", "with_disabled", is_flag=True, help="Also check disabled sources.")
@json_option
@click.pass_context
def check(
    context: click.Context, names: tuple[str, ...], with_disabled: bool, as_json: bool
) -> int:
    """Poll each source once, or those with NAMES, and report the result. Nothing is stored.

    Many hosts are polled at the same time, each with one request at a time. The table has the
    outcome, the age of the newest entry, the number of entries, the size and a suggestion. Exit
    code 1 if a source failed.
    """
    here = workspace(context)
    selected = _selected(here, names, with_disabled)
    probes = asyncio.run(_probe_all(here, selected, as_json))
    if not as_json:
        order = {source.name: place for place, source in enumerate(selected)}
        probes.sort(key=lambda probe: order[probe.name])
        now = _now()
        echo_table([_HEADER, *(_row(probe, now) for probe in probes)])
    return int(any(probe.outcome != "ok" for probe in probes))


def _selected(here: Workspace, names: tuple[str, ...], with_disabled: bool) -> list[Source]:
    configured = configured_sources(here)
    unknown = set(names) - {source.name for source in configured}
    if unknown:
        raise UsageError(f"There is no source {min(unknown)!r}.", "See: hashtrail sources list")
    if names:
        return [source for source in configured if source.name in names]
    return [source for source in configured if source.enabled or with_disabled]


async def _probe_all(
    here: Workspace, selected: Sequence[Source], as_json: bool
) -> list[SourceProbe]:
    """Return the probes of the sources; with JSON, each is written when it ends."""
    from crawler.crawl.source_probe import open_fetcher, probe_sources

    probes = []
    async with open_fetcher(here.settings.fetch, _now) as fetcher:
        with _progress_bar(len(selected)) as advance:
            async for probe in probe_sources(selected, fetcher):
                probes.append(probe)
                advance()
                if as_json:
                    write_json_line(_public_probe(probe))
    return probes


@contextmanager
def _progress_bar(total: int) -> Iterator[Callable[[], None]]:
    """Yield a function that advances a bar on standard error, if that is a terminal."""
    from rich.console import Console
    from rich.progress import Progress

    console = Console(stderr=True)
    with Progress(console=console, transient=True, disable=not console.is_terminal) as progress:
        task = progress.add_task("Checking sources", total=total)
        yield lambda: progress.advance(task)


_HEADER = ("source", "outcome", "newest", "entries", "size", "suggestion")


def _row(probe: SourceProbe, now: datetime) -> tuple[str, ...]:
    status = "" if probe.status in (None, 200) else f" {probe.status}"
    return (
        probe.name,
        f"{probe.outcome.value}{status}",
        _age(probe, now),
        f"{probe.entries:,}",
        f"{probe.size / 1000:,.0f} kB",
        "; ".join(_suggestions(probe, now)),
    )


def _age(probe: SourceProbe, now: datetime) -> str:
    return f"{max((now - probe.newest).days, 0):,} d" if probe.newest else "-"


def _suggestions(probe: SourceProbe, now: datetime) -> Iterator[str]:
    """Yield the message of a failure, and what the curator can do."""
    if probe.message:
        yield probe.message
    if probe.moved_to:
        yield f"moved to {probe.moved_to}"
    if probe.instead:
        yield f"use {probe.instead}"
    if probe.outcome == "gone":
        yield "disable it"
    if probe.robots_disallow:
        yield "robots.txt disallows this URL; feeds are read as a subscriber"
    if probe.newest and now - probe.newest > _OLD:
        yield "no entry for a year: disable it, or keep it for its archive"


def _public_probe(probe: SourceProbe) -> dict[str, Any]:
    return {
        "name": probe.name,
        "kind": probe.kind,
        "outcome": probe.outcome.value,
        "status": probe.status,
        "entries": probe.entries,
        "newest": iso(probe.newest),
        "size": probe.size,
        "moved_to": probe.moved_to,
        "instead": probe.instead,
        "robots_disallow": probe.robots_disallow,
        "message": probe.message,
    }


def _now() -> datetime:
    return datetime.now(UTC)
