"""Store the configured sources, so that the pages of the site list them."""

from __future__ import annotations

from contextlib import suppress

from sqlite_utils import Database

from crawler.errors import ConfigurationError
from crawler.sources.configured_sources import Source, load_sources
from crawler.store.source_state import ListedSource, sync_sources
from crawler.workspace import Workspace


def list_sources(db: Database, workspace: Workspace) -> list[Source]:
    """Return the sources of the configuration of `workspace`, after `db` lists the same."""
    defaults = {"consent": workspace.settings.crawl.consent}
    sources = load_sources(workspace.sources, defaults)
    listed = [
        ListedSource(
            source.name, source.kind, str(getattr(source.options, "url", "")), source.enabled
        )
        for source in sources
    ]
    sync_sources(db, listed)
    return list(sources)


def list_sources_before_first_crawl(db: Database, workspace: Workspace) -> None:
    """Store the configured sources of `workspace` if `db` has none.

    A configuration with errors is left to the crawl, which reports them.
    """
    if not db["sources"].count:
        with suppress(ConfigurationError):
            list_sources(db, workspace)
