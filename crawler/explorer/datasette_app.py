"""Create the explorer: Datasette over the immutable public snapshot, with templates and limits."""

from __future__ import annotations

import sqlite3
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

from datasette.database import Database, QueryInterrupted
from datasette.utils import sqlite_timelimit
from datasette.views.base import DatasetteError

from crawler import site_urls
from crawler.errors import StoreError
from crawler.explorer.count_cache import CountCache, count_key
from crawler.explorer.datasette_private import Explorer
from crawler.explorer.metadata import explorer_metadata
from crawler.explorer.row_counts import row_counts
from crawler.explorer.sql_limits import DATA, SQL_MILLISECONDS, check_sql
from crawler.knowledge.semantic_similarity import load_model
from crawler.named_queries.query_files import offered_queries
from crawler.workspace import Workspace, bundled_path

Value = TypeVar("Value")
_OUTDATED = ("no such table", "no such column", "no such module")
_OUTDATED_SNAPSHOT = (
    "The snapshot is older than the software and lacks data that this page reads."
    " The operator renews it with: hashtrail build"
)
_SETTINGS = {
    "allow_csv_stream": False,  # a stream has no end that a time limit could respect
    "allow_download": False,
    "allow_facet": True,
    "default_page_size": 50,
    "max_csv_mb": 50,
    "max_returned_rows": DATA.rows,
    "num_sql_threads": 0,  # a process answers one request at a time and can be killed
    "sql_time_limit_ms": SQL_MILLISECONDS,
    "suggest_facets": False,  # costs 0.6 s a page at 100,000 rows
    "truncate_cells_html": 300,
}


class SnapshotDatabase(Database):  # type: ignore[misc]
    """The snapshot, without the shadow tables of its full-text indexes."""

    def __init__(self, *arguments: Any, **options: Any) -> None:
        """Datasette takes all `arguments` and `options`."""
        super().__init__(*arguments, **options)
        self._counts = CountCache()

    async def execute(self, sql: str, params: Any = None, **options: Any) -> Any:
        """Run the statement `sql` with `params` like Datasette and return its result.

        Raises sqlite3.Error and QueryInterrupted.
        """
        check_sql(sql)
        key = count_key(sql, params)
        result = self._counts.get(key)
        if result is None:
            quiet = options | {"log_sql_errors": False}  # mistakes of visitors do not fill the log
            result = await super().execute(sql, params, **quiet)
            self._counts.put(key, result)
        return result

    async def run_limited(self, read: Callable[[sqlite3.Connection], Value]) -> Value:
        """Return the result of `read` with the limited connection, within one time limit.

        Raises sqlite3.Error, QueryInterrupted after the time limit, and DatasetteError when the
        snapshot lacks a table or a column.
        """

        def timed(conn: sqlite3.Connection) -> Value:
            with sqlite_timelimit(conn, SQL_MILLISECONDS):
                try:
                    return read(conn)
                except sqlite3.OperationalError as error:
                    if error.args == ("interrupted",):
                        raise QueryInterrupted(error, "", {}) from error
                    if str(error).startswith(_OUTDATED):
                        raise DatasetteError(
                            _OUTDATED_SNAPSHOT, "The snapshot is outdated"
                        ) from error
                    raise

        value: Value = await self.execute_fn(timed)
        return value


def create_explorer(workspace: Workspace) -> Explorer:
    """Return the explorer as an ASGI application factory.

    Raises StoreError when there is no snapshot yet.
    """
    if not workspace.public_database.is_file():
        raise StoreError(
            f"There is nothing to explore yet: {workspace.public_database} is missing.",
            "Make it with: hashtrail nightly",
        )
    _ignore_skipped_facets()
    site, here = workspace.settings.site, _mounts(workspace.public)
    base = site_urls.explorer_base_path(site.explorer_url)
    model = load_model(workspace)
    queries = offered_queries(semantic_model=model is not None)
    explorer = Explorer(
        explorer_metadata(site, site.base_url or f"{base}site/", queries),
        model,
        settings=_SETTINGS | {"base_url": base},
        inspect_data=_inspected(workspace.public_database),
        template_dir=str(bundled_path("templates", "explorer")),
        static_mounts=here,
    )
    explorer.remove_database("_memory")  # Datasette adds it when it is given no file
    explorer.add_database(
        SnapshotDatabase(explorer, str(workspace.public_database), is_mutable=False), "public"
    )
    return explorer


def _ignore_skipped_facets() -> None:
    """Print no warning for the facets that Datasette prepares and skips after an invalid query."""
    skipped = r"coroutine '\S+(facet_results|suggest|facets)' was never awaited"
    warnings.filterwarnings("ignore", skipped, RuntimeWarning)


def _inspected(snapshot: Path) -> dict[str, Any] | None:
    """The numbers of rows, in the form of `datasette inspect`; None when they are not known."""
    counts = row_counts(snapshot)
    tables = {name: {"count": count} for name, count in counts.items()}
    status = snapshot.stat()
    identity = {"hash": f"{status.st_mtime_ns:x}-{status.st_size:x}", "size": status.st_size}
    return {"public": {"tables": tables, **identity}} if tables else None


def _mounts(public: Path) -> list[tuple[str, str]]:
    """The stylesheets, and the built site next to the explorer.

    So links between the two work on one machine without settings.
    """
    styles = [
        ("explorer", str(bundled_path("templates", "explorer", "assets"))),
        ("style", str(bundled_path("site", "assets"))),
    ]
    return [*styles, *([("site", str(public))] if public.exists() else [])]
