"""`hashtrail sources list`: every source by group, with its health."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from crawler.cli.common import echo_table, json_option, workspace, write_json_line
from crawler.group_by_key import group_by
from crawler.terminal_streams import one_line
from crawler.workspace import Workspace

if TYPE_CHECKING:
    from crawler.sources.configured_sources import Source


@click.command("list")
@json_option
@click.pass_context
def list_(context: click.Context, as_json: bool) -> None:
    """List every source by group, with its kind, health, URL and note.

    The health is the one after the last run. It is empty for a source that was not polled yet.
    """
    here = workspace(context)
    configured, health = configured_sources(here), _health(here)
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


def configured_sources(here: Workspace) -> tuple[Source, ...]:
    """Return all sources of the workspace, enabled or not."""
    from crawler.sources.configured_sources import load_sources

    return load_sources(here.sources, {"consent": here.settings.crawl.consent})
