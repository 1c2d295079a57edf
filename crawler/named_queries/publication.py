"""The place where results of named queries are published, and their URLs."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping
from dataclasses import dataclass, field

from crawler import site_urls
from crawler.named_queries.query_results import QueryResult
from crawler.settings.site import SiteSettings

_MOVING = ("days", "month", "week")
_SNAPSHOT_TIME = "SELECT max(started) FROM runs"


@dataclass(frozen=True, slots=True)
class Publication:
    """Where and when a result is published.

    `explorer` is the URL of the root of the explorer, empty if it is unknown. `snapshot`
    is the start of the last run in the snapshot, empty without a run. `entered` has the values that
    the reader chose, by parameter.
    """

    site: SiteSettings
    explorer: str = ""
    snapshot: str = ""
    entered: Mapping[str, str] = field(default_factory=dict)

    def result_url(self, result: QueryResult, extension: str = "") -> str:
        """Return the permanent URL of a result, with all its values; empty if it is unknown.

        `extension` selects another format, such as `json`. That of a feed has its `feed_values`.
        """
        if not self.explorer:
            return ""
        values = self.feed_values(result) if extension == "atom" else result.values
        name = f"{result.query.name}.{extension}" if extension else result.query.name
        return site_urls.explorer_list_url(self.explorer, name, **values)

    def feed_values(self, result: QueryResult) -> dict[str, str]:
        """Return the values that identify the feed of a result, by parameter.

        A time that is a default moves with the snapshot, so it is left out.
        """
        return {
            name: value
            for name, value in result.values.items()
            if name not in _MOVING or self.entered.get(name, "").strip()
        }

    def terms_url(self) -> str:
        """Return the URL of the licence of the data; empty if it is unknown."""
        return f"{self.explorer}licence" if self.explorer else ""


def snapshot_time(conn: sqlite3.Connection) -> str:
    """Return the start of the last run in the snapshot of `conn`; empty without a run."""
    return str(conn.execute(_SNAPSHOT_TIME).fetchone()[0] or "")
