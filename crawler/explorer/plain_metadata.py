"""Publish the snapshot with metadata for any Datasette: descriptions, sort orders and facets.

Datasette reads it with `datasette public.db -m public.metadata.json`, see
https://docs.datasette.io/en/stable/metadata.html.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from sqlite_utils import Database

from crawler.errors import StoreError
from crawler.explorer.metadata import explorer_metadata
from crawler.links.article_key import normalize_url
from crawler.named_queries.data_licence import LICENCE, LICENCE_URL
from crawler.settings.site import SiteSettings
from crawler.store.update_snapshot import update_snapshot
from crawler.workspace import Workspace

METADATA_FILE = "public.metadata.json"
"""The name of the file, next to the snapshot."""


def publish_snapshot(
    db: Database, workspace: Workspace, on_failed_update: Callable[[StoreError], None]
) -> None:
    """Update the public snapshot of the `workspace`, and write its metadata next to it.

    `on_failed_update` is called with the error if the snapshot could only be written in full.
    Raises StoreError and OSError, for example for a full disk.
    """
    update_snapshot(
        db, workspace.public_database, lambda url: normalize_url(url).key, on_failed_update
    )
    write_plain_metadata(workspace)


def plain_metadata(site: SiteSettings, site_url: str) -> dict[str, Any]:
    """Return the metadata of the snapshot of `site`, whose pages are at `site_url`.

    It has nothing that needs the plugin of the explorer.
    """
    metadata = explorer_metadata(site, site_url, ())
    tables = metadata["databases"]["public"]["tables"]
    return {
        "title": site.title,
        "license": LICENCE,
        "license_url": LICENCE_URL,
        **({"source": site.title, "source_url": site_url} if site.base_url else {}),
        "databases": {
            "public": {"tables": {name: _plain(tables[name]) for name in sorted(tables)}}
        },
    }


def write_plain_metadata(workspace: Workspace) -> None:
    """Write the metadata next to the snapshot of the `workspace`.

    Raises OSError, for example for a full disk.
    """
    site = workspace.settings.site
    text = json.dumps(plain_metadata(site, site.base_url), ensure_ascii=False, indent=1)
    path = workspace.public_database.with_name(METADATA_FILE)
    path.write_text(f"{text}\n", encoding="utf-8")


def _plain(table: dict[str, Any]) -> dict[str, Any]:
    """The metadata of a table without facets of other types than columns."""
    facets = [facet for facet in table.get("facets", ()) if isinstance(facet, str)]
    others = {name: value for name, value in table.items() if name != "facets"}
    return others | ({"facets": facets} if facets else {})
